#include "api/sign_in_throttle.h"

#include <gtest/gtest.h>

namespace latchkey::api {
namespace {

const IpAddress kHome = IpAddress::v4(192, 0, 2, 1);
const IpAddress kOffice = IpAddress::v4(192, 0, 2, 2);
constexpr const char* kDana = "dana@acme.example";

int attempts_until_refused(SignInThrottle& throttle, const IpAddress& address, std::string_view email) {
  for (int n = 0; n < 1000; ++n) {
    if (throttle.take({address, std::string(email)}) > 0) return n;
  }
  return 1000;
}

TEST(SignInThrottle, SlowsGuessesAndOnlyWhereTheyComeFrom) {
  ManualClock clock;
  SignInThrottle throttle(clock);
  EXPECT_EQ(attempts_until_refused(throttle, kHome, kDana), 5);
  EXPECT_GT(throttle.take({kHome, "DANA@acme.example"}), 0);  // the same person
  EXPECT_EQ(throttle.take({kHome, "eve@acme.example"}), 0);
  EXPECT_EQ(throttle.take({kOffice, kDana}), 0);
}

TEST(SignInThrottle, TheWaitThatItNamesIsEnough) {
  ManualClock clock;
  SignInThrottle throttle(clock);
  attempts_until_refused(throttle, kHome, kDana);
  const std::int64_t wait_s = throttle.take({kHome, kDana});
  ASSERT_GT(wait_s, 0);
  clock.advance_ms(wait_s * 1000);
  EXPECT_EQ(throttle.take({kHome, kDana}), 0);
  EXPECT_GT(throttle.take({kHome, kDana}), 0);
}

TEST(SignInThrottle, SomebodyWhoKnowsThePasswordStartsAfresh) {
  ManualClock clock;
  SignInThrottle throttle(clock);
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(throttle.take({kHome, kDana}), 0) << i;
    throttle.give_back({kHome, kDana});
  }
}

TEST(SignInThrottle, AnAddressCannotTryEverybody) {
  ManualClock clock;
  SignInThrottle throttle(clock);
  int taken = 0;
  for (int i = 0; i < 200; ++i) taken += throttle.take({kHome, fmt::format("person{}@acme.example", i)}) == 0 ? 1 : 0;
  EXPECT_EQ(taken, 50);
}

TEST(SignInThrottle, ANetworkOfIpv6IsOneAddress) {
  ManualClock clock;
  SignInThrottle throttle(clock);
  int taken = 0;
  for (int i = 1; i < 100; ++i)
    taken += throttle.take({*IpAddress::parse(fmt::format("2001:db8::{:x}", i)), kDana}) == 0 ? 1 : 0;
  EXPECT_EQ(taken, 5);
  EXPECT_EQ(throttle.take({*IpAddress::parse("2001:db8:0:1::1"), kDana}), 0);
}

TEST(SignInThrottle, ManyAddressesTryingOnePersonDoNotLockThemOut) {
  ManualClock clock;
  SignInThrottle throttle(clock);
  for (int i = 0; i < 100; ++i) (void)throttle.take({IpAddress::v4(198, 51, 100, static_cast<std::uint8_t>(i)), kDana});
  EXPECT_EQ(throttle.take({kHome, kDana}), 0);  // the owner, from elsewhere
  const std::int64_t wait_s = throttle.take({kHome, kDana});
  EXPECT_GT(wait_s, 10);
  clock.advance_ms(wait_s * 1000);
  EXPECT_EQ(throttle.take({kHome, kDana}), 0);
}

// The attacker sits behind the same address as everyone else, tries their emails too, and never stops.
TEST(SignInThrottle, AnAttackerBehindTheSameAddressKeepsNobodyOutWhoComesBack) {
  ManualClock clock;
  SignInThrottle throttle(clock);
  const auto attack = [&] {
    for (int i = 0; i < 100; ++i) (void)throttle.take({kHome, fmt::format("person{}@acme.example", i)});
    for (int i = 0; i < 100; ++i) (void)throttle.take({kHome, kDana});
  };
  for (int minute = 0; minute < 60; ++minute) {
    attack();
    EXPECT_GT(throttle.take({kHome, kDana}), 0);
    ASSERT_EQ(throttle.take({kHome, kDana, "her browser"}), 0) << minute;
    if (minute % 2 == 0) throttle.give_back({kHome, kDana, "her browser"});
    clock.advance_ms(60'000);
  }
}

TEST(SignInThrottle, ABrowserThatIsKnownMayNotGuessEither) {
  ManualClock clock;
  SignInThrottle throttle(clock);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += throttle.take({kHome, kDana, "stolen"}) == 0 ? 1 : 0;
  EXPECT_EQ(taken, 5);
  EXPECT_EQ(throttle.take({kOffice, kDana, "another"}), 0);
  EXPECT_EQ(throttle.take({kHome, kDana}), 0) << "it has used up nobody else's";
}

TEST(AttemptBook, ForgetsTheLongestUnseenWhenItIsFull) {
  AttemptBook book({.capacity = 3, .per_second = 1}, 2);
  book.spend("a", 3, 1);
  book.spend("b", 3, 2);
  book.spend("c", 3, 3);
  EXPECT_EQ(book.left("a", 3), 3);
  EXPECT_LT(book.left("b", 3), 1);
  EXPECT_LT(book.left("c", 3), 1);
}

}  // namespace
}  // namespace latchkey::api
