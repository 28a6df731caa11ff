#include "upkeep/key_visit.h"

#include <map>

#include "base/log.h"

namespace latchkey::upkeep {
namespace {

void log_failure(const ApiKey& key, const Result<void>& done) {
  if (!done) log::warn("upkeep.key_failed", {{"key", key.id.to_string()}, {"error", done.error().message}});
}

template <class T>
Result<void> done(const lifecycle::ChangeResult<T>& changed) {
  if (!changed) return std::unexpected(changed.error().error);
  return {};
}

// Whether tidy() would find something.
bool is_untidy(const ApiKey& key, Instant now) {
  const auto ended_long_ago = [now](const KeySecret& secret) {
    return secret.valid_until && secret.valid_until->plus_ms(lifecycle::kEndedKeptMs) <= now;
  };
  return (key.rotation && !key.rotates_at(now)) || std::ranges::any_of(key.secrets, ended_long_ago);
}

}  // namespace

Result<void> KeyVisit::rotating() {
  LK_ASSIGN(const std::vector<store::KeyRecord> records, store_.rotating_keys(after_, kPage));
  after_ = records.size() < static_cast<std::size_t>(kPage) ? KeyId() : records.back().key.id;
  std::map<TenantId, std::vector<KeyId>> by_tenant;
  const Instant now = clock_.now();
  for (const store::KeyRecord& record : records) {
    if (record.key.rotates_at(now) && !record.key.deleted_at) by_tenant[record.key.tenant].push_back(record.key.id);
  }
  std::map<TenantId, std::vector<store::SecretUse>> uses;
  for (const auto& [tenant, ids] : by_tenant) {
    LK_ASSIGN(uses[tenant], usage_.secret_uses(tenant, ids));
  }
  for (const store::KeyRecord& record : records) {
    const ApiKey& key = record.key;
    if (key.deleted_at || key.state == KeyState::kRevoked) continue;
    std::vector<store::SecretUse> of_key;
    std::ranges::copy_if(uses[key.tenant], std::back_inserter(of_key),
                         [&](const auto& use) { return use.key == key.id; });
    log_failure(key, look_at_rotation(key, of_key));
  }
  return {};
}

Result<void> KeyVisit::look_at_rotation(const ApiKey& key, const std::vector<store::SecretUse>& uses) {
  if (!key.rotates_at(clock_.now())) return done(rotations_.tidy(key.tenant, key.id));
  const bool waits_for_use = key.rotation->finish == RotationFinish::kOnFirstUse && !key.rotation->delivering &&
                             !key.secrets[key.secrets.size() - 2].valid_until;
  const auto used = std::ranges::find(uses, key.secrets.back().number, &store::SecretUse::secret);
  if (waits_for_use && used != uses.end()) return done(rotations_.used(key.tenant, key.id, used->at));
  return tell(key, judge_rotation(key, uses, clock_.now()));
}

Result<void> KeyVisit::every_key(const std::atomic<bool>& stopping) {
  std::string cursor;
  do {
    LK_ASSIGN(const store::TenantPage page, store_.list_tenants(cursor, kPage));
    for (const Tenant& tenant : page.tenants) {
      if (stopping) return {};
      if (const auto looked = keys_of(tenant, stopping); !looked) {
        log::warn("upkeep.tenant_failed", {{"tenant", tenant.id.to_string()}, {"error", looked.error().message}});
      }
    }
    cursor = page.next_cursor;
  } while (!cursor.empty());
  for (;;) {
    if (stopping) return {};
    LK_ASSIGN(const int gone, store_.forget_deleted(clock_.now().plus_ms(-ApiKey::kRestorableMs), kPage));
    if (gone < kPage) return {};
  }
}

Result<void> KeyVisit::keys_of(const Tenant& tenant, const std::atomic<bool>& stopping) {
  store::KeyQuery query;
  query.sort = store::KeySort::kCreatedAscending;
  query.limit = kPage;
  query.count = false;
  query.now = clock_.now();
  do {
    if (stopping) return {};
    LK_ASSIGN(const store::KeyPage page, store_.list_keys(tenant.id, query));
    for (const ApiKey& key : page.keys) log_failure(key, look_at(key, tenant));
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return {};
}

Result<void> KeyVisit::look_at(const ApiKey& key, const Tenant& tenant) {
  const Instant now = clock_.now();
  if (is_untidy(key, now)) LK_TRY(done(rotations_.tidy(key.tenant, key.id)));
  if (key.status_at(now) != KeyStatus::kActive) return {};
  LK_TRY(tell(key, judge_ending(key, tenant.key_policy, now)));
  const auto due = exchange_due(key, tenant.key_policy);
  if (due && *due <= now) return exchange(key, tenant);
  return tell(key, judge_secret_due(key, tenant.key_policy, now));
}

Result<void> KeyVisit::exchange(const ApiKey& key, const Tenant& tenant) {
  DueAction action = DueAction::kReported;
  if (tenant.key_policy.on_due == OnDue::kDisable) {
    LK_TRY(done(keys_.disable(tenant.id, key.id, key.version)));
    action = DueAction::kDisabled;
  }
  if (tenant.key_policy.on_due == OnDue::kRotate && key.hand_over.kind == HandOverKind::kSecretManager) {
    LK_TRY(done(rotations_.rotate(tenant, key.id, {.overlap_ms = std::nullopt, .finish = RotationFinish::kOnFirstUse},
                                  key.version)));
    action = DueAction::kRotated;
  }
  return tell(key, secret_is_due(key, tenant.key_policy, action));
}

Result<void> KeyVisit::tell(const ApiKey& key, const std::optional<watch::Finding>& finding) {
  if (!finding) return {};
  LK_ASSIGN(const AlertRuleTable rules, alerts_.rules(key.tenant));
  if (!rules[static_cast<std::size_t>(finding->rule)].enabled) return {};
  LK_TRY(alerts_.raise({key.tenant, &key}, *finding, watch::Occurrence::kState));
  return {};
}

}  // namespace latchkey::upkeep
