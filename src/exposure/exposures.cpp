#include "exposure/exposures.h"

#include <algorithm>

#include "base/log.h"
#include "exposure/plan.h"

namespace latchkey::exposure {
namespace {

ExposureAction action_of(Step step) {
  switch (step) {
    case Step::kNothing: return ExposureAction::kNone;
    case Step::kRotate: return ExposureAction::kRotated;
    case Step::kEndKey:
    case Step::kEndSecret: return ExposureAction::kRevoked;
    case Step::kHoldBack: return ExposureAction::kHeldBack;
  }
  return ExposureAction::kNone;
}

KeyExposure seen_in(const ExposureEvent& event) {
  KeyExposure seen;
  seen.key = event.key;
  seen.tenant = event.tenant;
  seen.secret = event.secret;
  seen.how = event.how;
  seen.source = event.source;
  seen.url = event.url;
  seen.first_at = seen.last_at = event.at;
  seen.count = event.count;
  return seen;
}

// Of several mistakes in fields the first says why.
template <class T>
std::optional<Error> why_not(const lifecycle::ChangeResult<T>& done) {
  if (done) return std::nullopt;
  Error error = done.error().error;
  if (!done.error().fields.empty()) error.message = done.error().fields.front().detail;
  return error;
}

}  // namespace

bool is_working(const ApiKey& key, std::uint64_t secret, Instant now) {
  if (key.deleted_at || key.state == KeyState::kRevoked) return false;
  if (key.expires_at && *key.expires_at <= now) return false;
  return std::ranges::any_of(key.secrets, [&](const KeySecret& each) {
    return each.number == secret && (!each.valid_until || *each.valid_until > now);
  });
}

const KeyExposure* gravest(const ApiKey& key, const std::vector<KeyExposure>& exposures, Instant now) {
  const KeyExposure* out = nullptr;
  for (const KeyExposure& each : exposures) {
    if (each.key != key.id || !is_working(key, each.secret, now)) continue;
    const bool graver = out == nullptr || std::pair(each.how, each.last_at) > std::pair(out->how, out->last_at);
    if (graver) out = &each;
  }
  return out;
}

Result<void> Exposures::report(const ExposureEvent& event) {
  const std::lock_guard lock(mutex_);
  ExposureEvent again = event;
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    LK_ASSIGN(const bool overtaken, deal_with(again));
    if (!overtaken) return {};
    again.count = 0;
  }
  return fail(ErrorCode::kUnavailable, "The key changes too often to be dealt with now. Report it again.");
}

Result<bool> Exposures::deal_with(const ExposureEvent& event) {
  const auto record = key_store_.find_key(event.tenant, event.key);
  if (!record && record.error().code == ErrorCode::kNotFound) return false;
  if (!record) return std::unexpected(record.error());
  const ApiKey& key = record->key;
  const Instant now = clock_.now();
  if (!is_working(key, event.secret, now)) return false;
  LK_ASSIGN(const Tenant tenant, key_store_.find_tenant(event.tenant));
  const KeyExposure seen = seen_in(event);
  LK_ASSIGN(const store::NotedExposure noted, store_.note_exposure(seen));

  Plan plan = make_plan(tenant, key, seen, noted.action, now);
  if (plan.acts()) LK_TRY(hold_back_beyond_the_limits(tenant, key, plan));
  // People are told before anything is done, so that a crash in between leaves them something to go by.
  const auto occurrence = noted.is_new ? watch::Occurrence::kEvent : watch::Occurrence::kContinuing;
  const auto told = tell({tenant.id, &key}, tell_of(key, seen, plan), occurrence, event.count);
  log::warn("key.exposed", {{"key", key.id.to_string()},
                            {"tenant", tenant.id.to_string()},
                            {"secret", secret_id(event.secret)},
                            {"how", to_string(event.how)},
                            {"source", event.source},
                            {"action", to_string(plan.step)}});
  if (const auto why_not = carry_out(plan, tenant, key, seen)) {
    if (why_not->code == ErrorCode::kPreconditionFailed) return true;
    LK_TRY(tell({tenant.id, &key}, tell_of_failure(key, seen, why_not->message), watch::Occurrence::kEvent, 1));
    return false;
  }
  if (plan.step != Step::kNothing) LK_TRY(store_.mark_acted(seen, action_of(plan.step), now));
  if (!told) return std::unexpected(told.error());
  return false;
}

Result<void> Exposures::hold_back_beyond_the_limits(const Tenant& tenant, const ApiKey& key, Plan& plan) {
  LK_ASSIGN(const store::ExposureActs acts, store_.acts_since(tenant.id, clock_.now().plus_ms(-kWithinMs)));
  if (acts.of_tenant < kActsOfTenant && acts.of_all < kActsOfAll) return {};
  plan = held_back();
  log::error("key.exposed_held_back", {{"key", key.id.to_string()},
                                       {"tenant", tenant.id.to_string()},
                                       {"acts_of_tenant", std::to_string(acts.of_tenant)},
                                       {"acts_of_all", std::to_string(acts.of_all)}});
  return tell({tenant.id, nullptr}, tell_of_many(acts.of_tenant, acts.of_all), watch::Occurrence::kEvent, 1);
}

// Only if the key is still as it was judged: whoever changed it meanwhile may have dealt with the exposure.
std::optional<Error> Exposures::carry_out(const Plan& plan, const Tenant& tenant, const ApiKey& key,
                                          const KeyExposure& seen) {
  switch (plan.step) {
    case Step::kNothing:
    case Step::kHoldBack: return std::nullopt;
    case Step::kRotate:
      return why_not(rotations_.rotate(
          tenant, key.id, {.overlap_ms = tenant.key_policy.exposure_overlap_ms, .finish = RotationFinish::kAtEnd},
          key.version));
    case Step::kEndKey: return why_not(keys_.revoke(tenant.id, key.id, key.version));
    case Step::kEndSecret: return why_not(rotations_.revoke_secret(tenant.id, key.id, seen.secret, key.version));
  }
  return std::nullopt;
}

Result<void> Exposures::tell(const watch::About& about, const watch::Finding& finding, watch::Occurrence occurrence,
                             std::int64_t times) {
  LK_ASSIGN(const AlertRuleTable rules, alerts_.rules(about.tenant));
  if (!rules[static_cast<std::size_t>(finding.rule)].enabled) return {};
  LK_TRY(alerts_.raise(about, finding, occurrence, times));
  return {};
}

Result<std::vector<KeyExposure>> Exposures::of(TenantId tenant, const std::vector<ApiKey>& keys) {
  std::vector<KeyId> ids;
  ids.reserve(keys.size());
  for (const ApiKey& key : keys) ids.push_back(key.id);
  return store_.exposures_of(tenant, ids);
}

}  // namespace latchkey::exposure
