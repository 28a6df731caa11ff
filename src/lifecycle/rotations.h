// Exchanging the secret of a key, step by step (lifecycle/rotation.h has the states), and taking keys away for a while.
// Answers only when this node's checks follow the change. Thread-safe; calls block (store, fsync).
//
//   Rotations rotations(store, feed, peppers, format, clock, random, uses, places);
//   auto rotated = rotations.rotate(tenant, id, {.overlap_ms = ...}, version);   // rotated->secret is the only copy
#pragma once
#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "core/tenant.h"
#include "credential/format.h"
#include "lifecycle/hand_over.h"
#include "lifecycle/key_writer.h"
#include "lifecycle/rotation.h"

namespace latchkey::lifecycle {

struct RotateKey {
  std::optional<std::int64_t> overlap_ms;  // absent: as the tenant's policy says
  RotationFinish finish = RotationFinish::kAtEnd;
  std::optional<HandOver> hand_over = {};  // absent: as the key's own says; otherwise that becomes the key's own
};

struct RotatedKey {
  ApiKey key;
  Secret secret;  // empty when it is handed over otherwise
};

// When secrets were used. Thread-safe; blocks.
class SecretUses {
 public:
  virtual ~SecretUses() = default;
  // The latest use that is known; of this moment on a server that is asked for it.
  virtual Result<std::optional<Instant>> last_use(TenantId tenant, KeyId key, std::uint64_t secret) = 0;
};

class Rotations {
 public:
  Rotations(store::KeyStore& store, Feed& feed, const credential::Peppers& peppers, credential::KeyFormat format,
            const Clock& clock, Random& random, SecretUses& uses, const HandOverPlaces* places)
      : writer_(store, feed, peppers),
        peppers_(peppers),
        format_(std::move(format)),
        clock_(clock),
        random_(random),
        uses_(uses),
        places_(places) {}

  // A disabled or expired key can be rotated, and stays what it is; one that is revoked or deleted is kConflict.
  ChangeResult<RotatedKey> rotate(const Tenant& tenant, KeyId id, const RotateKey& request,
                                  std::optional<std::int64_t> expected_version);
  ChangeResult<ApiKey> finish(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version);
  ChangeResult<ApiKey> cancel(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version);
  ChangeResult<ApiKey> revoke_secret(TenantId tenant, KeyId id, std::uint64_t number,
                                     std::optional<std::int64_t> expected_version);

  // Idempotent. A deleted key is refused as unknown; restore() makes it what it was, for ApiKey::kRestorableMs.
  ChangeResult<ApiKey> remove(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version);
  ChangeResult<ApiKey> restore(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version);

  // For whoever looks after keys: that a secret manager has the secret, that the new one is in use, that time has passed.
  ChangeResult<ApiKey> delivered(TenantId tenant, KeyId id, std::int64_t generation);
  ChangeResult<ApiKey> used(TenantId tenant, KeyId id, Instant at);
  ChangeResult<ApiKey> tidy(TenantId tenant, KeyId id);

 private:
  ChangeResult<RotationTerms> terms_of(const Tenant& tenant, const RotateKey& request, const HandOver& target) const;
  // Ends hand-overs of the key that are under way; a new secret that went to a manager is taken back out.
  void take_back(const ApiKey& key, bool was_stored, store::Along& along) const;

  KeyWriter writer_;
  const credential::Peppers& peppers_;
  const credential::KeyFormat format_;
  const Clock& clock_;
  Random& random_;
  SecretUses& uses_;
  const HandOverPlaces* const places_;  // null: secrets can only be shown
};

}  // namespace latchkey::lifecycle
