// Many nodes that count at the same time, and commits of which nobody knows what became of them.
#include "store/postgres/usage/usage_writer.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/check.h"
#include "base/random.h"
#include "store/postgres/connection.h"
#include "store/postgres/postgres_fixture.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/usage/postgres_usage_store.h"

namespace latchkey::store::postgres {
namespace {

// Loses the connection at the next commits, before or after the server has them, and says that nobody knows.
class Doubtful final : public sql::Connection {
 public:
  explicit Doubtful(std::unique_ptr<sql::Connection> inner) : inner_(std::move(inner)) {}
  sql::Dialect dialect() const override { return inner_->dialect(); }
  Result<void> exec(const char* sql) override { return inner_->exec(sql); }
  sql::Statement prepare(std::string_view sql) override { return inner_->prepare(sql); }
  std::int64_t changed_rows() const override { return inner_->changed_rows(); }
  Result<void> begin(Access access) override { return inner_->begin(access); }
  Result<void> commit() override {
    if (doubtful_commits == 0) return inner_->commit();
    --doubtful_commits;
    if (stores_them) LK_CHECK(inner_->commit().has_value());
    if (!stores_them) inner_->roll_back();
    return fail(ErrorCode::kUnavailable, "Nobody knows.");
  }
  void roll_back() override { inner_->roll_back(); }
  bool in_transaction() const override { return inner_->in_transaction(); }
  bool lost() const override { return inner_->lost(); }

  int doubtful_commits = 0;
  bool stores_them = false;

 private:
  const std::unique_ptr<sql::Connection> inner_;
};

class UsageWriterTest : public testing::Test {
 protected:
  void SetUp() override {
    // Makes the tables.
    const auto keys = PostgresStore::open(database_.settings(), OpenMode::kCreateIfMissing);
    ASSERT_TRUE(keys) << keys.error().message << " / " << keys.error().detail;
    store_ = open();
  }
  std::unique_ptr<PostgresUsageStore> open() {
    auto store = PostgresUsageStore::open(database_.settings());
    LK_CHECK(store.has_value());
    return std::move(*store);
  }
  UsageBatch one(std::uint64_t count, const std::string& operation = "A", std::int64_t minute = kMinute) const {
    UsageBatch batch;
    batch.cells.push_back({key_, tenant_, minute, operation, "allowed", 2, count, {}});
    batch.cells.back().latency.add(30, count);
    return batch;
  }
  UsageReport report(UsageGroup group = UsageGroup::kAll) {
    UsageQuery query{.tenant = tenant_,
                     .keys = {key_},
                     .from = {0},
                     .to = {2 * kDayMs},
                     .granularity = Granularity::kDay,
                     .group = group};
    const auto out = store_->report(query);
    if (!out) ADD_FAILURE() << out.error().message << " / " << out.error().detail;
    return out.value_or(UsageReport{});
  }

