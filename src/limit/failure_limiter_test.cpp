#include "limit/failure_limiter.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace latchkey::limit {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

struct FailureLimiterTest : ::testing::Test {
  bool told(std::string_view who) { return !failures.note(address(who), now); }
  SeededRandom random{1};
  FailureLimiter failures{{.failures = 5, .window_ms = 60'000}, random};
  std::int64_t now = 0;
};

TEST_F(FailureLimiterTest, AnAddressIsToldSoOftenAndThenHasToWait) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(told("192.0.2.1"));
  EXPECT_FALSE(told("192.0.2.1"));
  EXPECT_TRUE(told("192.0.2.2")) << "its neighbour is not concerned";
}

TEST_F(FailureLimiterTest, ANetworkOfIpv6IsOneAddress) {
  for (const char* who :
       {"2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::", "2001:db8:1:2::3", "2001:db8:1:2::4"}) {
    ASSERT_TRUE(told(who));
  }
  EXPECT_FALSE(told("2001:db8:1:2:a:b:c:d"));
  EXPECT_TRUE(told("2001:db8:1:3::1"));
}

TEST_F(FailureLimiterTest, NeverMoreThanTheLimitInAnyWindowAndWaitingAsLongAsToldIsEnough) {
  std::mt19937_64 random_numbers(20'260'501);
  std::deque<std::int64_t> told_at;
  for (int i = 0; i < 50'000; ++i) {
    now += static_cast<std::int64_t>(random_numbers() % (i % 7 == 0 ? 70 : 9)) * kSecond;
    auto wait = failures.note(address("192.0.2.1"), now);
    if (wait) {
      ASSERT_GT(*wait, 0);
      ASSERT_LE(*wait, 120 * kSecond);
      if (random_numbers() % 4 != 0) continue;
      now += *wait;
      ASSERT_FALSE(failures.note(address("192.0.2.1"), now));
    }
    told_at.push_back(now);
    while (told_at.front() <= now - 60 * kSecond) told_at.pop_front();
    ASSERT_LE(told_at.size(), 5u);
  }
}

TEST_F(FailureLimiterTest, ManyAddressesMakeNobodyFreeWhoFailsMost) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(told("192.0.2.1"));
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    (void)failures.note(IpAddress::v4(10, static_cast<std::uint8_t>(i >> 16), static_cast<std::uint8_t>(i >> 8),
                                      static_cast<std::uint8_t>(i)),
                        now);
  }
  EXPECT_FALSE(told("192.0.2.1"));
}

TEST_F(FailureLimiterTest, AnAddressThatIsNotKnownIsNotLimited) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(told("::"));
  FailureLimiter off({.failures = 0, .window_ms = 60'000}, random);
  for (int i = 0; i < 100; ++i) ASSERT_FALSE(off.note(address("192.0.2.1"), now));
}

TEST_F(FailureLimiterTest, ItsMemoryIsAsStatedHoweverManyAddressesFail) {
  EXPECT_LE(FailureLimiter::memory_bytes(), 672u * 1024);
}

}  // namespace
}  // namespace latchkey::limit
