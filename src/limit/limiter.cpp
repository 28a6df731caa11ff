#include "limit/limiter.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace latchkey::limit {

std::size_t SubjectHash::operator()(const Subject& subject) const noexcept {
  std::uint64_t high, low;
  std::memcpy(&high, subject.id.data(), sizeof high);
  std::memcpy(&low, subject.id.data() + sizeof high, sizeof low);
  // Ids end in random bits that no caller chooses; an address does not, so all of them are mixed (splitmix64's finish).
  std::uint64_t z = high * 0x9e3779b97f4a7c15ULL ^ (low + subject.kind * 0xbf58476d1ce4e5b9ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

SlidingWindow& InMemoryLimiter::State::of(std::int64_t length_ns) {
  for (Window& window : windows) {
    if (window.length_ns == length_ns) return window.window;
  }
  return windows.emplace_back(Window{length_ns, {}}).window;
}

InMemoryLimiter::InMemoryLimiter() : shards_(std::make_unique<std::array<Shard, kShards>>()) {}
InMemoryLimiter::~InMemoryLimiter() = default;

Verdict InMemoryLimiter::take(std::span<const Demand> demands, std::uint32_t cost, std::int64_t now_ns,
                              std::vector<Standing>& standings) {
  LK_CHECK(demands.size() <= 4 && cost >= 1);
  standings.clear();
  // Locked in the order of the shards, each once, so that two requests never wait for one another.
  std::array<std::size_t, 4> order{};
  for (std::size_t i = 0; i < demands.size(); ++i) order[i] = shard_of(demands[i].subject);
  std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(demands.size()));
  std::array<std::unique_lock<std::mutex>, 4> locks;
  for (std::size_t i = 0; i < demands.size(); ++i) {
    if (i == 0 || order[i] != order[i - 1]) locks[i] = std::unique_lock((*shards_)[order[i]].mutex);
  }

  Verdict verdict;
  std::optional<std::int64_t> wait = 0;
  for (const Demand& demand : demands) {
    State& state = (*shards_)[shard_of(demand.subject)].states[demand.subject];
    for (const RateLimit& limit : demand.limits) {
      SlidingWindow& window = state.of(limit.window_ns());
      window.expire(now_ns, limit.window_ns());
      const auto until = window.wait_for(now_ns, limit.window_ns(), limit.limit, cost);
      const bool violated = window.used() + cost > limit.limit;
      wait = wait && until ? std::optional(std::max(*wait, *until)) : std::nullopt;
      verdict.admitted = verdict.admitted && !violated;
      standings.push_back({&limit, limit.limit - std::min(limit.limit, window.used()),
                           window.until_next_leaves(now_ns, limit.window_ns()), violated});
    }
  }
  if (!verdict.admitted) {
    verdict.retry_after_ns = wait;
    return verdict;
  }
  std::size_t i = 0;
  for (const Demand& demand : demands) {
    State& state = (*shards_)[shard_of(demand.subject)].states[demand.subject];
    for (std::size_t p = 0; p < demand.limits.size(); ++p) {
      const RateLimit& limit = demand.limits[p];
      SlidingWindow& window = state.of(limit.window_ns());
      // Limits over the same time share a window, which counts the request once.
      const auto earlier = demand.limits.first(p);
      const bool counted = std::ranges::find(earlier, limit.window_ms, &RateLimit::window_ms) != earlier.end();
      if (!counted) window.add(now_ns, limit.window_ns(), limit.limit, cost);
      standings[i].remaining -= cost;
      standings[i].more_after_ns = window.until_next_leaves(now_ns, limit.window_ns());
      ++i;
    }
  }
  return verdict;
}

void InMemoryLimiter::sweep(std::int64_t now_ns) {
  Shard& shard = (*shards_)[swept_++ % kShards];
  const std::lock_guard lock(shard.mutex);
  for (auto entry = shard.states.begin(); entry != shard.states.end();) {
    std::vector<Window>& windows = entry->second.windows;
    for (Window& window : windows) window.window.expire(now_ns, window.length_ns);
    const bool idle = std::ranges::all_of(windows, [](const Window& window) { return window.window.empty(); });
    entry = idle ? shard.states.erase(entry) : std::next(entry);
  }
  if (shard.states.empty()) decltype(shard.states)().swap(shard.states);
}

std::size_t InMemoryLimiter::subjects() const {
  std::size_t total = 0;
  for (const Shard& shard : *shards_) {
    const std::lock_guard lock(shard.mutex);
    total += shard.states.size();
  }
  return total;
}

std::size_t InMemoryLimiter::memory_bytes() const {
  std::size_t total = sizeof(*shards_);
  for (const Shard& shard : *shards_) {
    const std::lock_guard lock(shard.mutex);
    total += shard.states.bucket_count() * sizeof(void*);
    for (const auto& [subject, state] : shard.states) {
      total += sizeof(subject) + sizeof(state) + 2 * sizeof(void*) + state.windows.capacity() * sizeof(Window);
      for (const Window& window : state.windows) total += window.window.memory_bytes();
    }
  }
  return total;
}

}  // namespace latchkey::limit
