#include "store/quota_store_contract_test.h"

#include <algorithm>

namespace latchkey::store {
namespace {

constexpr Uuid kKey{1, 2, 3}, kTenant{9, 8, 7};
const Instant kToday = *parse_rfc3339("2026-05-01T09:30:00Z");
const std::int64_t kDay = period_at(Period::kDay, kToday), kMonth = period_at(Period::kMonth, kToday);

// Of today unless said otherwise.
std::vector<QuotaCount> counts_in(QuotaStore& store, Instant today = kToday) {
  auto counts = store.load_quota_counts(today);
  EXPECT_TRUE(counts) << counts.error().detail;
  return counts ? *counts : std::vector<QuotaCount>{};
}

void record(QuotaStore& store, const std::vector<QuotaCount>& counts) {
  const auto recorded = store.record_quota_counts(counts);
  ASSERT_TRUE(recorded) << recorded.error().message << recorded.error().detail;
}

TEST_P(QuotaStoreContract, WhatWasRecordedIsThereAfterAReopening) {
  const std::vector<QuotaCount> counts = {{kKey, Period::kDay, kDay, 5},
                                          {kKey, Period::kMonth, kMonth, 70},
                                          {kTenant, Period::kDay, kDay, 1'000'000'000'000}};
  record(place_->quotas(), counts);
  EXPECT_EQ(counts_in(place_->quotas()), counts);
  place_->reopen();
  EXPECT_EQ(counts_in(place_->quotas()), counts);
}

TEST_P(QuotaStoreContract, ACountOnlyGrows) {
  for (const std::uint64_t used : {5u, 9u, 7u}) record(place_->quotas(), {{kKey, Period::kDay, kDay, used}});
  EXPECT_EQ(counts_in(place_->quotas()), (std::vector<QuotaCount>{{kKey, Period::kDay, kDay, 9}}));
}

TEST_P(QuotaStoreContract, LoadsThePeriodsOfTodayAndLaterOnes) {
  record(place_->quotas(), {{kKey, Period::kDay, kDay - 1, 1},
                            {kKey, Period::kDay, kDay, 2},
                            {kKey, Period::kDay, kDay + 365, 3},
                            {kKey, Period::kMonth, kMonth - 1, 4},
                            {kKey, Period::kMonth, kMonth, 5}});
  EXPECT_EQ(counts_in(place_->quotas()), (std::vector<QuotaCount>{{kKey, Period::kDay, kDay, 2},
                                                                  {kKey, Period::kDay, kDay + 365, 3},
                                                                  {kKey, Period::kMonth, kMonth, 5}}));
}

TEST_P(QuotaStoreContract, KeepsTwoPeriodsBeforeTheOneThatIsRecordedAndAllAfterIt) {
  for (int day = 0; day < 10; ++day) record(place_->quotas(), {{kKey, Period::kDay, kDay + day, 1}});
  record(place_->quotas(), {{kTenant, Period::kDay, kDay, 1}, {kKey, Period::kDay, kDay + 8, 2}});
  std::vector<std::int64_t> days;
  for (const QuotaCount& count : counts_in(place_->quotas())) {
    if (count.owner == kKey) days.push_back(count.number - kDay);
  }
  EXPECT_EQ(days, (std::vector<std::int64_t>{7, 8, 9}));
}

}  // namespace
}  // namespace latchkey::store
