// Keys and their tenant, several classes, windows and quotas at once, against an oracle that keeps every admission with its
// time; while the wall clock is set to and fro.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "limit/effective_limits.h"
#include "limit/limiter.h"

namespace latchkey::limit {
namespace {

using Rng = std::mt19937_64;

struct Admission {
  std::int64_t at_ns;
  int key;
  std::uint32_t rate_class;
  std::uint32_t cost;
  std::array<std::int64_t, kPeriods> periods;  // the day and the month that it was in
};

// Two keys of one tenant. What each limit counts is said as a predicate over admissions.
class World {
 public:
  explicit World(std::uint64_t seed) : rng_(seed) { observe(); }

  void step() {
    advance();
    const Request request = any_request();
    const std::vector<Demand> demands = demands_of(request);
    const Verdict verdict = limiter_.take(demands, request.cost, now_ns_, standings_);
    const bool exact = fits(request);
    if (verdict.admitted) {
      ASSERT_TRUE(exact) << "admitted although a limit was reached";
      admitted_.push_back({now_ns_, request.key, request.rate_class, request.cost, periods()});
    } else {
      ASSERT_FALSE(exact) << "refused although every limit had room";
      check_retry_after(request, verdict);
    }
    check_standings(demands);
    for (const Standing& standing : standings_) {
      if (standing.violated) violated_.insert(std::string(standing.name.view()));
    }
  }
  // Each limit and quota must have had its say, or the test proves nothing about it.
  const std::set<std::string>& names_violated() const { return violated_; }

 private:
  struct Request {
    int key;
    std::uint32_t rate_class;
    std::uint32_t cost;
  };

  void observe() { limiter_.observe({now_ns_ / 1'000'000 + wall_offset_ms_}, now_ns_); }

  // Mostly a little, at times into the next day; at times the wall clock is set, for less than an hour.
  void advance() {
    const std::uint64_t kind = rng_() % 400;
    now_ns_ += static_cast<std::int64_t>(rng_() % 200) * 1'000'000;
    if (kind == 0) now_ns_ += static_cast<std::int64_t>(rng_() % 30) * 3'600'000'000'000;
    if (kind == 1 && set_by_ms_ == 0) {
      set_by_ms_ = static_cast<std::int64_t>(rng_() % 200'000'000) - 100'000'000;
      wall_offset_ms_ += set_by_ms_;
      observe();
      now_ns_ += static_cast<std::int64_t>(rng_() % 3'000'000) * 1'000'000;
      observe();
    } else if (set_by_ms_ != 0 && kind < 40) {
      wall_offset_ms_ -= set_by_ms_;
      set_by_ms_ = 0;
      observe();
    }
    if (set_by_ms_ == 0) observe();
    const std::int64_t oldest_ns = now_ns_ - 70LL * 86'400 * 1'000'000'000;
    std::erase_if(admitted_, [&](const Admission& a) { return a.at_ns < oldest_ns; });
  }

  Request any_request() {
    return {static_cast<int>(rng_() % 2), static_cast<std::uint32_t>(rng_() % 2),
            1 + static_cast<std::uint32_t>(rng_() % 4)};
  }

  std::vector<Demand> demands_of(const Request& request) const {
    const Uuid& key = keys_[request.key == 0 ? 0 : 1];
    return {{{key, request.rate_class}, classes_[request.rate_class], {}, Scope::kKey},
            {{key, kEveryClass}, {}, key_quotas_, Scope::kKey},
            {{tenant_, request.rate_class}, tenant_class_, {}, Scope::kTenant},
            {{tenant_, kEveryClass}, tenant_every_, tenant_quotas_, Scope::kTenant}};
  }

  template <class Counts>
  std::uint64_t used(const Counts& counts) const {
    std::uint64_t total = 0;
    for (const Admission& a : admitted_) total += counts(a) ? a.cost : 0;
    return total;
  }
  std::array<std::int64_t, kPeriods> periods() const {
    const Instant today{now_ns_ / 1'000'000 + kTrueOffsetMs};
    return {period_at(Period::kDay, today), period_at(Period::kMonth, today)};
  }

