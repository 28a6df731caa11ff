#include "app/quota_keeper.h"

#include <gtest/gtest.h>

#include "base/check.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::app {
namespace {

// Its two clocks can part.
class TwoClocks final : public Clock {
 public:
  Instant now() const override { return {steady_ms + wall_offset_ms}; }
  std::int64_t steady_ns() const override { return steady_ms * 1'000'000; }
  std::int64_t steady_ms = 5'000;
  std::int64_t wall_offset_ms = parse_rfc3339("2026-05-30T10:00:00Z")->unix_ms;
};

// A store that fails when told to.
class FailingStore final : public store::QuotaStore {
 public:
  explicit FailingStore(store::QuotaStore& behind) : behind_(behind) {}
  Result<void> record_quota_counts(const std::vector<QuotaCount>& counts) override {
    if (broken) return fail(ErrorCode::kUnavailable, "The disk is full.");
    return behind_.record_quota_counts(counts);
  }
  Result<std::vector<QuotaCount>> load_quota_counts(Instant today) override {
    if (broken) return fail(ErrorCode::kUnavailable, "The disk is away.");
    return behind_.load_quota_counts(today);
  }
  bool broken = false;

 private:
  store::QuotaStore& behind_;
};

struct QuotaKeeperTest : ::testing::Test {
  QuotaKeeperTest() {
    auto opened = store::SqliteStore::open(directory.file("latchkey.db"), store::OpenMode::kCreateIfMissing);
    LK_CHECK(opened.has_value());
    sqlite = std::move(*opened);
    store.emplace(*sqlite);
    start();
  }
  void start() {
    keeper.reset();
    limiter = std::make_unique<limit::InMemoryLimiter>();
    keeper.emplace(*limiter, *store, clock);
    ASSERT_TRUE(keeper->load());
  }
  int admitted_of(int requests) {
    const limit::Demand demand[] = {{{Uuid{7}, limit::kEveryClass}, {}, quotas}};
    int admitted = 0;
    for (int i = 0; i < requests; ++i) admitted += limiter->take(demand, 1, clock.steady_ns(), standings).admitted;
    return admitted;
  }
  void pass(std::int64_t seconds) {
    for (std::int64_t i = 0; i < seconds; ++i) {
      clock.steady_ms += 1'000;
      ASSERT_TRUE(keeper->tick());
    }
    for (std::size_t i = 0; i < limit::InMemoryLimiter::kShards; ++i) limiter->sweep(clock.steady_ns());
  }

  store::TempDirectory directory;
  TwoClocks clock;
  std::unique_ptr<store::SqliteStore> sqlite;
  std::optional<FailingStore> store;
  std::unique_ptr<limit::InMemoryLimiter> limiter;
  std::optional<QuotaKeeper> keeper;
  std::vector<limit::Standing> standings;
  const std::vector<Quota> quotas = {{"daily", Period::kDay, 10}, {"monthly", Period::kMonth, 100}};
};

TEST_F(QuotaKeeperTest, CountsSurviveARestart) {
  EXPECT_EQ(admitted_of(6), 6);
  pass(1);
  EXPECT_EQ(admitted_of(1), 1);
  ASSERT_TRUE(keeper->flush());
  start();
  EXPECT_EQ(admitted_of(20), 3);
}

TEST_F(QuotaKeeperTest, WhatIsKilledLosesTheLastSecondAtMost) {
  EXPECT_EQ(admitted_of(6), 6);
  pass(1);
  EXPECT_EQ(admitted_of(4), 4);
  start();
  EXPECT_EQ(admitted_of(20), 4);
}

TEST_F(QuotaKeeperTest, NothingIsWrittenWhenNothingChanged) {
  EXPECT_EQ(admitted_of(1), 1);
  pass(1);
  const auto before = sqlite->transactions();
  pass(5);
  EXPECT_EQ(sqlite->transactions(), before);
}

TEST_F(QuotaKeeperTest, WhatCouldNotBeStoredIsStoredLater) {
  EXPECT_EQ(admitted_of(6), 6);
  store->broken = true;
  EXPECT_FALSE(keeper->tick());
  store->broken = false;
  pass(1);
  start();
  EXPECT_EQ(admitted_of(20), 4);
}

TEST_F(QuotaKeeperTest, ADayThatComesBackIsCountedOnFromTheStore) {
  EXPECT_EQ(admitted_of(6), 6);
  pass(14 * 3'600);  // past midnight, and forgotten
  EXPECT_EQ(limiter->subjects(), 1u) << "the month alone";
  clock.wall_offset_ms -= 24 * 3'600'000;
  pass(3'602);
  EXPECT_EQ(admitted_of(20), 4);
}

TEST_F(QuotaKeeperTest, ARestartWithAClockThatIsBehindFindsTheDayAsItWas) {
  EXPECT_EQ(admitted_of(6), 6);
  pass(24 * 3'600);
  EXPECT_EQ(admitted_of(2), 2);
  ASSERT_TRUE(keeper->flush());
  clock.wall_offset_ms -= 24 * 3'600'000;
  start();
  EXPECT_EQ(admitted_of(20), 4);
  pass(24 * 3'600);
  EXPECT_EQ(admitted_of(20), 8);
}

TEST_F(QuotaKeeperTest, WithoutItsCountsItDoesNotStart) {
  store->broken = true;
  limit::InMemoryLimiter another;
  EXPECT_FALSE(QuotaKeeper(another, *store, clock).load());
}

}  // namespace
}  // namespace latchkey::app
