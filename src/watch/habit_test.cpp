// How often the rule for unusual traffic is wrong, on generated weeks of traffic of several kinds, and which surges it
// finds. The figures are printed; docs/alerts.md quotes them.
#include "watch/habit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "base/random.h"

namespace latchkey::watch {
namespace {

constexpr std::size_t kDay = 24, kWeek = 7 * kDay;
constexpr std::size_t kLearned = 4 * kWeek, kJudged = 4 * kWeek;
constexpr int kKeys = 40;
constexpr std::int64_t kAtLeast = 50;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  double uniform() { return static_cast<double>(random_.next() >> 11) / 9007199254740992.0; }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * M_PI * uniform()); }
  // Exact for small means; the normal approximation beyond.
  std::uint64_t poisson(double mean) {
    if (mean > 60) return static_cast<std::uint64_t>(std::max(0.0, std::round(mean + std::sqrt(mean) * normal())));
    std::uint64_t count = 0;
    for (double left = std::exp(-mean), product = uniform(); product > left; product *= uniform()) ++count;
    return count;
  }

 private:
  SeededRandom random_;
};

// The mean of an hour; what happens is Poisson around it.
using Kind = double (*)(Dice& dice, double size, std::size_t hour);

bool is_weekend(std::size_t hour) { return hour / kDay % 7 >= 5; }
double day_curve(std::size_t hour) {
  return 0.1 + 0.9 * std::pow(std::sin(M_PI * static_cast<double>(hour % kDay) / 24), 2);
}

double steady(Dice&, double size, std::size_t) { return size; }
double daily(Dice& dice, double size, std::size_t hour) {
  return size * day_curve(hour) * std::exp(0.25 * dice.normal());
}
double weekly(Dice& dice, double size, std::size_t hour) {
  return daily(dice, size, hour) * (is_weekend(hour) ? 0.15 : 1);
}
double office(Dice& dice, double size, std::size_t hour) {
  const std::size_t clock = hour % kDay;
  const bool overtime = clock >= 18 && clock < 21 && dice.uniform() < 0.1;
  if (is_weekend(hour) || clock < 8 || (clock >= 18 && !overtime)) return 0;
  return size * (overtime ? 0.3 : 1) * std::exp(0.3 * dice.normal());
}
double nightly_batch(Dice& dice, double size, std::size_t hour) {
  const std::size_t start = 2 + (hour / kDay * 2654435761u >> 7) % 2;  // at two or at three
  return hour % kDay == start ? 20 * size * std::exp(0.3 * dice.normal()) : 0;
}
double random_bursts(Dice& dice, double size, std::size_t) {
  return dice.uniform() < 0.1 ? 10 * size * std::exp(0.5 * dice.normal()) : 0.1 * size;
}
double growing(Dice& dice, double size, std::size_t hour) {
  return daily(dice, size, hour) * std::pow(1.1, static_cast<double>(hour) / kWeek);
}

std::vector<std::uint64_t> generate(Kind kind, std::uint64_t seed, std::size_t hours) {
  Dice dice(seed);
  const double size = 20 * std::pow(10, 2.5 * dice.uniform());  // 20 to 6,300 requests an hour
  std::vector<std::uint64_t> counts;
  for (std::size_t hour = 0; hour < hours; ++hour) counts.push_back(dice.poisson(kind(dice, size, hour)));
  return counts;
}

