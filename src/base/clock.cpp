#include "base/clock.h"

#include <fmt/core.h>

#include <time.h>

#include <chrono>

namespace latchkey {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// Reads exactly `count` digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// The offset at `at`, in minutes; it must be the rest of the text.
std::optional<int> offset_minutes(std::string_view text, std::size_t at) {
  if (at + 1 == text.size() && (text[at] == 'Z' || text[at] == 'z')) return 0;
  if (at + 6 != text.size() || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':') return std::nullopt;
  const int hours = digits(text, at + 1, 2);
  const int minutes = digits(text, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (text[at] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

Instant SystemClock::now() const {
  // As of the kernel's last tick, at most a few milliseconds ago: every request asks, and reading the clock itself takes
  // several times as long.
  timespec time{};
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return {time.tv_sec * 1'000 + time.tv_nsec / 1'000'000};
}

std::int64_t SystemClock::steady_ns() const {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::string format_rfc3339(Instant instant) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{instant.unix_ms}};
  const auto day = std::chrono::floor<days>(time);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (year < 1970 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 60) {
    return std::nullopt;
  }
  const year_month_day date{std::chrono::year{year}, std::chrono::month(unsigned(month)),
                            std::chrono::day(unsigned(day))};
  if (!date.ok()) return std::nullopt;

  std::size_t at = 19;
  int millis = 0;
  if (text[at] == '.') {
    const std::size_t first = ++at;
    for (int scale = 100; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) {
      millis += (text[at] - '0') * scale;
    }
    if (at == first || at - first > 9) return std::nullopt;
  }
  if (at >= text.size()) return std::nullopt;
  const auto offset = offset_minutes(text, at);
  if (!offset) return std::nullopt;
  const std::int64_t day_ms = std::int64_t{sys_days{date}.time_since_epoch().count()} * 86'400'000;
  return Instant{day_ms + ((hour * 60 + minute - *offset) * 60 + second) * std::int64_t{1000} + millis};
}

}  // namespace latchkey
