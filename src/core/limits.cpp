#include "core/limits.h"

#include <algorithm>
#include <chrono>

namespace latchkey {
namespace {

constexpr std::int64_t kDayMs = 24 * 3'600'000;

}  // namespace

bool is_limit_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLimitNameBytes && text[0] >= 'a' && text[0] <= 'z' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string_view to_string(Period period) {
  switch (period) {
    case Period::kDay: return "day";
    case Period::kMonth: return "month";
  }
  return "";
}

std::optional<Period> parse_period(std::string_view text) {
  for (const Period period : {Period::kDay, Period::kMonth}) {
    if (text == to_string(period)) return period;
  }
  return std::nullopt;
}

std::int64_t period_at(Period period, Instant moment) {
  using namespace std::chrono;
  const auto day = floor<days>(sys_time<milliseconds>(milliseconds(moment.unix_ms)));
  switch (period) {
    case Period::kDay: return day.time_since_epoch().count();
    case Period::kMonth: {
      const year_month_day date(day);
      return (static_cast<int>(date.year()) - 1970) * 12 +
             static_cast<std::int64_t>(static_cast<unsigned>(date.month())) - 1;
    }
  }
  return 0;
}

Instant period_end(Period period, std::int64_t number) {
  using namespace std::chrono;
  switch (period) {
    case Period::kDay: return {(number + 1) * kDayMs};
    case Period::kMonth: {
      const year_month first = year(1970) / January;
      const sys_days end((first + months(number + 1)) / 1);
      return {duration_cast<milliseconds>(end.time_since_epoch()).count()};
    }
  }
  return {};
}

}  // namespace latchkey
