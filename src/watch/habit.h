// How much traffic of a key is far from its own habit. docs/alerts.md explains the method for people; in short, over the
// logarithms of hourly counts:
//
//   expected  the median of the same hour, and of those beside it, of all days, or of the same weekday of the other weeks:
//             whichever foretells the last 28 days better. Raised to the level of the last two days of use.
//   bursts    how far the key went beyond the ratio before, if it did so on several days: then that is habit too.
//   limit     expected times a fixed ratio, or times the bursts with a margin; never below `at_least`, nor below half of a
//             usual hour of use.
//
// Judged is the current hour from its first minute on: what it has so far against the limit for a whole hour. Pure.
//
//   auto limit = habit_limit(counts_of_the_last_28_days, sensitivity, at_least);
//   bool unusual = limit && count > limit->most;
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "watch/rules.h"

namespace latchkey::watch {

inline constexpr std::size_t kHabitHours = 28 * 24;
// With less than a week of history nothing is unusual.
inline constexpr std::size_t kMinHabitHours = 7 * 24;

struct HabitLimit {
  double expected = 0;  // requests in the hour
  double most = 0;      // what is not unusual yet
};

// `before`: the counts of the hours before the one to judge, oldest first, the last of them just before it; more than
// kHabitHours are not looked at. Empty when there are fewer than kMinHabitHours.
std::optional<HabitLimit> habit_limit(std::span<const std::uint64_t> before, std::int64_t sensitivity,
                                      std::int64_t at_least);

Finding unusual_traffic(std::string_view nickname, const HabitLimit& limit, std::uint64_t count, Instant hour);

}  // namespace latchkey::watch
