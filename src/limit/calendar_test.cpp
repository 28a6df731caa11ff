#include "limit/calendar.h"

#include <gtest/gtest.h>

namespace latchkey::limit {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

struct CalendarTest : ::testing::Test {
  // Time passes, and someone looks once a second.
  bool pass(std::int64_t ms) {
    bool back = false;
    for (std::int64_t end = steady_ms + ms; steady_ms < end;) {
      steady_ms += 1'000;
      back |= calendar.observe({steady_ms + wall_offset_ms}, steady_ms * 1'000'000);
    }
    return back;
  }
  std::int64_t believed_offset() const { return calendar.at(steady_ms * 1'000'000).unix_ms - steady_ms; }
  Calendar calendar;
  std::int64_t steady_ms = 77'000, wall_offset_ms = 1'777'000'000'000;
};

TEST_F(CalendarTest, TakesTheFirstTimeAsItIsAndFollowsASteeredClock) {
  pass(1'000);
  EXPECT_EQ(believed_offset(), wall_offset_ms);
  for (int i = 0; i < 1'000; ++i) {
    wall_offset_ms += i % 3 == 0 ? -2 : 5;
    EXPECT_FALSE(pass(1'000));
    ASSERT_EQ(believed_offset(), wall_offset_ms);
  }
}

TEST_F(CalendarTest, AStepThatIsMendedWithinAnHourWasNone) {
  pass(1'000);
  for (const std::int64_t step_ms : {-400 * kHourMs, -kHourMs, kHourMs, 30 * kHourMs}) {
    const std::int64_t right = wall_offset_ms;
    wall_offset_ms += step_ms;
    EXPECT_FALSE(pass(kHourMs - 5'000));
    EXPECT_EQ(believed_offset(), right);
    wall_offset_ms = right;
    EXPECT_FALSE(pass(10'000));
    EXPECT_EQ(believed_offset(), right);
  }
}

TEST_F(CalendarTest, AStepThatStandsForAnHourIsBelieved) {
  pass(1'000);
  for (const std::int64_t step_ms : {-400 * kHourMs, 30 * kHourMs}) {
    wall_offset_ms += step_ms;
    EXPECT_EQ(pass(kHourMs + 2'000), step_ms < 0) << "whether it says that time went back";
    EXPECT_EQ(believed_offset(), wall_offset_ms);
  }
}

}  // namespace
}  // namespace latchkey::limit
