#include "check/exposure_log.h"

#include <mutex>

namespace latchkey::check {

void ExposureLog::note(const Seen& seen) {
  // A secret's number is a part of its digest, so it needs no hashing.
  const std::size_t start = (seen.secret + static_cast<std::size_t>(seen.how)) % kMaxEntries;
  const std::lock_guard guard(lock_);
  for (std::size_t look = 0; look < kLooks; ++look) {
    NotedExposure& entry = (*current_)[(start + look) % kMaxEntries];
    if (entry.count == 0) {
      entry = {seen.key, seen.tenant, seen.secret, seen.how, seen.at, seen.at, 1};
      return;
    }
    if (entry.secret == seen.secret && entry.how == seen.how && entry.key == seen.key) {
      entry.last_at = seen.at;
      if (entry.count != UINT32_MAX) ++entry.count;
      return;
    }
  }
  dropped_.fetch_add(1, std::memory_order_relaxed);
}

std::vector<NotedExposure> ExposureLog::take() {
  {
    const std::lock_guard guard(lock_);
    current_.swap(other_);
  }
  std::vector<NotedExposure> out;
  for (NotedExposure& entry : *other_) {
    if (entry.count == 0) continue;
    out.push_back(entry);
    entry = {};
  }
  return out;
}

}  // namespace latchkey::check
