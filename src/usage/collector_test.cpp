#include "usage/collector.h"

#include <gtest/gtest.h>

#include "catalog/load.h"

namespace latchkey::usage {
namespace {

// Keeps what it is given, or refuses it.
class FakeStore final : public store::UsageStore {
 public:
  Result<void> add(const store::UsageBatch& batch) override {
    if (broken) return fail(ErrorCode::kUnavailable, "The disk is full.");
    batches.push_back(batch);
    return {};
  }
  Result<store::UsageReport> report(const store::UsageQuery&) override { return store::UsageReport{}; }
  Result<std::vector<store::SecretUse>> secret_uses(TenantId, const std::vector<KeyId>&) override { return std::vector<store::SecretUse>{}; }
  Result<store::AddressReport> addresses(TenantId, KeyId, std::int64_t, std::int64_t) override { return store::AddressReport{}; }
  Result<std::vector<store::Refusal>> refusals(TenantId, std::optional<KeyId>, const std::optional<std::string>&, int) override {
    return std::vector<store::Refusal>{};
  }
  Result<std::vector<store::Observation>> observations(TenantId, KeyId, Instant) override { return std::vector<store::Observation>{}; }
  Result<store::TrialReport> trial(TenantId, KeyId, std::int64_t) override { return store::TrialReport{}; }
  Result<void> roll_up(Instant, const store::UsageRetention&) override { return {}; }

  std::vector<store::UsageBatch> batches;
  bool broken = false;
};

struct CollectorTest : ::testing::Test {
  Use use() {
    Use out;
    Uuid uuid{};
    uuid[15] = 1;
    out.key = KeyId(uuid);
    out.secret = 42;
    out.client = IpAddress::v4(203, 0, 113, 9);
    out.at = {1'767'225'600'000};
    out.operation = catalog.catalog->find_operation("GetAllActions")->index;
    out.user_agent = "curl/8.1";
    return out;
  }

