#include "limit/limiter.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "base/check.h"

namespace latchkey::limit {
namespace {

// Limits over the same time share a window, which must be as fine as the lowest of them wants it.
std::uint64_t lowest_over(std::span<const RateLimit> limits, std::int64_t window_ms) {
  std::uint64_t lowest = ~std::uint64_t{0};
  for (const RateLimit& limit : limits) {
    if (limit.window_ms == window_ms) lowest = std::min(lowest, limit.limit);
  }
  return lowest;
}

// Judges one limit, into a new `standing`; `wait` is how long until it would not be in the way, and nothing if it always is.
void judge_limit(const Demand& demand, const RateLimit& limit, SlidingWindow* window, std::uint32_t cost,
                 std::int64_t now_ns, Standing& standing, std::optional<std::int64_t>& wait) {
  standing.name = LimitName(limit.name);
  standing.scope = demand.scope;
  standing.kind = demand.subject.kind;
  standing.own = limit.own;
  standing.requests = limit.limit;
  standing.window_ms = limit.window_ms;
  if (window == nullptr) {
    wait = cost > limit.limit ? std::nullopt : std::optional<std::int64_t>(0);
  } else {
    window->expire(now_ns, limit.window_ns());
    wait = window->wait_for(now_ns, limit.window_ns(), limit.limit, cost);
    standing.used = window->used();
    standing.more_after_ns = window->until_next_leaves(now_ns, limit.window_ns());
  }
  standing.remaining = limit.limit - std::min(limit.limit, standing.used);
  standing.violated = standing.used + cost > limit.limit;
}

void judge_quota(const Demand& demand, const Quota& quota, const QuotaBook& book, std::uint32_t cost, Instant now,
                 Standing& standing, std::optional<std::int64_t>& wait) {
  const std::int64_t number = period_at(quota.period, now);
  standing.name = LimitName(quota.name);
  standing.scope = demand.scope;
  standing.kind = demand.subject.kind;
  standing.own = true;
  standing.period = quota.period;
  standing.requests = quota.requests;
  standing.used = book.used(demand.subject.id, quota.period, number);
  standing.remaining = quota.requests - std::min(quota.requests, standing.used);
  standing.resets_at = period_end(quota.period, number);
  standing.more_after_ns = (standing.resets_at.unix_ms - now.unix_ms) * 1'000'000;
  standing.violated = standing.used + cost > quota.requests;
  wait = cost > quota.requests ? std::nullopt : std::optional(standing.violated ? standing.more_after_ns : 0);
}

}  // namespace

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::kKey: return "key";
    case Scope::kTenant: return "tenant";
  }
  return "";
}

std::string_view to_string(Counted counted) {
  switch (counted) {
    case Counted::kLocal: return "local";
    case Counted::kExact: return "exact";
    case Counted::kEventual: return "eventual";
    case Counted::kFallback: return "fallback";
  }
  return "";
}

// Only who says that it must be asked is.
void Limiter::ask(std::shared_ptr<Question>) { LK_CHECK(false); }

std::int64_t whole_seconds(std::int64_t ns) {
  constexpr std::int64_t kSecond = 1'000'000'000, kRounding = 1'000'000;
  return ns <= 0 ? 0 : std::max<std::int64_t>(1, (ns + kSecond - kRounding) / kSecond);
}