  static constexpr std::int64_t kMinute = 100;
  TestDatabase database_;
  SeededRandom random_{3};
  const TenantId tenant_ = TenantId::make({1}, random_);
  const KeyId key_ = KeyId::make({1}, random_);
  std::unique_ptr<PostgresUsageStore> store_;
};

TEST_F(UsageWriterTest, ABatchInDoubtCountsOnce_WhateverBecameOfIt) {
  Settings settings = database_.settings();
  settings.lock = WriteLock::kUsage;
  for (const bool stored : {true, false}) {
    auto inner = Connection::open(settings.copy());
    ASSERT_TRUE(inner);
    auto owned = std::make_unique<Doubtful>(std::move(*inner));
    Doubtful& connection = *owned;
    tables::Names names;
    UsageWriter writer(std::move(owned), stored ? 1 : 2, names);
    const std::string operation = stored ? "stored" : "not stored";
    ASSERT_TRUE(writer.add(one(1, operation)));
    connection.doubtful_commits = 2;
    connection.stores_them = stored;
    ASSERT_TRUE(writer.add(one(10, operation))) << "taken, though in doubt";
    EXPECT_TRUE(writer.in_doubt());
    EXPECT_FALSE(writer.add(one(100, operation))) << "nothing else is taken before that is settled";
    ASSERT_TRUE(writer.add(one(100, operation)));
    EXPECT_FALSE(writer.in_doubt());
  }
  const UsageReport out = report(UsageGroup::kOperation);
  ASSERT_EQ(out.series.size(), 2u);
  for (const UsageSeries& series : out.series) EXPECT_EQ(series.total, 111u) << series.name;
  EXPECT_EQ(out.latency.count(), 222u);
}

TEST_F(UsageWriterTest, ANumberThatWasRolledBack_IsNotGivenToTwoNames) {
  Settings settings = database_.settings();
  settings.lock = WriteLock::kUsage;
  auto inner = Connection::open(settings.copy());
  ASSERT_TRUE(inner);
  auto owned = std::make_unique<Doubtful>(std::move(*inner));
  Doubtful& connection = *owned;
  tables::Names names;
  UsageWriter writer(std::move(owned), 1, names);
  connection.doubtful_commits = 1;
  ASSERT_TRUE(writer.add(one(1, "mine")));
  ASSERT_TRUE(store_->add(one(2, "theirs")));
  ASSERT_TRUE(writer.add(one(4, "mine too")));
  const UsageReport out = report(UsageGroup::kOperation);
  ASSERT_EQ(out.series.size(), 3u);
  EXPECT_EQ(out.series[0].name, "mine too");
  EXPECT_EQ(out.series[1].name, "theirs");
  EXPECT_EQ(out.series[2].name, "mine");
}

TEST_F(UsageWriterTest, ManyNodesAddToTheSameRows_WhileOneSumsUp) {
  constexpr int kNodes = 4, kBatches = 25;
  std::vector<std::thread> nodes;
  for (int node = 0; node < kNodes; ++node) {
    nodes.emplace_back([&, node] {
      const auto mine = open();
      for (int i = 0; i < kBatches; ++i) {
        // Some in a time that is being summed up.
        const auto added = mine->add(one(1, "op" + std::to_string((node + i) % 3), kMinute + i % 3 * 60));
        EXPECT_TRUE(added) << added.error().message << " / " << added.error().detail;
      }
    });
  }
  const auto summing = open();
  for (std::int64_t hour = 2; hour < 12; ++hour) EXPECT_TRUE(summing->roll_up({hour * kHourMs}, {}));
  for (std::thread& node : nodes) node.join();
  EXPECT_TRUE(summing->roll_up({2 * kDayMs}, {}));
  EXPECT_EQ(report().total, std::uint64_t{kNodes * kBatches});
  EXPECT_EQ(report().latency.count(), std::uint64_t{kNodes * kBatches});
  EXPECT_EQ(report(UsageGroup::kOperation).series.size(), 3u);
}

TEST_F(UsageWriterTest, AnHourOfManyRows_IsSummedUpWithoutLoss) {
  // More in a minute than are read at once, and more in all than are written at once; each minute has others.
  constexpr std::int64_t kOperations = 1'900;
  std::uint64_t total = 0;
  for (std::int64_t minute = 60; minute < 66; ++minute) {
    UsageBatch batch;
    for (std::int64_t i = 0; i < kOperations; ++i) {
      const UsageCell cell = one(1, "op" + std::to_string(i + minute * 100), minute).cells.front();
      batch.cells.push_back(cell);
      total += cell.count;
    }
    ASSERT_TRUE(store_->add(batch));
  }
  const std::uint64_t before = report().total;
  ASSERT_TRUE(store_->roll_up({5 * kHourMs}, {}));
  EXPECT_EQ(before, total);
  EXPECT_EQ(report().total, total);
  EXPECT_EQ(report().latency.count(), total);
  database_.run("DELETE FROM usage_minutes");
  EXPECT_EQ(report().total, total) << "of the sum alone";
}

TEST_F(UsageWriterTest, TextThatIsNoUtf8_StopsNothing) {
  UsageBatch batch = one(1);
  batch.secrets.push_back({key_, tenant_, 7, {5}, IpAddress::v4(203, 0, 113, 9), "agent \xff\"\\", "A"});
  ASSERT_TRUE(store_->add(batch));
  const auto uses = store_->secret_uses(tenant_, {key_});
  ASSERT_TRUE(uses);
  ASSERT_EQ(uses->size(), 1u);
  EXPECT_EQ(uses->front().user_agent, "agent \xef\xbf\xbd\"\\");
}

TEST_F(UsageWriterTest, OfAKeysAddressesOnADay_ThereIsAnEnd) {
  UsageBatch batch = one(1);
  const auto address = [&](std::size_t number) {
    const IpAddress from = IpAddress::v4(10, static_cast<std::uint8_t>(number >> 16),
                                         static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number));
    return AddressUse{key_, tenant_, 1, from, {1}, {1}, 1};
  };
  const std::size_t most = UsageStore::kMaxAddressesOfADay;
  for (std::size_t i = 0; i < most - 1; ++i) batch.addresses.push_back(address(i));
  ASSERT_TRUE(store_->add(batch));
  UsageBatch more = one(1);
  for (std::size_t i = most - 2; i < most + 50; ++i) more.addresses.push_back(address(i));
  ASSERT_TRUE(store_->add(more));
  const auto report = store_->addresses(tenant_, key_, 1, 1);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->per_day.at(0).second, most);
}

}  // namespace
}  // namespace latchkey::store::postgres
