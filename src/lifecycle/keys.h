// What happens to keys: creation, change, disabling, enabling, revocation. Validates against catalog and tenant, seals,
// stores, and answers only when this node's checks follow the change. Thread-safe; calls block (store, fsync).
//
//   Keys keys(store, feed, catalog, peppers, format, clock, random);
//   auto made = keys.create(tenant, request, actor, once);   // made->secret is the only copy
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "base/secret.h"
#include "catalog/catalog.h"
#include "core/api_key.h"
#include "core/tenant.h"
#include "credential/digest.h"
#include "credential/format.h"
#include "lifecycle/change_error.h"
#include "lifecycle/feed.h"
#include "lifecycle/hand_over.h"
#include "lifecycle/key_writer.h"
#include "lifecycle/validate.h"
#include "lifecycle/validate_limits.h"
#include "store/key_store.h"

namespace latchkey::lifecycle {

struct CreateKey {
  std::string nickname, contact_email, access_type;
  RestrictionsInput restrictions;
  std::optional<Instant> expires_at;
  LimitsInput limits = {};
  HandOver hand_over = {};
  // A third party's request that the key answers; kConflict, and no key, unless that waits for an answer.
  std::optional<KeyRequestId> request = {};
};

struct UpdateKey {
  std::optional<std::string> nickname, contact_email;
  std::optional<RestrictionsInput> restrictions;
  std::optional<std::optional<Instant>> expires_at;  // set to nullopt: never
  std::optional<LimitsInput> limits = {};
};

struct CreatedKey {
  ApiKey key;
  Secret secret;          // empty when `replayed`, and when it is handed over otherwise
  bool replayed = false;  // this idempotency key had made it before
};

struct Idempotency {
  std::string key;  // as the caller sent it
  credential::Digest request_hash{};
};

class Keys {
 public:
  Keys(store::KeyStore& store, Feed& feed, const catalog::Catalog& catalog, const credential::Peppers& peppers,
       credential::KeyFormat format, const Clock& clock, Random& random, const HandOverPlaces* places = nullptr);

  ChangeResult<CreatedKey> create(const Tenant& tenant, const CreateKey& request, const Actor& actor,
                                  const std::optional<Idempotency>& once);
  // For an answer that shows a key which somebody else may have made a moment ago: waits until this node's checks follow.
  Result<void> follow_everything() { return writer_.follow_everything(); }
  // `expected_version` from If-Match; kPreconditionFailed when the key has changed since. Without it a lost race is
  // tried again. A revoked key is kConflict. A change to what already is makes no new version.
  ChangeResult<ApiKey> update(const Tenant& tenant, KeyId id, const UpdateKey& request,
                              std::optional<std::int64_t> expected_version);
  // Each is idempotent: a key that is in that state already is answered as it is, whatever `expected_version` says (RFC
  // 9110, 13.1.1), once this node's checks follow. A revoked key can be neither enabled nor disabled (kConflict).
  ChangeResult<ApiKey> disable(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version);
  ChangeResult<ApiKey> enable(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version);
  ChangeResult<ApiKey> revoke(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version);

  // Restrictions on trial (core/trial.h), validated like a key's own. Starting one ends the one before; ending none is fine.
  // A revoked key can have none (kConflict). Changes of the key leave its trial alone.
  ChangeResult<Trial> start_trial(const Tenant& tenant, KeyId id, const RestrictionsInput& restrictions,
                                  const Actor& actor);
  Result<void> end_trial(TenantId tenant, KeyId id);
  // Makes what is on trial the key's own restrictions, as an update would, and ends the trial. kNotFound without one.
  ChangeResult<ApiKey> apply_trial(const Tenant& tenant, KeyId id, std::optional<std::int64_t> expected_version);

 private:
  ChangeResult<CreatedKey> insert(store::KeyRecord record, Secret secret, const store::Along& along,
                                  const std::optional<store::IdempotencyRecord>& once);
  // Empty when this idempotency key has made nothing yet.
  ChangeResult<std::optional<CreatedKey>> replay(TenantId tenant, const store::IdempotencyRecord& once);
  ChangeResult<ApiKey> change_state(TenantId tenant, KeyId id, KeyState to,
                                    std::optional<std::int64_t> expected_version);

  store::KeyStore& store_;
  Feed& feed_;
  const catalog::Catalog& catalog_;
  const credential::Peppers& peppers_;
  const credential::KeyFormat format_;
  const Clock& clock_;
  Random& random_;
  const HandOverPlaces* const places_;  // null: secrets can only be shown
  KeyWriter writer_;
};

}  // namespace latchkey::lifecycle
