#include "limit/calendar.h"

#include <cstdlib>

namespace latchkey::limit {

bool Calendar::observe(Instant wall, std::int64_t steady_ns) {
  const std::int64_t offset_ms = wall.unix_ms - steady_ns / 1'000'000;
  const std::int64_t parted_ms = offset_ms - offset_ms_.load(std::memory_order_relaxed);
  if (started_ && std::abs(parted_ms) > kDriftMs) {
    if (!doubt_since_ns_) doubt_since_ns_ = steady_ns;
    if (steady_ns - *doubt_since_ns_ < kDoubtNs) return false;
  }
  const bool back = started_ && parted_ms < -kDriftMs;
  offset_ms_.store(offset_ms, std::memory_order_relaxed);
  doubt_since_ns_.reset();
  started_ = true;
  return back;
}

}  // namespace latchkey::limit
