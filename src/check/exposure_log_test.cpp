#include "check/exposure_log.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/random.h"

namespace latchkey::check {
namespace {

constexpr Instant kNow{1'700'000'000'000};

struct ExposureLogTest : testing::Test {
  ExposureLog::Seen seen(std::uint64_t secret, Exposure how = Exposure::kQuery, std::int64_t later_ms = 0) {
    return {key, tenant, secret, how, kNow.plus_ms(later_ms)};
  }
  SystemRandom random;
  KeyId key = KeyId::make(kNow, random);
  TenantId tenant = TenantId::make(kNow, random);
  ExposureLog log;
};

TEST_F(ExposureLogTest, EqualExposuresAreCountedTogether) {
  log.note(seen(7));
  log.note(seen(7, Exposure::kQuery, 1500));
  log.note(seen(7, Exposure::kPlainHttp, 2000));
  auto taken = log.take();
  ASSERT_EQ(taken.size(), 2u);
  const auto& query = taken[0].how == Exposure::kQuery ? taken[0] : taken[1];
  EXPECT_EQ(query.key, key);
  EXPECT_EQ(query.tenant, tenant);
  EXPECT_EQ(query.secret, 7u);
  EXPECT_EQ(query.count, 2u);
  EXPECT_EQ(query.first_at, kNow);
  EXPECT_EQ(query.last_at, kNow.plus_ms(1500));
  EXPECT_TRUE(log.take().empty());
}

TEST_F(ExposureLogTest, WhatHasNoRoomIsDroppedAndCounted) {
  for (std::uint64_t secret = 0; secret < 3 * ExposureLog::kMaxEntries; ++secret) log.note(seen(secret));
  EXPECT_EQ(log.take().size(), ExposureLog::kMaxEntries);
  EXPECT_EQ(log.dropped(), 2 * ExposureLog::kMaxEntries);
  log.note(seen(1));
  EXPECT_EQ(log.take().size(), 1u) << "there is room again";
}

TEST_F(ExposureLogTest, NoneIsLostOrCountedTwiceBetweenThreads) {
  constexpr int kThreads = 4, kNotes = 20'000;
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kNotes; ++n) log.note(seen(static_cast<std::uint64_t>(n % 50)));
      running.fetch_sub(1);
    });
  }
  std::uint64_t sum = 0;
  const auto take = [&] {
    for (const NotedExposure& each : log.take()) sum += each.count;
  };
  while (running.load() > 0) take();
  for (std::thread& thread : threads) thread.join();
  take();
  EXPECT_EQ(sum + log.dropped(), static_cast<std::uint64_t>(kThreads) * kNotes);
}

}  // namespace
}  // namespace latchkey::check