struct Case {
  const char* name;
  Kind kind;
  double most_false_alarms;  // a key and week
  double fivefold, tenfold;  // share of surges that must be found at least
  bool in_bursts = false;    // it is idle but for bursts, and a surge is a burst that is larger
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

constexpr Case kCases[] = {
    {"steady", steady, 0.005, 0.97, 1},
    {"daily", daily, 0.01, 0.92, 0.99},
    {"weekly", weekly, 0.03, 0.9, 0.97},
    {"office hours, some overtime", office, 0.2, 0.88, 0.97},
    {"nightly batch", nightly_batch, 0.03, 0.9, 0.97, true},
    {"random bursts", random_bursts, 0.05, 0, 0.9, true},
    {"growing 10% a week", growing, 0.01, 0.92, 0.99},
};

std::optional<HabitLimit> limit_at(const std::vector<std::uint64_t>& counts, std::size_t hour) {
  const std::span<const std::uint64_t> before(counts.data() + hour - kHabitHours, kHabitHours);
  return habit_limit(before, 3, kAtLeast);
}

// An alarm counts once for as long as it lasts, as alerts do.
int false_alarms(const std::vector<std::uint64_t>& counts) {
  int alarms = 0;
  bool going_on = false;
  for (std::size_t hour = kLearned; hour < counts.size(); ++hour) {
    const bool enough = std::cmp_greater_equal(counts[hour], kAtLeast);
    const bool alarm = enough && static_cast<double>(counts[hour]) > limit_at(counts, hour)->most;
    alarms += alarm && !going_on ? 1 : 0;
    going_on = alarm;
  }
  return alarms;
}

// Whether an hour of use with `times` the requests that it had is noticed.
bool finds_surge(const Case& one, const std::vector<std::uint64_t>& counts, double times, Dice& dice) {
  // The middle one of the hours with more than a tenth of what the highest has.
  std::vector<std::uint64_t> bursts(counts);
  std::erase_if(bursts, [most = *std::max_element(counts.begin(), counts.end())](std::uint64_t count) {
    return count < most / 10;
  });
  std::sort(bursts.begin(), bursts.end());
  const std::uint64_t burst = bursts[bursts.size() / 2];
  std::vector<std::size_t> hours;
  for (std::size_t hour = kLearned; hour < counts.size(); ++hour) {
    if (counts[hour] >= (one.in_bursts ? burst : 20)) hours.push_back(hour);
  }
  const std::size_t hour = hours[static_cast<std::size_t>(dice.uniform() * static_cast<double>(hours.size()))];
  const double usual = static_cast<double>(one.in_bursts ? burst : counts[hour]);
  return usual * times > limit_at(counts, hour)->most;
}

class HabitTest : public testing::TestWithParam<Case> {};

TEST_P(HabitTest, RarelyCriesWolfAndFindsSurges) {
  const Case& one = GetParam();
  int alarms = 0, five = 0, ten = 0, surges = 0;
  for (int key = 0; key < kKeys; ++key) {
    const std::uint64_t seed = 20260701 + static_cast<std::uint64_t>(key);
    const auto counts = generate(one.kind, seed, kLearned + kJudged);
    alarms += false_alarms(counts);
    Dice dice(seed * 31);
    for (int i = 0; i < 10; ++i, ++surges) {
      five += finds_surge(one, counts, 5, dice) ? 1 : 0;
      ten += finds_surge(one, counts, 10, dice) ? 1 : 0;
    }
  }
  const double rate = alarms / (kKeys * 4.0), found5 = 1.0 * five / surges, found10 = 1.0 * ten / surges;
  std::printf("%-28s false alarms a key and week %.4f   found of 5x %3.0f%%  of 10x %3.0f%%\n", one.name, rate,
              100 * found5, 100 * found10);
  EXPECT_LE(rate, one.most_false_alarms);
  EXPECT_GE(found5, one.fivefold);
  EXPECT_GE(found10, one.tenfold);
}

INSTANTIATE_TEST_SUITE_P(Traffic, HabitTest, testing::ValuesIn(kCases));

TEST(Habit, WithLessThanAWeekNothingIsUnusual) {
  std::vector<std::uint64_t> counts(kMinHabitHours - 1, 10);
  EXPECT_FALSE(habit_limit(counts, 5, 1));
  counts.push_back(10);
  EXPECT_TRUE(habit_limit(counts, 5, 1));
}

TEST(Habit, SmallNumbersAreNeverUnusual) {
  const std::vector<std::uint64_t> counts(kHabitHours, 0);
  EXPECT_EQ(habit_limit(counts, 5, 50)->most, 50);
}

TEST(Habit, AHigherSensitivityAsksEarlier) {
  const auto counts = generate(daily, 7, kHabitHours);
  double before = 1e300;
  for (std::int64_t sensitivity = 1; sensitivity <= 5; ++sensitivity) {
    const double most = habit_limit(counts, sensitivity, 10)->most;
    EXPECT_LE(most, before);
    before = most;
  }
  EXPECT_LT(before * 2, habit_limit(counts, 1, 10)->most);
}

TEST(Habit, ANewLevelIsHabitAfterTwoDays) {
  std::vector<std::uint64_t> counts(kHabitHours, 100);
  EXPECT_LT(habit_limit(counts, 3, 50)->most, 1000);
  std::fill(counts.end() - kDay + 1, counts.end(), 1000);
  EXPECT_LT(habit_limit(counts, 3, 50)->most, 1000);
  std::fill(counts.end() - 2 * kDay, counts.end(), 1000);
  EXPECT_GT(habit_limit(counts, 3, 50)->most, 1000);
}

TEST(Habit, APastSurgeOfSomeHoursDoesNotHideTheNext) {
  std::vector<std::uint64_t> counts(kHabitHours, 100);
  std::fill(counts.begin() + 200, counts.begin() + 206, 1000);
  EXPECT_LT(habit_limit(counts, 3, 50)->most, 1000);
}

}  // namespace
}  // namespace latchkey::watch
