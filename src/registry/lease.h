// Until when a node may rely on what it knows. Whoever follows the feed extends it; each check reads it, after its request
// came in and before it looks anything up.
//
//   Lease lease;
//   lease.extend(asked_ns, max_staleness_ns);          // all that the store had when it was asked, later than asked_ns, is applied
//   const std::int64_t until_ns = lease.until_ns();    // then the look-up
//   if (clock.steady_ns() >= until_ns) ...             // this node may have missed a revocation
//
// Why it holds (docs/revocation.md): a change that was committed before the store was asked is applied; one that was committed
// later was so after asked_ns. So max_staleness after any commit was acknowledged the lease that did not know of it is
// over, by every clock that is wrong by less than kMaxDrift. Who waits for that has the same margin on their side.
// Thread-safe. Times are of Clock::steady_ns(), which goes on while a machine sleeps.
#pragma once
#include <atomic>
#include <cstdint>

namespace latchkey::registry {

// By how much a clock may go wrong, as parts of what it measures: 1/1,000.
inline constexpr std::int64_t kMaxDriftParts = 1'000;
// For what is between reading a clock and acting on it.
inline constexpr std::int64_t kLeaseMarginNs = 50'000'000;

// How long a lease may run by the clock of the node that has it: `max_staleness_ns` of true time, whatever its clock is like.
constexpr std::int64_t lease_ns(std::int64_t max_staleness_ns) {
  return max_staleness_ns - max_staleness_ns / kMaxDriftParts - kLeaseMarginNs;
}
// After how long, by any clock, a lease of anybody's is over that began before.
constexpr std::int64_t surely_over_ns(std::int64_t max_staleness_ns) {
  return max_staleness_ns + max_staleness_ns / kMaxDriftParts + kLeaseMarginNs;
}

class Lease {
 public:
  std::int64_t until_ns() const { return until_ns_.load(std::memory_order_acquire); }
  void extend(std::int64_t asked_ns, std::int64_t max_staleness_ns) {
    const std::int64_t until = asked_ns + lease_ns(max_staleness_ns);
    std::int64_t before = until_ns_.load(std::memory_order_relaxed);
    while (before < until && !until_ns_.compare_exchange_weak(before, until, std::memory_order_acq_rel)) {
    }
  }
  // For a node that serves even when it may have missed something, from when it knew all for the first time.
  void extend_for_good() { until_ns_.store(INT64_MAX, std::memory_order_release); }
  void end() { until_ns_.store(kOver, std::memory_order_release); }

 private:
  static constexpr std::int64_t kOver = INT64_MIN;
  std::atomic<std::int64_t> until_ns_{kOver};
};

}  // namespace latchkey::registry
