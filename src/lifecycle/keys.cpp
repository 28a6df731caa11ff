#include "lifecycle/keys.h"

#include "lifecycle/new_key.h"
#include "lifecycle/seal.h"

namespace latchkey::lifecycle {
namespace {

// What restrictions the key may be given.
Restrictions check_for(const ApiKey& key, const RestrictionsInput& input, const Tenant& tenant, const catalog::Catalog& catalog,
                       Mistakes& mistakes) {
  if (const auto* type = catalog.find_access_type(key.access_type)) return check_restrictions(input, *type, tenant, catalog, mistakes);
  mistakes.push_back({"/restrictions",
                      fmt::format("The catalog no longer has the access type {} of this key. Make another key, or "
                                  "have the access type put back.",
                                  key.access_type)});
  return key.restrictions;
}

// Whether anything of the key changes.
ChangeResult<bool> apply(const UpdateKey& request, const Tenant& tenant, const catalog::Catalog& catalog, Instant now,
                         ApiKey& key) {
  Mistakes mistakes;
  const ApiKey before = key;
  if (request.nickname) key.nickname = check_name(*request.nickname, "nickname", "/nickname", mistakes);
  if (request.contact_email) key.contact_email = check_email(*request.contact_email, "/contact_email", mistakes);
  if (request.restrictions) key.restrictions = check_for(key, *request.restrictions, tenant, catalog, mistakes);
  if (request.limits) key.limits = check_key_limits(*request.limits, catalog, mistakes);
  if (request.expires_at && *request.expires_at != key.expires_at) {
    check_expiry(*request.expires_at, now, mistakes);
    key.expires_at = expiry_within(*request.expires_at, tenant, key.created_at, mistakes);
  }
  if (!mistakes.empty()) return invalid(std::move(mistakes));
  return key.nickname != before.nickname || key.contact_email != before.contact_email ||
         key.restrictions != before.restrictions || key.limits != before.limits || key.expires_at != before.expires_at;
}

// As somebody would write them.
RestrictionsInput as_input(const Restrictions& restrictions) {
  RestrictionsInput input{restrictions.operations, restrictions.channels, restrictions.attributes, {}};
  for (const IpRange& range : restrictions.ip_ranges) input.ip_ranges.push_back(range.to_string());
  return input;
}

}  // namespace

Keys::Keys(store::KeyStore& store, Feed& feed, const catalog::Catalog& catalog, const credential::Peppers& peppers,
           credential::KeyFormat format, const Clock& clock, Random& random, const HandOverPlaces* places)
    : store_(store),
      feed_(feed),
      catalog_(catalog),
      peppers_(peppers),
      format_(std::move(format)),
      clock_(clock),
      random_(random),
      places_(places),
      writer_(store, feed, peppers) {}

ChangeResult<CreatedKey> Keys::create(const Tenant& tenant, const CreateKey& request, const Actor& actor,
                                      const std::optional<Idempotency>& once) {
  const Instant now = clock_.now();
  const KeyId id = KeyId::make(now, random_);
  std::optional<store::IdempotencyRecord> marker;
  if (once) {
    marker = {tenant.id, credential::sha256(once->key), once->request_hash, id, now};
    auto made_before = replay(tenant.id, *marker);
    if (!made_before) return std::unexpected(std::move(made_before.error()));
    if (*made_before) return std::move(**made_before);
  }

  Mistakes mistakes;
  store::KeyRecord record;
  record.key = judge_new_key(request, tenant, catalog_, now, mistakes);
  check_hand_over(request.hand_over, tenant, places_, mistakes);
  if (!mistakes.empty()) return invalid(std::move(mistakes));

  Secret secret = credential::generate(format_, random_);
  record.key.id = id;
  record.key.hint = credential::hint_of(format_, secret);
  record.key.hand_over = request.hand_over;
  record.key.created_by = actor;
  record.secrets.push_back({peppers_.current(), peppers_.digest(peppers_.current(), secret.expose()), now,
                            std::nullopt});
  store::tell_secrets(record);
  seal(record, peppers_);
  store::Along along;
  along.request = request.request;
  if (request.hand_over.kind != HandOverKind::kShow) {
    along.hand_over = make_hand_over(record.key, request.hand_over, secret, peppers_, now, random_);
    secret = Secret();
  }
  return insert(std::move(record), std::move(secret), along, marker);
}

ChangeResult<CreatedKey> Keys::insert(store::KeyRecord record, Secret secret, const store::Along& along,
                                      const std::optional<store::IdempotencyRecord>& once) {
  const auto sequence = store_.insert_key(record, once, along);
  if (!sequence) {
    if (sequence.error().code == ErrorCode::kConflict && once) {
      // The same request, sent twice at once: the other one was faster.
      auto made_before = replay(record.key.tenant, *once);
      if (!made_before) return std::unexpected(std::move(made_before.error()));
      if (*made_before) return std::move(**made_before);
    }
    return stopped_by(sequence.error());
  }
  if (auto followed = feed_.follow_to(*sequence); !followed) {
    // A secret is only handed out once it works.
    followed.error().message = fmt::format(
        "The key was made, but this server does not accept it yet, so its secret is not shown. "
        "Revoke {} and make another key. {}",
        record.key.id.to_string(), followed.error().message);
    return stopped_by(followed.error());
  }
  return CreatedKey{std::move(record.key), std::move(secret), false};
}

ChangeResult<std::optional<CreatedKey>> Keys::replay(TenantId tenant, const store::IdempotencyRecord& once) {
  const auto found =
      store_.find_idempotency(tenant, once.key_hash, once.created_at.plus_ms(-store::kIdempotencyWindowMs));
  if (!found) return stopped_by(found.error());
  if (!*found) return std::nullopt;
  if ((*found)->request_hash != once.request_hash) {
    return stopped_by({ErrorCode::kConflict,
                       "This Idempotency-Key was used for another request. Use a new one for each key to be made.",
                       {}});
  }
  auto record = store_.find_key(tenant, (*found)->result);
  if (!record) return stopped_by(record.error());
  if (const auto followed = writer_.follow_everything(); !followed) return stopped_by(not_followed(followed.error()));
  return CreatedKey{std::move(record->key), Secret(), true};
}

ChangeResult<ApiKey> Keys::update(const Tenant& tenant, KeyId id, const UpdateKey& request,
                                  std::optional<std::int64_t> expected_version) {
  return writer_.modify(tenant.id, id, expected_version, [&](store::KeyRecord& record, store::Along& along) -> ChangeResult<bool> {
    ApiKey& key = record.key;
    const Instant now = clock_.now();
    if (expected_version && key.version != *expected_version) return stopped_by(key_has_changed());
    if (const auto why = why_unchangeable(key)) return stopped_by(*why);
    auto changed = apply(request, tenant, catalog_, now, key);
    if (changed && *changed) key.updated_at = now;
    return changed;
  });
}

ChangeResult<ApiKey> Keys::change_state(TenantId tenant, KeyId id, KeyState to,
                                        std::optional<std::int64_t> expected_version) {
  return writer_.modify(tenant, id, expected_version, [&](store::KeyRecord& record, store::Along& along) -> ChangeResult<bool> {
    ApiKey& key = record.key;
    if (key.deleted_at) return stopped_by(key_is_deleted());
    if (key.state == to) return false;
    if (key.state == KeyState::kRevoked) return stopped_by(key_is_revoked());
    key.state = to;
    key.updated_at = clock_.now();
    switch (to) {
      case KeyState::kActive: key.disabled_at.reset(); break;
      case KeyState::kDisabled: key.disabled_at = key.updated_at; break;
      case KeyState::kRevoked:
        key.revoked_at = key.updated_at;
        along.withdraw = true;
        break;
    }
    return true;
  });
}

ChangeResult<ApiKey> Keys::disable(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version) {
  return change_state(tenant, id, KeyState::kDisabled, expected_version);
}

ChangeResult<ApiKey> Keys::enable(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version) {
  return change_state(tenant, id, KeyState::kActive, expected_version);
}

ChangeResult<ApiKey> Keys::revoke(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version) {
  return change_state(tenant, id, KeyState::kRevoked, expected_version);
}

ChangeResult<Trial> Keys::start_trial(const Tenant& tenant, KeyId id, const RestrictionsInput& restrictions, const Actor& actor) {
  const auto record = store_.find_key(tenant.id, id);
  if (!record) return stopped_by(record.error());
  if (const auto why = why_unchangeable(record->key)) return stopped_by(*why);
  Mistakes mistakes;
  store::TrialRecord made;
  made.trial.key = id;
  made.trial.tenant = tenant.id;
  made.trial.restrictions = check_for(record->key, restrictions, tenant, catalog_, mistakes);
  if (!mistakes.empty()) return invalid(std::move(mistakes));
  made.trial.started_at = clock_.now();
  made.trial.started_by = actor;
  seal(made, peppers_);
  const auto sequence = store_.put_trial(made);
  if (!sequence) return stopped_by(sequence.error());
  if (const auto followed = feed_.follow_to(*sequence); !followed) return stopped_by(not_followed(followed.error()));
  made.trial.number = *sequence;
  return std::move(made.trial);
}

Result<void> Keys::end_trial(TenantId tenant, KeyId id) {
  LK_ASSIGN(const store::Sequence sequence, store_.delete_trial(tenant, id, clock_.now()));
  if (auto followed = feed_.follow_to(sequence); !followed) return std::unexpected(not_followed(followed.error()));
  return {};
}

ChangeResult<ApiKey> Keys::apply_trial(const Tenant& tenant, KeyId id, std::optional<std::int64_t> expected_version) {
  return writer_.modify(tenant.id, id, expected_version, [&](store::KeyRecord& record, store::Along& along) -> ChangeResult<bool> {
    if (expected_version && record.key.version != *expected_version) return stopped_by(key_has_changed());
    if (const auto why = why_unchangeable(record.key)) return stopped_by(*why);
    if (!record.trial) return stopped_by({ErrorCode::kNotFound, "This key has no restrictions on trial.", {}});
    if (!seal_is_valid(*record.trial, peppers_)) {
      return stopped_by({ErrorCode::kConflict, "The trial was not stored by this server as it now stands, so it can't be applied. Start it again.", {}});
    }
    Mistakes mistakes;
    record.key.restrictions = check_for(record.key, as_input(record.trial->trial.restrictions), tenant, catalog_, mistakes);
    if (!mistakes.empty()) return invalid(std::move(mistakes));
    record.key.updated_at = clock_.now();
    record.trial.reset();
    return true;
  });
}

}  // namespace latchkey::lifecycle