  // What the oracle says is used of the limit or quota that a demand names.
  std::uint64_t used_of(const Demand& demand, const RateLimit& limit) const {
    return used([&](const Admission& a) { return a.at_ns > now_ns_ - limit.window_ns() && concerns(demand, a); });
  }
  std::uint64_t used_of(const Demand& demand, const Quota& quota) const {
    const auto which = static_cast<std::size_t>(quota.period);
    return used([&, current = periods()[which]](const Admission& a) {
      return a.periods[which] == current && concerns(demand, a);
    });
  }
  bool concerns(const Demand& demand, const Admission& a) const {
    const bool owner = demand.subject.id == tenant_ || demand.subject.id == keys_[a.key == 0 ? 0 : 1];
    return owner && (demand.subject.kind == kEveryClass || demand.subject.kind == a.rate_class);
  }

  bool fits(const Request& request) const {
    for (const Demand& demand : demands_of(request)) {
      for (const RateLimit& limit : demand.limits) {
        if (used_of(demand, limit) + request.cost > limit.limit) return false;
      }
      for (const Quota& quota : demand.quotas) {
        if (used_of(demand, quota) + request.cost > quota.requests) return false;
      }
    }
    return true;
  }

  void check_standings(const std::vector<Demand>& demands) const {
    std::size_t i = 0;
    for (const Demand& demand : demands) {
      for (const RateLimit& limit : demand.limits)
        ASSERT_EQ(standings_[i++].used, used_of(demand, limit)) << limit.name;
      for (const Quota& quota : demand.quotas) ASSERT_EQ(standings_[i++].used, used_of(demand, quota)) << quota.name;
    }
    ASSERT_EQ(i, standings_.size());
  }

  // True by the oracle, and no later than needed.
  void check_retry_after(const Request& request, const Verdict& verdict) {
    ASSERT_TRUE(verdict.retry_after_ns.has_value());
    const std::int64_t refused_at = now_ns_;
    now_ns_ = refused_at + *verdict.retry_after_ns;
    ASSERT_TRUE(fits(request));
    now_ns_ -= 1'000'000;
    ASSERT_FALSE(fits(request));
    now_ns_ = refused_at;
  }

  static constexpr std::int64_t kTrueOffsetMs = 1'777'777'000'000;
  Rng rng_;
  InMemoryLimiter limiter_;
  std::vector<Standing> standings_;
  std::vector<Admission> admitted_;
  std::set<std::string> violated_;
  std::int64_t now_ns_ = 1'000'000'000;
  std::int64_t wall_offset_ms_ = kTrueOffsetMs;
  std::int64_t set_by_ms_ = 0;

  const std::array<Uuid, 2> keys_ = {Uuid{1}, Uuid{2}};
  const Uuid tenant_{9};
  // All at most kExactLimit, so that windows are exact to the nanosecond.
  const std::array<std::vector<RateLimit>, 2> classes_ = {
      std::vector<RateLimit>{{"second", 9, 1'000}, {"ten", 20, 10'000}}, std::vector<RateLimit>{{"mail", 6, 1'000}}};
  const std::vector<RateLimit> tenant_class_ = {{"both", 40, 10'000}};
  const std::vector<RateLimit> tenant_every_ = {{"all", 64, 20'000}};
  const std::vector<Quota> key_quotas_ = {{"key-daily", Period::kDay, 75}};
  const std::vector<Quota> tenant_quotas_ = {{"monthly", Period::kMonth, 900}, {"daily", Period::kDay, 140}};
};

TEST(QuotaProperty, EveryVerdictIsTheOraclesHoweverTheClockIsSet) {
  for (const std::uint64_t seed : {1u, 2u, 20'260'501u}) {
    World world(seed);
    for (int i = 0; i < 12'000; ++i) {
      world.step();
      if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << ", step " << i;
    }
    EXPECT_EQ(world.names_violated(),
              (std::set<std::string>{"all", "both", "daily", "key-daily", "mail", "monthly", "second", "ten"}))
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace latchkey::limit
