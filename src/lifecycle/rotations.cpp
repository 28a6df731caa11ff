#include "lifecycle/rotations.h"

namespace latchkey::lifecycle {

ChangeResult<RotationTerms> Rotations::terms_of(const Tenant& tenant, const RotateKey& request,
                                                const HandOver& target) const {
  std::vector<FieldError> mistakes;
  const std::int64_t overlap_ms = request.overlap_ms.value_or(tenant.key_policy.overlap_ms);
  if (overlap_ms < 0 || overlap_ms > KeyPolicy::kMaxOverlapMs) {
    mistakes.push_back({"/overlap_seconds",
                        fmt::format("An overlap lasts 0 to {} seconds (90 days).", KeyPolicy::kMaxOverlapMs / 1000)});
  }
  check_hand_over(target, tenant, places_, mistakes);
  if (!mistakes.empty()) return invalid(std::move(mistakes));
  return RotationTerms{overlap_ms, request.finish, target.kind == HandOverKind::kSecretManager};
}

ChangeResult<RotatedKey> Rotations::rotate(const Tenant& tenant, KeyId id, const RotateKey& request,
                                           std::optional<std::int64_t> expected_version) {
  Secret secret = credential::generate(format_, random_);
  const credential::PepperId pepper = peppers_.current();
  bool shown = false;
  auto changed =
      writer_.modify(tenant.id, id, expected_version,
                     [&](store::KeyRecord& record, store::Along& along) -> ChangeResult<bool> {
                       ApiKey& key = record.key;
                       if (const auto why = why_unchangeable(key)) return stopped_by(*why);
                       const Instant now = clock_.now();
                       const HandOver target = request.hand_over.value_or(key.hand_over);
                       const auto terms = terms_of(tenant, request, target);
                       if (!terms) return std::unexpected(terms.error());
                       bool new_was_used = false;
                       if (old_secret(record, now) != nullptr) {
                         const auto use = uses_.last_use(tenant.id, id, key.secrets.back().number);
                         if (!use) return stopped_by(use.error());
                         new_was_used = use->has_value();
                       }
                       FreshSecret fresh{{pepper, peppers_.digest(pepper, secret.expose()), now, std::nullopt},
                                         credential::hint_of(format_, secret)};
                       auto begun = begin_rotation(record, std::move(fresh), *terms, new_was_used, now);
                       if (!begun) return begun;
                       key.hand_over = target;
                       key.updated_at = now;
                       shown = target.kind == HandOverKind::kShow;
                       along.withdraw = true;
                       if (!shown) along.hand_over = make_hand_over(key, target, secret, peppers_, now, random_);
                       return true;
                     });
  if (!changed) return std::unexpected(std::move(changed.error()));
  return RotatedKey{std::move(*changed), shown ? std::move(secret) : Secret()};
}

void Rotations::take_back(const ApiKey& key, bool was_stored, store::Along& along) const {
  along.withdraw = true;
  if (was_stored) along.hand_over = make_take_back(key, key.generation, peppers_, clock_.now(), random_);
}

ChangeResult<ApiKey> Rotations::finish(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version) {
  return writer_.modify(tenant, id, expected_version,
                        [&](store::KeyRecord& record, store::Along&) -> ChangeResult<bool> {
                          if (const auto why = why_unchangeable(record.key)) return stopped_by(*why);
                          auto done = finish_rotation(record, clock_.now());
                          if (done && *done) record.key.updated_at = clock_.now();
                          return done;
                        });
}

ChangeResult<ApiKey> Rotations::cancel(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version) {
  return writer_.modify(tenant, id, expected_version,
                        [&](store::KeyRecord& record, store::Along& along) -> ChangeResult<bool> {
                          if (const auto why = why_unchangeable(record.key)) return stopped_by(*why);
                          auto done = cancel_rotation(record, clock_.now());
                          if (done && *done) {
                            record.key.updated_at = clock_.now();
                            take_back(record.key, record.key.hand_over.kind == HandOverKind::kSecretManager, along);
                          }
                          return done;
                        });
}

ChangeResult<ApiKey> Rotations::revoke_secret(TenantId tenant, KeyId id, std::uint64_t number,
                                              std::optional<std::int64_t> expected_version) {
  return writer_.modify(tenant, id, expected_version,
                        [&](store::KeyRecord& record, store::Along& along) -> ChangeResult<bool> {
                          if (const auto why = why_unchangeable(record.key)) return stopped_by(*why);
                          const bool is_newest =
                              !record.key.secrets.empty() && record.key.secrets.back().number == number;
                          auto done = lifecycle::revoke_secret(record, number, clock_.now());
                          if (done && *done) {
                            record.key.updated_at = clock_.now();
                            if (is_newest)
                              take_back(record.key, record.key.hand_over.kind == HandOverKind::kSecretManager, along);
                          }
                          return done;
                        });
}

ChangeResult<ApiKey> Rotations::remove(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version) {
  return writer_.modify(tenant, id, expected_version,
                        [&](store::KeyRecord& record, store::Along& along) -> ChangeResult<bool> {
                          if (record.key.deleted_at) return false;
                          record.key.deleted_at = record.key.updated_at = clock_.now();
                          along.withdraw = true;
                          return true;
                        });
}

ChangeResult<ApiKey> Rotations::restore(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version) {
  return writer_.modify(
      tenant, id, expected_version, [&](store::KeyRecord& record, store::Along&) -> ChangeResult<bool> {
        if (!record.key.deleted_at) return false;
        const Instant now = clock_.now();
        if (record.key.deleted_at->plus_ms(ApiKey::kRestorableMs) <= now) {
          return stopped_by({ErrorCode::kNotFound, "This key was deleted too long ago. Make another key.", {}});
        }
        record.key.deleted_at.reset();
        record.key.updated_at = now;
        // A rotation whose new secret was withdrawn on its way is called off: only the old one is in anybody's hands.
        if (record.key.rotation && record.key.rotation->delivering) return cancel_rotation(record, now);
        return true;
      });
}

ChangeResult<ApiKey> Rotations::delivered(TenantId tenant, KeyId id, std::int64_t generation) {
  return writer_.modify(tenant, id, std::nullopt, [&](store::KeyRecord& record, store::Along&) -> ChangeResult<bool> {
    return note_delivered(record, generation, clock_.now());
  });
}

ChangeResult<ApiKey> Rotations::used(TenantId tenant, KeyId id, Instant at) {
  return writer_.modify(tenant, id, std::nullopt, [&](store::KeyRecord& record, store::Along&) -> ChangeResult<bool> {
    return note_first_use(record, at, clock_.now());
  });
}

ChangeResult<ApiKey> Rotations::tidy(TenantId tenant, KeyId id) {
  return writer_.modify(tenant, id, std::nullopt, [&](store::KeyRecord& record, store::Along&) -> ChangeResult<bool> {
    return tidy_secrets(record, clock_.now());
  });
}

}  // namespace latchkey::lifecycle
