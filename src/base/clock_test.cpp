#include "base/clock.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

TEST(Rfc3339, RoundTrips) {
  for (const std::int64_t ms : {0LL, 1LL, 951'782'400'000LL, 1'767'225'600'123LL, 253'402'300'799'999LL}) {
    EXPECT_EQ(parse_rfc3339(format_rfc3339({ms}))->unix_ms, ms);
  }
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
  EXPECT_EQ(parse_rfc3339("2026-05-01T11:30:00+02:00"), parse_rfc3339("2026-05-01T09:30:00Z"));
  EXPECT_EQ(parse_rfc3339("2026-05-01T09:30:00.123456789Z")->unix_ms % 1000, 123);
}

TEST(Rfc3339, RefusesWhatIsNotATime) {
  for (const char* text : {"", "2026-05-01", "2026-02-30T00:00:00Z", "2026-05-01T24:00:00Z", "2026-05-01T09:30:00",
                           "2026-05-01T09:30:00.Z", "2026-05-01T09:30:00Zx", "2026-05-01 09:30:00Z",
                           "2026-05-01T09:30:00+2:00", "1969-12-31T23:59:59Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace latchkey
