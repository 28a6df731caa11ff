// Carries the counts of quotas over a restart: from the store into the limiter before the first request, and back whenever
// they changed. Used by one thread.
//
//   QuotaKeeper quotas(limiter, store, clock);
//   LK_TRY(quotas.load());
//   quotas.tick();   // every second
//   quotas.flush();  // once nothing is decided any more
#pragma once
#include "base/clock.h"
#include "base/error.h"
#include "limit/limiter.h"
#include "store/quota_store.h"

namespace latchkey::app {

class QuotaKeeper {
 public:
  QuotaKeeper(limit::InMemoryLimiter& limiter, store::QuotaStore& store, const Clock& clock)
      : limiter_(limiter), store_(store), clock_(clock) {}
  Result<void> load();
  // Tells the limiter the time and stores what was used. What can't be stored or read is kept for the next time.
  Result<void> tick();
  Result<void> flush();

 private:
  Result<void> restore();

  limit::InMemoryLimiter& limiter_;
  store::QuotaStore& store_;
  const Clock& clock_;
  bool must_restore_ = false;
};

}  // namespace latchkey::app