std::size_t SubjectHash::operator()(const Subject& subject) const noexcept {
  std::uint64_t high, low;
  std::memcpy(&high, subject.id.data(), sizeof high);
  std::memcpy(&low, subject.id.data() + sizeof high, sizeof low);
  // Ids end in random bits that no caller chooses, but begin with the time, so all of them are mixed (splitmix64's finish).
  std::uint64_t z = high * 0x9e3779b97f4a7c15ULL ^ (low + subject.kind * 0xbf58476d1ce4e5b9ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// Where each demand is counted. All their shards are locked, in their order and each once, so that two requests never wait
// for one another.
class InMemoryLimiter::Locked {
 public:
  Locked(InMemoryLimiter& limiter, std::span<const Demand> demands) {
    LK_CHECK(demands.size() <= kMaxDemands);
    for (std::size_t i = 0; i < demands.size(); ++i) {
      LK_CHECK(demands[i].quotas.empty() || demands[i].subject.kind == kEveryClass);
      const std::uint64_t hash = SubjectHash{}(demands[i].subject);
      places_[i] = {&(*limiter.shards_)[shard_of(hash)], hash};
      locked_[i] = places_[i].shard;
    }
    const auto end = locked_.begin() + static_cast<std::ptrdiff_t>(demands.size());
    std::sort(locked_.begin(), end);
    count_ = static_cast<std::size_t>(std::unique(locked_.begin(), end) - locked_.begin());
    for (std::size_t i = 0; i < count_; ++i) locked_[i]->lock.lock();
  }
  ~Locked() {
    for (std::size_t i = 0; i < count_; ++i) locked_[i]->lock.unlock();
  }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  Place operator[](std::size_t demand) const { return places_[demand]; }

 private:
  std::size_t count_ = 0;
  std::array<Place, kMaxDemands> places_;
  std::array<Shard*, kMaxDemands> locked_;
};

InMemoryLimiter::InMemoryLimiter() : shards_(std::make_unique<std::array<Shard, kShards>>()) {}
InMemoryLimiter::~InMemoryLimiter() = default;

Verdict InMemoryLimiter::judge(std::span<const Demand> demands, const Locked& places, std::uint32_t cost, Moment moment,
                               std::vector<Standing>& standings) {
  standings.clear();
  Verdict verdict{.retry_after_ns = 0};
  std::optional<std::int64_t> wait;
  const auto look_at = [&](const Standing& standing) {
    if (!standing.violated) return;
    const bool longer = verdict.retry_after_ns && (!wait || *wait > *verdict.retry_after_ns);
    if (verdict.admitted || longer) {
      verdict.decisive = standings.size() - 1;
      verdict.retry_after_ns = wait;
    }
    verdict.admitted = false;
  };
  for (std::size_t i = 0; i < demands.size(); ++i) {
    const Demand& demand = demands[i];
    const auto [shard, hash] = places[i];
    for (const RateLimit& limit : demand.limits) {
      SlidingWindow* const window = shard->windows.find(demand.subject, hash, limit.window_ns());
      judge_limit(demand, limit, window, cost, moment.now_ns, standings.emplace_back(), wait);
      look_at(standings.back());
    }
    for (const Quota& quota : demand.quotas) {
      judge_quota(demand, quota, shard->quotas, cost, moment.today, standings.emplace_back(), wait);
      look_at(standings.back());
    }
  }
  if (verdict.admitted) verdict.retry_after_ns.reset();
  return verdict;
}

// `standing` is the demand's first.
void InMemoryLimiter::charge(const Demand& demand, Place place, std::uint32_t cost, Moment moment, Standing* standing) {
  for (std::size_t i = 0; i < demand.limits.size(); ++i, ++standing) {
    const RateLimit& limit = demand.limits[i];
    SlidingWindow& window = place.shard->windows.of(demand.subject, place.hash, limit.window_ns());
    const auto earlier = demand.limits.first(i);
    const bool counted = std::ranges::find(earlier, limit.window_ms, &RateLimit::window_ms) != earlier.end();
    if (!counted) window.add(moment.now_ns, limit.window_ns(), lowest_over(demand.limits, limit.window_ms), cost);
    standing->used += cost;
    standing->remaining -= cost;
    standing->more_after_ns = window.until_next_leaves(moment.now_ns, limit.window_ns());
  }
  for (const Quota& quota : demand.quotas) {
    place.shard->quotas.add(demand.subject.id, quota.period, period_at(quota.period, moment.today), cost);
    standing->used += cost;
    standing->remaining -= cost;
    ++standing;
  }
}

Verdict InMemoryLimiter::take(std::span<const Demand> demands, std::uint32_t cost, std::int64_t now_ns,
                              std::vector<Standing>& standings) {
  LK_CHECK(cost >= 1);
  const Locked places(*this, demands);
  // Read once: a request is judged and counted in one and the same period.
  const Moment moment{now_ns, calendar_.at(now_ns)};
  const Verdict verdict = judge(demands, places, cost, moment, standings);
  if (!verdict.admitted) return verdict;
  std::size_t first = 0;
  for (std::size_t i = 0; i < demands.size(); ++i) {
    charge(demands[i], places[i], cost, moment, standings.data() + first);
    first += demands[i].limits.size() + demands[i].quotas.size();
  }
  return verdict;
}

void InMemoryLimiter::peek(std::span<const Demand> demands, std::int64_t now_ns, std::vector<Standing>& standings) {
  const Locked places(*this, demands);
  (void)judge(demands, places, 0, {now_ns, calendar_.at(now_ns)}, standings);
}

void InMemoryLimiter::prefetch(const Subject& subject) const {
  const std::uint64_t hash = SubjectHash{}(subject);
  (*shards_)[shard_of(hash)].windows.prefetch(hash);
}

void InMemoryLimiter::restore(std::span<const QuotaCount> counts) {
  for (const QuotaCount& count : counts) {
    Shard& shard = quota_shard(count.owner);
    const std::lock_guard lock(shard.lock);
    shard.quotas.restore(count);
  }
}

std::vector<QuotaCount> InMemoryLimiter::unsaved() const {
  std::vector<QuotaCount> out;
  for (const Shard& shard : *shards_) {
    const std::lock_guard lock(shard.lock);
    shard.quotas.unsaved(out);
  }
  return out;
}

void InMemoryLimiter::saved(std::span<const QuotaCount> counts) {
  for (const QuotaCount& count : counts) {
    Shard& shard = quota_shard(count.owner);
    const std::lock_guard lock(shard.lock);
    shard.quotas.saved(count);
  }
}

void InMemoryLimiter::sweep(std::int64_t now_ns) {
  Shard& shard = (*shards_)[swept_++ % kShards];
  const std::lock_guard lock(shard.lock);
  shard.quotas.sweep(calendar_.at(now_ns));
  shard.windows.sweep(now_ns);
}

void InMemoryLimiter::count(const Subject& subject, std::int64_t window_ns, std::uint64_t lowest, std::uint32_t cost,
                            std::int64_t now_ns) {
  const std::uint64_t hash = SubjectHash{}(subject);
  Shard& shard = (*shards_)[shard_of(hash)];
  const std::lock_guard lock(shard.lock);
  SlidingWindow& window = shard.windows.of(subject, hash, window_ns);
  window.expire(now_ns, window_ns);
  window.add(now_ns, window_ns, lowest, cost);
}

void InMemoryLimiter::raise(const QuotaCount& count) {
  Shard& shard = quota_shard(count.owner);
  const std::lock_guard lock(shard.lock);
  const std::uint64_t used = shard.quotas.used(count.owner, count.period, count.number);
  if (count.used > used) shard.quotas.add(count.owner, count.period, count.number, count.used - used);
}

std::uint64_t InMemoryLimiter::used(const Subject& subject, std::int64_t window_ns, std::int64_t now_ns) {
  const std::uint64_t hash = SubjectHash{}(subject);
  Shard& shard = (*shards_)[shard_of(hash)];
  const std::lock_guard lock(shard.lock);
  SlidingWindow* const window = shard.windows.find(subject, hash, window_ns);
  if (window == nullptr) return 0;
  window->expire(now_ns, window_ns);
  return window->used();
}

std::uint64_t InMemoryLimiter::used(const Uuid& owner, Period period, std::int64_t number) const {
  const Shard& shard = (*shards_)[shard_of(SubjectHash{}({owner, kEveryClass}))];
  const std::lock_guard lock(shard.lock);
  return shard.quotas.used(owner, period, number);
}

std::size_t InMemoryLimiter::subjects() const {
  std::size_t total = 0;
  for (const Shard& shard : *shards_) {
    const std::lock_guard lock(shard.lock);
    total += shard.windows.size() + shard.quotas.owners();
  }
  return total;
}

std::size_t InMemoryLimiter::memory_bytes() const {
  std::size_t total = sizeof(*shards_);
  for (const Shard& shard : *shards_) {
    const std::lock_guard lock(shard.lock);
    total += shard.windows.memory_bytes() + shard.quotas.memory_bytes();
  }
  return total;
}

}  // namespace latchkey::limit
