#include "app/quota_keeper.h"

namespace latchkey::app {

Result<void> QuotaKeeper::restore() {
  LK_ASSIGN(const std::vector<QuotaCount> counts, store_.load_quota_counts(limiter_.calendar_at(clock_.steady_ns())));
  limiter_.restore(counts);
  must_restore_ = false;
  return {};
}

Result<void> QuotaKeeper::load() {
  limiter_.observe(clock_.now(), clock_.steady_ns());
  return restore();
}

Result<void> QuotaKeeper::tick() {
  must_restore_ |= limiter_.observe(clock_.now(), clock_.steady_ns());
  // Idle counts of a period that is over are forgotten; if it comes back, so must they.
  if (must_restore_) LK_TRY(restore());
  return flush();
}

Result<void> QuotaKeeper::flush() {
  const std::vector<QuotaCount> counts = limiter_.unsaved();
  if (counts.empty()) return {};
  LK_TRY(store_.record_quota_counts(counts));
  limiter_.saved(counts);
  return {};
}

}  // namespace latchkey::app