  catalog::LoadResult catalog = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  FakeStore store;
  Collector collector{*catalog.catalog, store};
};

TEST_F(CollectorTest, ThreadsAreSummedUpIntoOneCell) {
  Recorder& first = collector.add_recorder();
  Recorder& second = collector.add_recorder();
  Use one = use();
  one.latency = 10;
  one.status_class = 2;
  first.record(one);
  one.latency = 20;
  one.client = IpAddress::v4(203, 0, 113, 10);
  one.at.unix_ms += 5;
  second.record(one);
  second.record(one);
  ASSERT_TRUE(collector.flush());
  ASSERT_EQ(store.batches.size(), 1u);
  const store::UsageBatch& batch = store.batches[0];
  ASSERT_EQ(batch.cells.size(), 1u);
  EXPECT_EQ(batch.cells[0].count, 3u);
  EXPECT_EQ(batch.cells[0].operation, "GetAllActions");
  EXPECT_EQ(batch.cells[0].outcome, "allowed");
  EXPECT_EQ(batch.cells[0].minute, 1'767'225'600 / 60);
  EXPECT_EQ(batch.cells[0].latency.count(), 3u);
  ASSERT_EQ(batch.secrets.size(), 1u);
  EXPECT_EQ(batch.secrets[0].address, one.client) << "the latest use wins";
  EXPECT_EQ(batch.secrets[0].user_agent, "curl/8.1");
  EXPECT_EQ(batch.addresses.size(), 2u);
}

TEST_F(CollectorTest, ARefusalIsCountedButIsNoUseOfTheKey) {
  Recorder& recorder = collector.add_recorder();
  Use one = use();
  one.outcome = Outcome::refused(DenyReason::kAddressNotPermitted);
  recorder.record(one);
  ASSERT_TRUE(collector.flush());
  EXPECT_EQ(store.batches.at(0).cells.at(0).outcome, "address_not_permitted");
  EXPECT_EQ(store.batches[0].refusals.size(), 1u);
  EXPECT_TRUE(store.batches[0].secrets.empty());
  EXPECT_TRUE(store.batches[0].addresses.empty());
}

TEST_F(CollectorTest, WhatCouldNotBeStoredGoesWithTheNextFlush) {
  Recorder& recorder = collector.add_recorder();
  recorder.record(use());
  store.broken = true;
  EXPECT_FALSE(collector.flush());
  recorder.record(use());
  EXPECT_FALSE(collector.flush());
  store.broken = false;
  ASSERT_TRUE(collector.flush());
  ASSERT_EQ(store.batches.size(), 1u);
  std::uint64_t total = 0;
  for (const store::UsageCell& cell : store.batches[0].cells) total += cell.count;
  EXPECT_EQ(total, 2u);
  ASSERT_TRUE(collector.flush());
  EXPECT_EQ(store.batches.size(), 1u) << "nothing new, nothing stored";
}

TEST_F(CollectorTest, ListenersHearOfEveryUse) {
  std::uint32_t heard = 0;
  collector.on_tally([&](const Tally& tally) {
    tally.cells.visit([&](const Cell& cell) { heard += cell.count; });
  });
  Recorder& recorder = collector.add_recorder();
  for (int i = 0; i < 5; ++i) recorder.record(use());
  ASSERT_TRUE(collector.flush());
  EXPECT_EQ(heard, 5u);
}

TEST_F(CollectorTest, WhatKeysNamedGoesToTheStoreByName) {
  Recorder& first = collector.add_recorder();
  Recorder& second = collector.add_recorder();
  ChannelSet channels;
  channels.insert(*catalog.catalog->channel_index("505"));
  Use one = use();
  one.observed.channels = &channels;
  one.observed.mark(ObservedKind::kUnreadAttributes);
  one.tried = {9, Outcome::refused(DenyReason::kOperationNotPermitted), "This API key may not call GetAllActions."};
  first.record(one);
  one.at.unix_ms += 5;
  second.record(one);
  one.tried.outcome.reset();
  second.record(one);
  ASSERT_TRUE(collector.flush());
  const store::UsageBatch& batch = store.batches.at(0);
  std::map<std::pair<ObservedKind, std::string>, std::uint64_t> counts;
  for (const store::Observation& seen : batch.observations) {
    counts[{seen.kind, seen.name}] = seen.count;
    EXPECT_EQ(seen.last.unix_ms - seen.first.unix_ms, 5);
  }
  using Counts = std::map<std::pair<ObservedKind, std::string>, std::uint64_t>;
  EXPECT_EQ(counts, (Counts{{{ObservedKind::kOperation, "GetAllActions"}, 3}, {{ObservedKind::kChannel, "505"}, 3}, {{ObservedKind::kUnreadAttributes, ""}, 3}}));
  ASSERT_EQ(batch.trials.size(), 2u);
  EXPECT_EQ(batch.trials[0].outcome, "operation_not_permitted");
  EXPECT_EQ(batch.trials[0].count, 2u);
  EXPECT_EQ(batch.trials[0].at, one.at);
  EXPECT_EQ(batch.trials[1].outcome, store::kNotJudged);
  EXPECT_EQ(batch.trials[1].trial, 9);
}

// The table of a thread can overflow. No key may then look as if it had named nothing else.
TEST_F(CollectorTest, WhereSomethingWasNotNotedNothingIsKnownOfAnyKey) {
  Recorder& recorder = collector.add_recorder();
  for (std::uint64_t i = 0; i <= Observations::kMaxCells; ++i) {
    Use one = use();
    Uuid uuid{};
    for (std::size_t byte = 0; byte < 8; ++byte) uuid[8 + byte] = static_cast<std::uint8_t>(i >> (8 * byte));
    one.key = KeyId(uuid);
    one.observed.mark(ObservedKind::kAllChannels);
    one.secret = i;  // each key has its own
    recorder.record(one);
  }
  ASSERT_TRUE(collector.flush());
  std::size_t distrusted = 0;
  for (const store::Observation& seen : store.batches.at(0).observations) distrusted += seen.kind == ObservedKind::kUnreadChannels;
  EXPECT_EQ(distrusted, Observations::kMaxCells + 1);
}

}  // namespace
}  // namespace latchkey::usage
