// What follows when others may have seen a secret: it is noted, the contact of the key is told, and the key policy of the
// tenant (core/key_policy.h) is carried out, if the secret is one that works. Thread-safe; calls block.
//
//   Exposures exposures(store.exposures(), store, keys, rotations, alerts, clock);
//   exposures.report({.tenant = t, .key = k, .secret = number, .how = ExposureHow::kQuery, .at = now});
//
// Whoever has many secrets could otherwise make Latchkey end them all: so it acts by itself on at most kActsOfTenant secrets
// of a tenant and kActsOfAll in all within kWithinMs, once for each secret. What comes on top is left to people, who are told.
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/exposure.h"
#include "lifecycle/keys.h"
#include "lifecycle/rotations.h"
#include "store/exposure_store.h"
#include "store/key_store.h"
#include "watch/alerts.h"

namespace latchkey::exposure {

struct ExposureEvent {
  TenantId tenant;
  KeyId key;
  std::uint64_t secret = 0;
  ExposureHow how = ExposureHow::kPlainHttp;
  std::string source = {}, url = {};  // as in core/exposure.h
  Instant at = {};
  std::int64_t count = 1;
};

struct Plan;

class Exposures {
 public:
  static constexpr std::int64_t kActsOfTenant = 10;
  static constexpr std::int64_t kActsOfAll = 100;
  static constexpr std::int64_t kWithinMs = 60LL * 60 * 1000;
  static constexpr int kMaxAttempts = 3;

  Exposures(store::ExposureStore& store, store::KeyStore& key_store, lifecycle::Keys& keys,
            lifecycle::Rotations& rotations, watch::Alerts& alerts, const Clock& clock)
      : store_(store), key_store_(key_store), keys_(keys), rotations_(rotations), alerts_(alerts), clock_(clock) {}

  // Of a secret that does not work any more, or never did, nothing is noted and nobody told.
  Result<void> report(const ExposureEvent& event);

  Result<std::vector<KeyExposure>> of(TenantId tenant, const std::vector<ApiKey>& keys);

 private:
  // Whether the key was changed by somebody else before the policy was carried out, so that it must be looked at again.
  Result<bool> deal_with(const ExposureEvent& event);
  Result<void> hold_back_beyond_the_limits(const Tenant& tenant, const ApiKey& key, Plan& plan);
  // Why it could not be done, if so.
  std::optional<Error> carry_out(const Plan& plan, const Tenant& tenant, const ApiKey& key, const KeyExposure& seen);
  Result<void> tell(const watch::About& about, const watch::Finding& finding, watch::Occurrence occurrence,
                    std::int64_t times);

  store::ExposureStore& store_;
  store::KeyStore& key_store_;
  lifecycle::Keys& keys_;
  lifecycle::Rotations& rotations_;
  watch::Alerts& alerts_;
  const Clock& clock_;
  std::mutex mutex_;  // one report at a time, so that no two act on one secret, or beyond the limits
};

// Whether the secret is one of the key's that works, or would if the key were enabled.
bool is_working(const ApiKey& key, std::uint64_t secret, Instant now);
// What to show of a key: the gravest and latest of those whose secret still works.
const KeyExposure* gravest(const ApiKey& key, const std::vector<KeyExposure>& exposures, Instant now);

}  // namespace latchkey::exposure
