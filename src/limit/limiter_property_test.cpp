// The limiter against an oracle that keeps every timestamp, on arrivals of many kinds.
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <random>

#include "limit/limiter.h"

namespace latchkey::limit {
namespace {

using Rng = std::mt19937_64;

// Everything admitted, and the most that ever was within one window.
class Oracle {
 public:
  explicit Oracle(std::int64_t window_ns) : window_ns_(window_ns) {}
  void admit(std::int64_t now_ns, std::uint32_t cost) {
    admitted_.push_back({now_ns, cost});
    sum_ += cost;
    total_ += cost;
    while (admitted_.front().first <= now_ns - window_ns_) {
      sum_ -= admitted_.front().second;
      admitted_.pop_front();
    }
    most_ = std::max(most_, sum_);
  }
  std::uint64_t most() const { return most_; }
  std::uint64_t total() const { return total_; }

 private:
  std::int64_t window_ns_;
  std::deque<std::pair<std::int64_t, std::uint32_t>> admitted_;
  std::uint64_t sum_ = 0, most_ = 0, total_ = 0;
};

struct Arrivals {
  std::string name;
  // Nanoseconds to the next arrival, for the i-th.
  std::function<std::int64_t(Rng&, int i, const RateLimit&)> gap;
  std::uint32_t most_cost = 1;
};

const std::vector<Arrivals>& hostile() {
  static const std::vector<Arrivals> all = {
      {"at random",
       [](Rng& rng, int, const RateLimit& p) {
         return static_cast<std::int64_t>(
             rng() % static_cast<std::uint64_t>(2 * p.window_ns() / static_cast<std::int64_t>(p.limit) + 1));
       }},
      {"as fast as can be", [](Rng&, int, const RateLimit&) { return std::int64_t{1'000}; }},
      {"all at once, then at the edge of the window",
       [](Rng&, int i, const RateLimit& p) {
         return i % static_cast<int>(2 * p.limit) == 0 ? p.window_ns() - 1 : std::int64_t{0};
       }},
      {"around the edges of cells",
       [](Rng& rng, int, const RateLimit& p) { return p.window_ns() / 48 + static_cast<std::int64_t>(rng() % 3) - 1; }},
      {"half at the end, half at the beginning",
       [](Rng&, int i, const RateLimit& p) {
         return i % static_cast<int>(p.limit) == 0 ? p.window_ns() / 2 : std::int64_t{10};
       }},
      {"long pauses",
       [](Rng& rng, int, const RateLimit& p) {
         return rng() % 50 == 0 ? 3 * p.window_ns() : static_cast<std::int64_t>(rng() % 1'000'000);
       }},
      {"of many costs",
       [](Rng& rng, int, const RateLimit& p) {
         return static_cast<std::int64_t>(rng() % static_cast<std::uint64_t>(p.window_ns() / 20));
       },
       9},
  };
  return all;
}

const std::vector<RateLimit>& policies() {
  static const std::vector<RateLimit> all = {
      {"default", 50, 10'000}, {"mail", 10, 1'000},      {"one", 1, 1'000},         {"edge", 64, 1'000},
      {"merged", 65, 10'000},  {"large", 1'000, 60'000}, {"hour", 3'000, 3'600'000}};
  return all;
}

TEST(LimiterProperty, NeverMoreThanTheLimitInAnyWindow) {
  Rng rng(20'260'501);
  for (const RateLimit& policy : policies()) {
    for (const Arrivals& arrivals : hostile()) {
      InMemoryLimiter limiter;
      Oracle oracle(policy.window_ns());
      std::vector<Standing> standings;
      const Demand demand[] = {{Subject{}, {&policy, 1}}};
      std::int64_t now = static_cast<std::int64_t>(rng() % static_cast<std::uint64_t>(policy.window_ns()));
      for (int i = 0; i < 20'000; ++i) {
        now += arrivals.gap(rng, i, policy);
        const auto cost = 1 + static_cast<std::uint32_t>(rng() % arrivals.most_cost);
        if (limiter.take(demand, cost, now, standings).admitted) oracle.admit(now, cost);
        ASSERT_LE(oracle.most(), policy.limit) << policy.name << ", " << arrivals.name << ", arrival " << i;
      }
    }
  }
}

// A caller that sends evenly at, below or above the limit's rate, or everything it has left in bursts.
TEST(LimiterProperty, NeverLessThan95PercentForEvenAndBurstyCallers) {
  for (const RateLimit& policy : policies()) {
    const auto limit = static_cast<std::int64_t>(policy.limit);
    for (const std::int64_t burst : {std::int64_t{1}, limit / 3 + 1, limit, 2 * limit}) {
      for (const double rate : {0.5, 0.99, 1.0, 1.01, 1.5, 4.0}) {
        InMemoryLimiter limiter;
        std::vector<Standing> standings;
        const Demand demand[] = {{Subject{}, {&policy, 1}}};
        // What an exact limiter would admit of the same arrivals.
        std::deque<std::int64_t> exact;
        std::uint64_t admitted = 0, offered = 0, ideal = 0;
        const auto gap = static_cast<std::int64_t>(static_cast<double>(policy.window_ns()) /
                                                   static_cast<double>(limit) * static_cast<double>(burst) / rate);
        for (std::int64_t now = 0; now < 30 * policy.window_ns(); now += gap) {
          for (std::int64_t i = 0; i < burst; ++i) {
            ++offered;
            admitted += limiter.take(demand, 1, now, standings).admitted;
            while (!exact.empty() && exact.front() <= now - policy.window_ns()) exact.pop_front();
            if (exact.size() < policy.limit) exact.push_back(now), ++ideal;
          }
        }
        EXPECT_GE(static_cast<double>(admitted), 0.95 * static_cast<double>(ideal))
            << policy.name << ", bursts of " << burst << " at " << rate << " of the rate: " << offered << " offered";
      }
    }
  }
}

TEST(LimiterProperty, WaitingAsLongAsToldIsAlwaysEnough) {
  Rng rng(7);
  for (const RateLimit& policy : policies()) {
    InMemoryLimiter limiter;
    std::vector<Standing> standings;
    const Demand demand[] = {{Subject{}, {&policy, 1}}};
    std::int64_t now = 0;
    for (int i = 0; i < 20'000; ++i) {
      now += static_cast<std::int64_t>(rng() % static_cast<std::uint64_t>(policy.window_ns() /
                                                                          static_cast<std::int64_t>(policy.limit)));
      const auto cost = 1 + static_cast<std::uint32_t>(rng() % std::min<std::uint64_t>(policy.limit, 5));
      const Verdict verdict = limiter.take(demand, cost, now, standings);
      if (verdict.admitted) continue;
      ASSERT_TRUE(verdict.retry_after_ns);
      now += *verdict.retry_after_ns;
      ASSERT_TRUE(limiter.take(demand, cost, now, standings).admitted) << policy.name;
    }
  }
}

}  // namespace
}  // namespace latchkey::limit
