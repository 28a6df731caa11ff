// Quotas, beside windows and by themselves.
#include <gtest/gtest.h>

#include <cstring>

#include "limit/limiter.h"

namespace latchkey::limit {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kHourMs = 3'600'000;

struct LimiterQuota : ::testing::Test {
  LimiterQuota() { pass(0); }
  // Time passes on both clocks, and once a second someone looks at them.
  void pass(std::int64_t ms) {
    for (std::int64_t left = ms; left > 0; left -= 1'000) {
      steady_ms += std::min<std::int64_t>(left, 1'000);
      went_back |= limiter.observe({steady_ms + wall_offset_ms}, now());
    }
    if (ms == 0) went_back |= limiter.observe({steady_ms + wall_offset_ms}, now());
  }
  std::int64_t now() const { return steady_ms * 1'000'000; }
  Instant wall() const { return {steady_ms + wall_offset_ms}; }
  Verdict take(std::uint32_t cost = 1) {
    const Demand demand[] = {{{owner, kEveryClass}, limits, quotas}};
    return limiter.take(demand, cost, now(), standings);
  }
  int admitted_of(int requests) {
    int admitted = 0;
    for (int i = 0; i < requests; ++i) admitted += take().admitted;
    return admitted;
  }
  void store_all() {
    const auto counts = limiter.unsaved();
    limiter.saved(counts);
  }
  void sweep() {
    for (std::size_t i = 0; i < InMemoryLimiter::kShards; ++i) limiter.sweep(now());
  }

  InMemoryLimiter limiter;
  Uuid owner{7};
  std::vector<RateLimit> limits;
  std::vector<Quota> quotas = {{"daily", Period::kDay, 10}};
  std::vector<Standing> standings;
  std::int64_t steady_ms = 5'000;
  // A quarter to midnight.
  std::int64_t wall_offset_ms = parse_rfc3339("2026-05-31T23:45:00Z")->unix_ms - steady_ms;
  bool went_back = false;
};

TEST_F(LimiterQuota, AdmitsTheQuotaAndTellsWhatIsLeftAndUntilWhen) {
  for (std::uint64_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(take().admitted);
    EXPECT_EQ(standings[0].remaining, 9 - i);
    EXPECT_EQ(standings[0].used, i + 1);
  }
  EXPECT_EQ(standings[0].resets_at, *parse_rfc3339("2026-06-01T00:00:00Z"));
  const Verdict refused = take();
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_after_ns, 900 * kSecondNs);
  EXPECT_TRUE(standings[0].violated);
}

TEST_F(LimiterQuota, WhoWaitsAsLongAsToldIsAdmittedAndNotEarlier) {
  (void)admitted_of(10);
  pass(*take().retry_after_ns / 1'000'000 - 1);
  EXPECT_FALSE(take().admitted);
  pass(1);
  EXPECT_EQ(admitted_of(20), 10);
}

TEST_F(LimiterQuota, DaysAndMonthsAreCountedSideBySide) {
  quotas = {{"daily", Period::kDay, 10}, {"monthly", Period::kMonth, 25}};
  EXPECT_EQ(admitted_of(30), 10);
  pass(kHourMs);  // into June
  EXPECT_EQ(admitted_of(30), 10);
  pass(24 * kHourMs);
  EXPECT_EQ(admitted_of(30), 10);
  pass(24 * kHourMs);
  EXPECT_EQ(admitted_of(30), 5);
  EXPECT_TRUE(standings[1].violated);
  EXPECT_FALSE(standings[0].violated);
  EXPECT_EQ(standings[1].resets_at, *parse_rfc3339("2026-07-01T00:00:00Z"));
}

TEST_F(LimiterQuota, WhatAWindowRefusesIsNotCountedNorTheOtherWayRound) {
  limits = {{"burst", 4, 1'000}};
  EXPECT_EQ(admitted_of(50), 4);
  EXPECT_EQ(standings[1].used, 4u);
  pass(1'000);
  EXPECT_EQ(admitted_of(50), 4);
  pass(1'000);
  EXPECT_EQ(admitted_of(50), 2);
  EXPECT_EQ(standings[0].used, 2u) << "the quota refused, so the window counted nothing";
  EXPECT_FALSE(standings[0].violated);
}

TEST_F(LimiterQuota, TheRefusalIsForWhatTakesLongest) {
  limits = {{"burst", 10, 1'000}};
  (void)admitted_of(10);
  const Verdict refused = take();
  EXPECT_TRUE(standings[0].violated && standings[1].violated);
  EXPECT_EQ(refused.decisive, 1u);
  EXPECT_EQ(refused.retry_after_ns, 900 * kSecondNs);
}

TEST_F(LimiterQuota, CostsCount) {
  EXPECT_TRUE(take(7).admitted);
  EXPECT_FALSE(take(4).admitted);
  EXPECT_TRUE(take(3).admitted);
  const Verdict never = take(11);
  EXPECT_FALSE(never.admitted);
  EXPECT_FALSE(never.retry_after_ns);
}

TEST_F(LimiterQuota, LookingTakesNothing) {
  limits = {{"burst", 4, 1'000}};
  EXPECT_EQ(admitted_of(3), 3);
  const Demand demand[] = {{{owner, kEveryClass}, limits, quotas, Scope::kTenant}};
  std::vector<Standing> seen;
  for (int i = 0; i < 20; ++i) limiter.peek(demand, now(), seen);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].remaining, 1u);
  EXPECT_EQ(seen[1].remaining, 7u);
  EXPECT_EQ(seen[0].scope, Scope::kTenant);
  EXPECT_FALSE(seen[0].violated || seen[1].violated);
  EXPECT_EQ(limiter.subjects(), 2u);
  const Demand stranger[] = {{{Uuid{8}, kEveryClass}, limits, quotas}};
  limiter.peek(stranger, now(), seen);
  EXPECT_EQ(seen[0].remaining, 4u);
  EXPECT_EQ(limiter.subjects(), 2u) << "nor does it cost memory";
}

// Both ways, for less than an hour and for good: nobody gets a quota twice, and nobody waits longer than they were told.
TEST_F(LimiterQuota, AClockThatIsWrongForAWhileNeitherFreesNorLocksAnyone) {
  EXPECT_EQ(admitted_of(20), 10);
  const std::int64_t told_ms = *take().retry_after_ns / 1'000'000;
  for (const std::int64_t step_ms : {30 * 24 * kHourMs, -30 * 24 * kHourMs, kHourMs, -kHourMs}) {
    wall_offset_ms += step_ms;
    pass(60'000);
    EXPECT_EQ(admitted_of(20), 0) << "set by " << step_ms << " ms";
    wall_offset_ms -= step_ms;
    pass(1'000);
    EXPECT_EQ(admitted_of(20), 0) << "and back";
  }
  wall_offset_ms -= 50 * 60'000;  // now it is past midnight only by the steady clock
  pass(told_ms - 4 * 61'000);
  EXPECT_EQ(admitted_of(20), 10);
  pass(2 * kHourMs);  // the wrong clock is believed, and has come past midnight too
  EXPECT_EQ(admitted_of(20), 0);
}

TEST_F(LimiterQuota, AClockThatIsSetBackForGoodFindsWhatWasUsedThen) {
  pass(kHourMs);
  EXPECT_EQ(admitted_of(7), 7);  // on the 1st
  pass(24 * kHourMs);
  EXPECT_EQ(admitted_of(4), 4);  // on the 2nd
  wall_offset_ms -= 24 * kHourMs;
  pass(kHourMs + 1'000);
  EXPECT_TRUE(went_back);
  EXPECT_EQ(admitted_of(20), 3) << "of the 1st, which it is again";
  pass(23 * kHourMs);
  EXPECT_EQ(admitted_of(20), 6) << "of the 2nd";
}

TEST_F(LimiterQuota, AClockThatIsSetForwardForGoodBeginsThePeriodThatItSays) {
  EXPECT_EQ(admitted_of(20), 10);
  wall_offset_ms += 400 * 24 * kHourMs;
  pass(10 * 60'000);
  EXPECT_EQ(admitted_of(20), 0);
  pass(kHourMs);
  EXPECT_EQ(admitted_of(20), 10);
}

TEST_F(LimiterQuota, CountsSurviveInTheStore) {
  EXPECT_EQ(admitted_of(6), 6);
  const std::vector<QuotaCount> counts = limiter.unsaved();
  EXPECT_EQ(counts, (std::vector<QuotaCount>{{owner, Period::kDay, period_at(Period::kDay, wall()), 6}}));
  limiter.saved(counts);
  EXPECT_TRUE(limiter.unsaved().empty());
  EXPECT_EQ(admitted_of(1), 1);
  EXPECT_EQ(limiter.unsaved()[0].used, 7u);

  InMemoryLimiter next;
  next.observe(wall(), now());
  next.restore(counts);
  const Demand demand[] = {{{owner, kEveryClass}, {}, quotas}};
  int admitted = 0;
  for (int i = 0; i < 20; ++i) admitted += next.take(demand, 1, now(), standings).admitted;
  EXPECT_EQ(admitted, 4);
}

TEST_F(LimiterQuota, ACountThatWasNotStoredIsToldAgain) {
  EXPECT_EQ(admitted_of(3), 3);
  EXPECT_EQ(limiter.unsaved().size(), 1u);
  sweep();
  EXPECT_EQ(limiter.unsaved().size(), 1u);
  const auto earlier = limiter.unsaved();
  EXPECT_EQ(admitted_of(1), 1);  // while the store was writing
  limiter.saved(earlier);
  ASSERT_EQ(limiter.unsaved().size(), 1u);
  EXPECT_EQ(limiter.unsaved()[0].used, 4u);
}

TEST_F(LimiterQuota, IdleOwnersCostNothingOnceTheirPeriodIsOver) {
  EXPECT_EQ(admitted_of(3), 3);
  store_all();
  sweep();
  EXPECT_EQ(limiter.subjects(), 1u);
  pass(kHourMs);
  sweep();
  EXPECT_EQ(limiter.subjects(), 0u);
  const std::size_t empty = InMemoryLimiter().memory_bytes();
  EXPECT_LE(limiter.memory_bytes(), empty + 64);
}

TEST_F(LimiterQuota, MemoryOfAnOwnerIsAsStated) {
  constexpr std::size_t kOwners = 10'000;
  const std::size_t empty = limiter.memory_bytes();
  for (std::size_t i = 0; i < kOwners; ++i) {
    std::memcpy(owner.data(), &i, sizeof i);
    ASSERT_TRUE(take().admitted);
  }
  const std::size_t each = (limiter.memory_bytes() - empty) / kOwners;
  EXPECT_LE(each, 110u);
  RecordProperty("bytes_of_an_owner", std::to_string(each));
}

}  // namespace
}  // namespace latchkey::limit
