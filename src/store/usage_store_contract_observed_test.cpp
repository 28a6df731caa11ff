// What keys were seen to do, and what trials say, in every adapter of UsageStore.
#include "store/usage_store_contract_test.h"

namespace latchkey::store {
namespace {

TEST_P(UsageStoreContract, EachThingIsOneRowWithItsFirstAndLastTime) {
  observe({seen(ObservedKind::kChannel, "504", 100, 200, 3), seen(ObservedKind::kAllChannels, "", 150, 150)});
  observe({seen(ObservedKind::kChannel, "504", 50, 120, 2), seen(ObservedKind::kAttribute, "504", 300, 300)});
  const auto all = since(0);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].kind, ObservedKind::kChannel);
  EXPECT_EQ(all[0].name, "504");
  EXPECT_EQ(all[0].first.unix_ms, 50);
  EXPECT_EQ(all[0].last.unix_ms, 200);
  EXPECT_EQ(all[0].count, 5u);
  EXPECT_EQ(all[1].kind, ObservedKind::kAttribute);
  EXPECT_EQ(all[2].kind, ObservedKind::kAllChannels);
  EXPECT_EQ(since(200).size(), 2u);
  EXPECT_EQ(since(201).size(), 1u);
  EXPECT_TRUE(store().observations(tenant, other, {0})->empty());
  EXPECT_TRUE(store().observations(TenantId(), key, {0})->empty());
}

TEST_P(UsageStoreContract, WhatWasNotSeenForAYearIsForgotten) {
  const std::int64_t now = 800 * kDayMs;
  const std::int64_t kept = now - UsageStore::kObservationsKeptMs;
  observe({seen(ObservedKind::kChannel, "504", 0, kept - 1), seen(ObservedKind::kChannel, "505", 0, kept)},
          {tried(1, "allowed", "A", kept - 1)});
  ASSERT_TRUE(store().roll_up({now}, {}));
  ASSERT_EQ(since(0).size(), 1u);
  EXPECT_EQ(since(0)[0].name, "505");
  EXPECT_EQ(store().trial(tenant, key, 1)->judged, 0u);
  // Once a day is enough.
  ASSERT_TRUE(store().roll_up({now + kDayMs - 1}, {}));
  EXPECT_EQ(since(0).size(), 1u);
  ASSERT_TRUE(store().roll_up({now + kDayMs}, {}));
  EXPECT_TRUE(since(0).empty());
}

TEST_P(UsageStoreContract, ForgettingLeavesTheSumsOfHoursAndDaysAlone) {
  UsageBatch batch;
  batch.cells.push_back({key, tenant, 800 * kDayMs / kMinuteMs, "A", "allowed", 0, 7, {}});
  ASSERT_TRUE(store().add(batch));
  for (const std::int64_t day : {801, 802, 803}) ASSERT_TRUE(store().roll_up({day * kDayMs}, {}));
  UsageQuery query{
      .tenant = tenant, .keys = {key}, .from = {800 * kDayMs}, .to = {802 * kDayMs}, .granularity = Granularity::kDay};
  EXPECT_EQ(store().report(query)->total, 7u);
}

TEST_P(UsageStoreContract, ATrialsCountsAreItsOwn) {
  observe({}, {tried(5, "allowed", "A", 10, 4), tried(5, "channel_not_permitted", "B", 20, 2),
               tried(5, "not_judged", "B", 30, 3)});
  observe({}, {tried(5, "channel_not_permitted", "B", 15, 1), tried(5, "operation_not_permitted", "C", 40, 1)});
  const TrialReport report = store().trial(tenant, key, 5).value();
  EXPECT_EQ(report.judged, 8u);
  EXPECT_EQ(report.would_refuse, 4u);
  EXPECT_EQ(report.not_judged, 3u);
  ASSERT_EQ(report.examples.size(), 2u);
  EXPECT_EQ(report.examples[0].outcome, "operation_not_permitted");
  EXPECT_EQ(report.examples[1].operation, "B");
  EXPECT_EQ(report.examples[1].count, 3u);
  EXPECT_EQ(report.examples[1].detail, "at 20") << "the latest, though an earlier one came later";
  EXPECT_EQ(report.examples[1].address, IpAddress::v4(203, 0, 113, 9));

  // Another replaces it; what is still under way for the old one is left out.
  observe({}, {tried(6, "allowed", "A", 50)});
  observe({}, {tried(5, "allowed", "A", 51)});
  EXPECT_EQ(store().trial(tenant, key, 5)->judged, 0u);
  EXPECT_EQ(store().trial(tenant, key, 6)->judged, 1u);
  EXPECT_EQ(store().trial(tenant, other, 6)->judged, 0u);
}

TEST_P(UsageStoreContract, OfExamplesTheLatestAreTold) {
  std::vector<TrialUse> many;
  for (int i = 0; i < 50; ++i) many.push_back(tried(1, "operation_not_permitted", "op" + std::to_string(i), i));
  observe({}, many);
  const TrialReport report = store().trial(tenant, key, 1).value();
  EXPECT_EQ(report.would_refuse, 50u);
  ASSERT_EQ(report.examples.size(), UsageStore::kMaxTrialExamples);
  EXPECT_EQ(report.examples[0].operation, "op49");
}

}  // namespace
}  // namespace latchkey::store
