#include "core/limits.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

Instant at(std::string_view text) { return *parse_rfc3339(text); }

TEST(Periods, AreDaysAndMonthsOfUtc) {
  EXPECT_EQ(period_at(Period::kDay, {0}), 0);
  EXPECT_EQ(period_at(Period::kDay, at("1970-01-02T00:00:00Z")), 1);
  EXPECT_EQ(period_at(Period::kMonth, at("1970-12-31T23:59:59.999Z")), 11);
  EXPECT_EQ(period_at(Period::kMonth, at("2026-05-01T01:30:00+02:00")),
            period_at(Period::kMonth, at("2026-04-02T00:00:00Z")));
  for (const char* text :
       {"2024-02-29T12:00:00Z", "2026-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z", "2100-02-28T23:00:00Z"}) {
    for (const Period period : {Period::kDay, Period::kMonth}) {
      const std::int64_t number = period_at(period, at(text));
      EXPECT_EQ(period_at(period, period_end(period, number)), number + 1) << text;
      EXPECT_EQ(period_at(period, period_end(period, number).plus_ms(-1)), number) << text;
    }
  }
  EXPECT_EQ(period_end(Period::kMonth, period_at(Period::kMonth, at("2024-02-03T00:00:00Z"))),
            at("2024-03-01T00:00:00Z"));
  EXPECT_EQ(period_end(Period::kDay, period_at(Period::kDay, at("2026-12-31T00:00:00Z"))), at("2027-01-01T00:00:00Z"));
}

TEST(Periods, AreWrittenAndRead) {
  for (const Period period : {Period::kDay, Period::kMonth}) EXPECT_EQ(parse_period(to_string(period)), period);
  EXPECT_FALSE(parse_period("week"));
}

TEST(LimitNames, AreLowerCaseAndShort) {
  for (const char* good : {"a", "burst", "per-10s", "a1234567890123456789012345678901"}) {
    EXPECT_TRUE(is_limit_name(good)) << good;
    EXPECT_EQ(LimitName(good).view(), good);
  }
  for (const char* bad : {"", "A", "1a", "-a", "a b", "a\"", "ü", "a12345678901234567890123456789012"}) {
    EXPECT_FALSE(is_limit_name(bad)) << bad;
  }
}

}  // namespace
}  // namespace latchkey
