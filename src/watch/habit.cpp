#include "watch/habit.h"

#include <algorithm>
#include <cmath>

#include "watch/facts.h"

namespace latchkey::watch {
namespace {

constexpr std::ptrdiff_t kDay = 24, kWeek = 7 * 24;
constexpr std::ptrdiff_t kDays = 28, kWeeks = 4, kRecentDays = 3;
constexpr double kSpreadQuantile = 0.97;
// By sensitivity, from 1. The ratio to what is expected, and the margin over the key's own spread.
constexpr double kRatio[] = {8, 5, 3.5, 2.5, 1.8};
constexpr double kMargin[] = {4, 2.5, 1.8, 1.4, 1.15};

double median(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Logarithms of counts, and what habit makes of them.
class History {
 public:
  explicit History(std::span<const std::uint64_t> counts) {
    for (const std::uint64_t count : counts) logs_.push_back(std::log1p(static_cast<double>(count)));
  }

  // The median of the hours `step` apart from `hour`, up to `steps` away on both sides, with those beside each.
  double expect(std::ptrdiff_t hour, std::ptrdiff_t step, std::ptrdiff_t steps) {
    samples_.clear();
    for (std::ptrdiff_t away = -steps; away <= steps; ++away) {
      if (away == 0) continue;
      for (std::ptrdiff_t beside = -1; beside <= 1; ++beside) {
        const std::ptrdiff_t at = hour + away * step + beside;
        if (at >= 0 && at < size()) samples_.push_back(logs_[static_cast<std::size_t>(at)]);
      }
    }
    return median(samples_);
  }

  std::ptrdiff_t size() const { return std::ssize(logs_); }
  double log(std::ptrdiff_t hour) const { return logs_[static_cast<std::size_t>(hour)]; }

 private:
  std::vector<double> logs_;
  std::vector<double> samples_;
};

struct Rhythm {
  std::ptrdiff_t step = kDay, steps = kDays;
};

double error_of(History& history, const Rhythm& rhythm) {
  double sum = 0;
  for (std::ptrdiff_t hour = 0; hour < history.size(); ++hour) {
    sum += std::abs(history.log(hour) - history.expect(hour, rhythm.step, rhythm.steps));
  }
  return sum;
}

double spread_of(History& history, const Rhythm& rhythm, double busy) {
  std::vector<double> above;
  for (std::ptrdiff_t hour = 0; hour < history.size(); ++hour) {
    if (history.log(hour) < busy) continue;
    above.push_back(std::max(0.0, history.log(hour) - history.expect(hour, rhythm.step, rhythm.steps)));
  }
  if (above.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(std::ceil(kSpreadQuantile * static_cast<double>(above.size()))) - 1;
  std::nth_element(above.begin(), above.begin() + at, above.end());
  return above[static_cast<std::size_t>(at)];
}

}  // namespace

std::optional<HabitLimit> habit_limit(std::span<const std::uint64_t> before, std::int64_t sensitivity, std::int64_t at_least) {
  if (before.size() < kMinHabitHours) return std::nullopt;
  History history(before.last(std::min(before.size(), kHabitHours)));
  const std::size_t level = static_cast<std::size_t>(std::clamp<std::int64_t>(sensitivity, 1, 5) - 1);

  const Rhythm daily{kDay, kDays}, weekly{kWeek, kWeeks};
  // Two weeks must have been seen before weekdays can be told apart.
  const bool has_weeks = history.size() >= 2 * kWeek + kDay;
  const Rhythm rhythm = has_weeks && error_of(history, weekly) < error_of(history, daily) ? weekly : daily;

  const std::ptrdiff_t now = history.size();
  const double expected = std::max(history.expect(now, rhythm.step, rhythm.steps), history.expect(now, kDay, kRecentDays));
  const double spread = spread_of(history, rhythm, std::log1p(static_cast<double>(at_least)));
  const double above = std::max(std::log(kRatio[level]), spread + std::log(kMargin[level]));
  return HabitLimit{std::expm1(expected), std::max(std::expm1(expected + above), static_cast<double>(at_least))};
}

Finding unusual_traffic(std::string_view nickname, const HabitLimit& limit, std::uint64_t count, Instant hour) {
  const auto expected = static_cast<std::int64_t>(std::llround(limit.expected));
  const auto most = static_cast<std::int64_t>(std::llround(limit.most));
  return {.rule = AlertRule::kUnusualTraffic,
          .severity = AlertSeverity::kWarning,
          .subject = "",
          .title = fmt::format("{} is used far more than usual.", nickname),
          .detail = fmt::format("In the hour from {} it has made {} requests so far; about {} are usual then, and up to {} would not be "
                                "out of its habit. If nobody knows why, look at its addresses and operations, and disable the key "
                                "until it is clear.",
                                format_rfc3339(hour).substr(0, 16) + "Z", count, expected, most),
          .facts = Facts()
                       .number("requests", static_cast<std::int64_t>(count))
                       .number("expected", expected)
                       .number("limit", most)
                       .time("hour", hour)
                       .take()};
}

}  // namespace latchkey::watch
