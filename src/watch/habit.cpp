#include "watch/habit.h"

#include <algorithm>
#include <cmath>

#include "watch/facts.h"

namespace latchkey::watch {
namespace {

constexpr std::size_t kDay = 24, kWeek = 7 * kDay;
// Hours of use that a new level must have filled by more than half to be habit.
constexpr std::size_t kLevelHours = 48;
// A burst goes beyond this ratio. Bursts are habit when they came on so many days.
constexpr double kBurstRatio = 3;
constexpr std::size_t kBurstDays = 4;
constexpr double kBurstQuantile = 0.97;
// An hour with less than this part of a usual one in which the key is in use is not far more than usual.
constexpr double kUsualPart = 0.5;
// By sensitivity, from 1. The ratio to what is expected, and the margin over bursts that are habit.
constexpr double kRatio[] = {8, 5, 3, 2.2, 1.7};
constexpr double kMargin[] = {4, 2.5, 1.8, 1.4, 1.15};

double quantile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::ceil(part * last));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double median(std::vector<double>& values) { return quantile(values, 0.5); }

// Logarithms of counts, and what habit makes of them. `hour` may be the one after the last.
class History {
 public:
  explicit History(std::span<const std::uint64_t> counts) {
    for (const std::uint64_t count : counts) logs_.push_back(std::log1p(static_cast<double>(count)));
    by_day_ = expectations([this](std::size_t hour) { return expect(hour % kDay, kDay, logs_.size() + kDay); }, kDay);
    by_week_ = expectations([this](std::size_t hour) { return expect(hour % kWeek, kWeek, hour); }, kWeek);
    // Two weeks must have been seen before weekdays can be told apart.
    weekly_ = logs_.size() >= 2 * kWeek && error(by_week_) < error(by_day_);
  }

  std::size_t size() const { return logs_.size(); }
  double log(std::size_t hour) const { return logs_[hour]; }
  double expected(std::size_t hour) const { return (weekly_ ? by_week_ : by_day_)[hour]; }
  double above(std::size_t hour) const { return log(hour) - expected(hour); }

 private:
  // The median of the hours at `first`, `first + step`, ..., with those beside each; without those around `leave_out`, which
  // would otherwise foretell itself.
  double expect(std::size_t first, std::size_t step, std::size_t leave_out) {
    samples_.clear();
    for (std::size_t at = first; at <= logs_.size(); at += step) {
      if (at == leave_out) continue;
      for (const std::size_t beside : {at - 1, at, at + 1}) {
        if (beside < logs_.size()) samples_.push_back(logs_[beside]);
      }
    }
    return median(samples_);
  }

  // For every hour and the one after the last. By day the leaving out makes no difference among so many, so that a day of
  // them serves for all.
  template <class Expect>
  std::vector<double> expectations(const Expect& expect_at, std::size_t step) {
    std::vector<double> out;
    for (std::size_t hour = 0; hour <= logs_.size(); ++hour) {
      out.push_back(step == kDay && hour >= kDay ? out[hour - kDay] : expect_at(hour));
    }
    return out;
  }

  double error(const std::vector<double>& expectation) const {
    double sum = 0;
    for (std::size_t hour = 0; hour < logs_.size(); ++hour) sum += std::abs(logs_[hour] - expectation[hour]);
    return sum;
  }

  std::vector<double> logs_;
  std::vector<double> samples_;
  std::vector<double> by_day_, by_week_;
  bool weekly_ = false;
};

// How far the key's level has risen above what the past weeks foretell: over the last hours in which they foretell use. Not
// below 0.
double level_of(const History& history, double use) {
  std::vector<double> latest;
  for (std::size_t hour = history.size(); hour-- > 0 && latest.size() < kLevelHours;) {
    if (history.expected(hour) >= use) latest.push_back(history.above(hour));
  }
  return latest.size() < kLevelHours / 2 ? 0 : std::max(0.0, median(latest));
}

// How far bursts go that are habit; 0 if none are.
double bursts_of(const History& history, double floor) {
  std::vector<double> bursts;
  std::size_t days = 0, last_day = SIZE_MAX;
  for (std::size_t hour = 0; hour < history.size(); ++hour) {
    if (history.above(hour) <= std::log(kBurstRatio) || history.log(hour) < floor) continue;
    bursts.push_back(history.above(hour));
    days += hour / kDay != last_day ? 1 : 0;
    last_day = hour / kDay;
  }
  return days < kBurstDays ? 0 : quantile(bursts, kBurstQuantile);
}

// A usual hour of those in which the key is in use.
double usual_hour(const History& history, double use) {
  std::vector<double> hours;
  for (std::size_t hour = 0; hour < history.size(); ++hour) {
    if (history.log(hour) >= use) hours.push_back(history.log(hour));
  }
  return median(hours);
}

}  // namespace

std::optional<HabitLimit> habit_limit(std::span<const std::uint64_t> before, std::int64_t sensitivity,
                                      std::int64_t at_least) {
  if (before.size() < kMinHabitHours) return std::nullopt;
  const History history(before.last(std::min(before.size(), kHabitHours)));
  const std::size_t strict = static_cast<std::size_t>(std::clamp<std::int64_t>(sensitivity, 1, 5) - 1);
  const double use = std::log1p(static_cast<double>(at_least));
  const double floor = std::max(use, usual_hour(history, use) + std::log(kUsualPart));
  const double ratio = std::log(kRatio[strict]);

  const double expected = history.expected(history.size()) + level_of(history, use);
  const double bursts = bursts_of(history, floor);
  const double above = bursts > 0 ? bursts + std::log(kMargin[strict]) : ratio;
  return HabitLimit{std::expm1(expected), std::expm1(std::max(expected + above, floor))};
}

Finding unusual_traffic(std::string_view nickname, const HabitLimit& limit, std::uint64_t count, Instant hour) {
  const auto expected = static_cast<std::int64_t>(std::llround(limit.expected));
  const auto most = static_cast<std::int64_t>(std::llround(limit.most));
  return {.rule = AlertRule::kUnusualTraffic,
          .severity = AlertSeverity::kWarning,
          .subject = "",
          .title = fmt::format("{} is used far more than usual.", nickname),
          .detail = fmt::format(
              "In the hour from {} it has made {} requests so far; about {} are usual then, and up to {} would not be "
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
