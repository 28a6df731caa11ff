#include "limit/failure_limiter.h"

#include <cstring>

namespace latchkey::limit {
namespace {

std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

FailureLimiter::FailureLimiter(Rule rule, Random& random)
    : rule_(rule), window_ns_(rule.window_ms * 1'000'000), sets_(std::make_unique<std::array<Set, kSets>>()) {
  random.fill({reinterpret_cast<std::uint8_t*>(seed_.data()), sizeof seed_});
}

// To the window that `now` lies in.
void FailureLimiter::advance(Entry& entry, std::int64_t now_ns) const {
  const std::int64_t windows = (now_ns - entry.began_ns) / window_ns_;
  if (windows <= 0) return;
  entry.before = windows == 1 ? entry.current : 0;
  entry.current = 0;
  entry.began_ns += windows * window_ns_;
}

FailureLimiter::Entry& FailureLimiter::entry_of(Set& set, std::uint64_t high, std::uint64_t low,
                                                std::int64_t now_ns) const {
  Entry* least = nullptr;
  for (Entry& entry : set.entries) {
    advance(entry, now_ns);
    if (entry.high == high && entry.low == low && entry.total() > 0) return entry;
    if (least == nullptr || entry.total() < least->total()) least = &entry;
  }
  return *least = {high, low, now_ns, 0, 0};
}

std::optional<std::int64_t> FailureLimiter::note(const IpAddress& address, std::int64_t now_ns) {
  if (rule_.failures == 0 || address == IpAddress{}) return std::nullopt;
  std::uint64_t high, low;
  std::memcpy(&high, address.bytes().data(), sizeof high);
  std::memcpy(&low, address.bytes().data() + sizeof high, sizeof low);
  if (!address.is_v4()) low = 0;  // whoever has an IPv6 address usually has its whole /64
  const std::uint64_t hash = mixed(mixed(high ^ seed_[0]) + (low ^ seed_[1]));
  Set& set = (*sets_)[hash % kSets];
  const std::lock_guard lock(set.mutex);
  Entry& entry = entry_of(set, high, low, now_ns);
  if (entry.total() < rule_.failures) {
    ++entry.current;
    return std::nullopt;
  }
  // Once the current window ends, what it counts holds for one more.
  const std::int64_t end_ns = entry.began_ns + window_ns_;
  return (entry.current < rule_.failures ? end_ns : end_ns + window_ns_) - now_ns;
}

}  // namespace latchkey::limit
