// Looks at keys for what time has brought: reminders, secrets that have reached their greatest age and what the policy says of
// them, rotations that end by a first use, what may be forgotten. Everything is judged from what is stored, so it does not matter
// when it last ran; each thing is told once.
//
//   KeyVisit visit(store, keys, rotations, usage, alerts, clock);
//   visit.rotating();             // every second: first uses; every key that rotates, in turns
//   visit.every_key(stopping);    // every hour
//
// Of one thread; calls block.
#pragma once
#include <atomic>

#include "base/clock.h"
#include "lifecycle/keys.h"
#include "lifecycle/rotations.h"
#include "store/key_store.h"
#include "store/usage_store.h"
#include "upkeep/reminders.h"
#include "watch/alerts.h"

namespace latchkey::upkeep {

class KeyVisit {
 public:
  static constexpr int kPage = 500;

  KeyVisit(store::KeyStore& store, lifecycle::Keys& keys, lifecycle::Rotations& rotations, store::UsageStore& usage,
           watch::Alerts& alerts, const Clock& clock)
      : store_(store), keys_(keys), rotations_(rotations), usage_(usage), alerts_(alerts), clock_(clock) {}

  // A page of the keys that rotate, the next one at the next call.
  Result<void> rotating();
  // Ends early once `stopping` is set.
  Result<void> every_key(const std::atomic<bool>& stopping);

 private:
  Result<void> look_at_rotation(const ApiKey& key, const std::vector<store::SecretUse>& uses);
  Result<void> keys_of(const Tenant& tenant, const std::atomic<bool>& stopping);
  Result<void> look_at(const ApiKey& key, const Tenant& tenant);
  Result<void> exchange(const ApiKey& key, const Tenant& tenant);
  Result<void> tell(const ApiKey& key, const std::optional<watch::Finding>& finding);

  store::KeyStore& store_;
  lifecycle::Keys& keys_;
  lifecycle::Rotations& rotations_;
  store::UsageStore& usage_;
  watch::Alerts& alerts_;
  const Clock& clock_;
  KeyId after_;  // where the last page of rotating keys ended
};

}  // namespace latchkey::upkeep
