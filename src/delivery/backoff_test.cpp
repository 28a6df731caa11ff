#include "delivery/backoff.h"

#include <gtest/gtest.h>

namespace latchkey::delivery {
namespace {

TEST(Backoff, EachWaitIsTheListsAndUpToAFifthLonger) {
  SeededRandom random(1);
  const auto& seconds = standard_retry_seconds();
  std::int64_t total = 0;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    for (int again = 0; again < 100; ++again) {
      const auto delay = retry_delay_ms(seconds, static_cast<int>(i) + 1, random);
      ASSERT_TRUE(delay);
      EXPECT_GE(*delay, seconds[i] * 1000);
      EXPECT_LE(*delay, seconds[i] * 1200);
    }
    total += seconds[i];
  }
  EXPECT_GT(total, 3 * 86'400) << "a weekend is survived";
  EXPECT_FALSE(retry_delay_ms(seconds, static_cast<int>(seconds.size()) + 1, random)) << "it ends";
}

TEST(Backoff, WaitsOfFailuresThatFellTogetherDiffer) {
  SeededRandom random(2);
  std::vector<std::int64_t> delays;
  for (int i = 0; i < 50; ++i) delays.push_back(*retry_delay_ms({1000}, 1, random));
  std::sort(delays.begin(), delays.end());
  EXPECT_GT(delays.back() - delays.front(), 100'000);
}

TEST(Backoff, ReadsListsOfSecondsStrictly) {
  EXPECT_EQ(*parse_retry_seconds("5,300, 1800"), (std::vector<std::int64_t>{5, 300, 1800}));
  EXPECT_EQ(*parse_retry_seconds("0"), std::vector<std::int64_t>{0});
  std::string many = "1";
  for (int i = 0; i < 40; ++i) many += ",1";
  for (const std::string& wrong :
       {std::string(), std::string("5,"), std::string("-1"), std::string("1.5"), std::string("999999999"), many}) {
    const auto parsed = parse_retry_seconds(wrong);
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace latchkey::delivery
