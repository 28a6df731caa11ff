// START HERE: the whole decision about a request, top to bottom, in the order in which docs/reason-codes.md explains it.
// Every branch that can deny stands in Checker::decide; what it calls is pure and only looks.
#include "check/check.h"

#include "check/credential.h"
#include "check/limits.h"
#include "check/observe.h"
#include "check/restrictions.h"
#include "check/trial.h"

namespace latchkey::check {
namespace {

using registry::LiveKey;

constexpr std::int64_t kStaleRetryNs = 1'000'000'000;

const Decision& deny(Decision& decision, DenyReason reason, std::string detail) {
  decision.outcome = Outcome::kDeny;
  decision.reason = reason;
  decision.status = http_status(reason);
  decision.detail = std::move(detail);
  return decision;
}

// Why a key that is known does not work now, if so.
std::optional<std::pair<DenyReason, std::string_view>> refusal_by_state(const LiveKey& key,
                                                                        const registry::TenantState& tenant,
                                                                        Instant now) {
  if (key.state == KeyState::kRevoked) {
    return {{DenyReason::kKeyRevoked,
             "This API key was revoked and can't be used again; ask an admin of your account for a new one."}};
  }
  if (key.expires_ms != 0 && key.expires_ms <= now.unix_ms) {
    return {{DenyReason::kKeyExpired,
             "This API key has expired; ask an admin of your account to extend it or make a new one."}};
  }
  if (key.valid_until_ms != 0 && key.valid_until_ms <= now.unix_ms) {
    return {{DenyReason::kKeyExpired, "This API key was rotated and its old secret has ended; use the new secret."}};
  }
  if (key.state == KeyState::kDisabled) {
    return {{DenyReason::kKeyDisabled, "This API key is disabled; an admin of your account can enable it."}};
  }
  if (tenant.status == TenantStatus::kSuspended) {
    return {{DenyReason::kTenantSuspended,
             "The account that this API key belongs to is suspended; contact the API's operator."}};
  }
  return std::nullopt;
}

void describe_use(usage::Use& use, const Scratch& scratch, const Request& request, Instant now) {
  const Decision& decision = scratch.decision;
  use = {};
  use.key = decision.key;
  use.tenant = decision.tenant;
  use.tenant_number = decision.tenant_number;
  use.secret = decision.secret;
  use.client = request.client;
  use.at = now;
  use.user_agent = request.user_agent;
  use.request_id = request.request_id;
  if (decision.operation != nullptr) use.operation = decision.operation->index;
  if (decision.outcome == Outcome::kDeny) {
    use.outcome = usage::Outcome::refused(decision.reason);
    use.detail = decision.detail;
  }
  if (decision.outcome == Outcome::kAllow) {
    use.observed = scratch.observed;
    use.tried = {scratch.tried.trial, scratch.tried.outcome, scratch.tried.detail};
  }
}

}  // namespace

Checker::Checker(const registry::Registry& registry, const catalog::Catalog& catalog,
                 const credential::Peppers& peppers, credential::KeyFormat format, const Clock& clock,
                 limit::Limiter& limiter, limit::FailureLimiter* failures, ExposureLog* exposures,
                 const registry::Lease* lease)
    : registry_(registry),
      catalog_(catalog),
      peppers_(peppers),
      format_(std::move(format)),
      clock_(clock),
      limiter_(limiter),
      failures_(failures),
      exposures_(exposures),
      lease_(lease) {}

std::optional<LiveKey> Checker::look_up(std::string_view secret, const credential::Digest& current,
                                        const registry::Registry::Pin& pin) const {
  if (auto key = registry_.find(pin, current)) return key;
  return look_further(secret, pin);
}

std::optional<LiveKey> Checker::look_further(std::string_view secret, const registry::Registry::Pin& pin) const {
  const bool ours = credential::is_well_formed(format_, secret);
  if (ours) {
    for (const credential::PepperId pepper : peppers_.ids()) {
      if (pepper == peppers_.current()) continue;
      if (auto key = registry_.find(pin, peppers_.digest(pepper, secret))) return key;
    }
  }
  // Another system may make secrets of our form, too.
  if (!registry_.holds_imported()) return std::nullopt;
  const credential::Digest sha256 = credential::sha256(secret);
  for (const credential::PepperId pepper : peppers_.ids()) {
    if (!ours && pepper == peppers_.current()) continue;
    if (auto key = registry_.find(pin, peppers_.imported_digest(pepper, sha256))) return key;
  }
  return std::nullopt;
}

bool Checker::may_be_imported(std::string_view secret) const {
  return registry_.holds_imported() && credential::may_be_imported(secret);
}

credential::Digest Checker::imported_digest(std::string_view secret) const {
  return peppers_.imported_digest(peppers_.current(), credential::sha256(secret));
}

void Checker::note_exposure(std::string_view secret, Exposure how, const registry::Registry::Pin& pin, Instant now,
                            Decision& decision) const {
  const bool ours = credential::is_well_formed(format_, secret);
  if (!ours && !may_be_imported(secret)) return;
  const auto key = look_up(secret, ours ? peppers_.digest(peppers_.current(), secret) : imported_digest(secret), pin);
  if (!key || key->state == KeyState::kRevoked) return;
  if (key->expires_ms != 0 && key->expires_ms <= now.unix_ms) return;
  if (key->valid_until_ms != 0 && key->valid_until_ms <= now.unix_ms) return;
  decision.exposed = {how, key->id, key->tenant->id, key->secret};
}

std::optional<std::string_view> Checker::read_operation(const Request& request, Scratch& scratch) const {
  scratch.match.operation = nullptr;
  scratch.unread.reset();
  if (request.method.empty()) return std::nullopt;
  if (const auto why = catalog_.read_target(request.method, request.target, scratch.target, scratch.match)) return why;
  if (!request.method_override.empty() && request.method_override != request.method) {
    scratch.match.operation = nullptr;
    return "The request names two methods; leave out X-HTTP-Method-Override and send the method itself.";
  }
  if (const catalog::Operation* const named = scratch.match.operation) {
    scratch.unread = read_asked(catalog_, *named, scratch.match, scratch.target, scratch.asked);
  }
  return std::nullopt;
}

// An address that shows so many wrong keys that it may be guessing is told nothing more, whatever the next one is; a good
// key from there is never asked about.
const Decision& Checker::deny_stranger(Decision& decision, const IpAddress& client, DenyReason reason,
                                       std::string detail) const {
  const auto wait_ns = failures_ != nullptr ? failures_->note(client, clock_.steady_ns()) : std::nullopt;
  if (!wait_ns) return deny(decision, reason, std::move(detail));
  decision.retry_after_ns = wait_ns;
  return deny(decision, DenyReason::kRateLimited,
              "Too many requests without a valid API key came from this address; check the key, and wait as long as "
              "Retry-After says.");
}

const Decision& Checker::deny_as_stale(Decision& decision) const {
  decision.retry_after_ns = kStaleRetryNs;
  return deny(decision, DenyReason::kStaleNode,
              "This server has lost touch with its database and can't tell whether the API key is still valid; try again "
              "shortly.");
}

const Decision& Checker::deny_malformed(Decision& decision, const IpAddress& client) const {
  return deny_stranger(
      decision, client, DenyReason::kMalformedKey,
      fmt::format("An API key looks like {}... with {} characters in all; check that it was copied whole.",
                  format_.lead(), format_.length()));
}

const Decision& Checker::check(const Request& request, Scratch& scratch) const {
  const Instant now = clock_.now();
  const Decision& decision = decide(request, scratch, now);
  // 9. Record.
  if (decision.key_known) {
    describe_use(scratch.use, scratch, request, now);
    const bool judged = decision.outcome == Outcome::kAllow || decision.outcome == Outcome::kDeny;
    if (judged && !request.answer_follows) scratch.recorder.record(scratch.use);
  }
  if (const ExposedSecret& exposed = decision.exposed; exposed.how != Exposure::kNone && exposures_ != nullptr) {
    exposures_->note({exposed.key, exposed.tenant, exposed.secret, exposed.how, now});
  }
  return decision;
}

// tidy: longer than other functions, so that the whole decision can be read in one place.
const Decision& Checker::decide(const Request& request, Scratch& scratch, Instant now) const {
  Decision& decision = scratch.decision;
  decision.reset();
  scratch.standings.clear();
  scratch.tried.trial = 0;
  scratch.tried.outcome.reset();
  // Before anything is looked up: what is known then is as fresh as the lease that was read says (registry/lease.h).
  const std::int64_t lease_until_ns = lease_ != nullptr ? lease_->until_ns() : INT64_MAX;
  const std::int64_t now_ns = clock_.steady_ns();
  const bool stale = now_ns >= lease_until_ns;
  const registry::Registry::Pin pin(scratch.reader);

  // 1. Credential.
  const SentCredential sent = find_credential(request.api_key_fields, request.authorization_fields);
  std::string decoded_query;
  if (const auto exposed = key_in_query(format_, request.target, decoded_query)) {
    note_exposure(*exposed, Exposure::kQuery, pin, now, decision);
    wipe(decoded_query);
    return deny(decision, DenyReason::kAmbiguousRequest,
                "An API key was sent in the query string, where logs keep it; send it in the header X-API-KEY and "
                "replace this key.");
  }
  if (sent.kind == SentCredential::Kind::kAmbiguous)
    return deny(decision, DenyReason::kAmbiguousRequest, std::string(sent.why));
  if (sent.kind == SentCredential::Kind::kNone) {
    return deny_stranger(decision, request.client, DenyReason::kMissingKey,
                         "Send your API key in the header X-API-KEY.");
  }
  if (!request.secure) {
    // The same answer for every key, so that it tells nothing; only whether the key is now exposed differs, and that is
    // for our own record.
    note_exposure(sent.secret, Exposure::kPlainHttp, pin, now, decision);
    return deny(decision, DenyReason::kHttpsRequired,
                "This request came over plain HTTP; use https, and replace the key that it carried.");
  }

  // 2. Format.
  const bool ours = credential::is_well_formed(format_, sent.secret);
  if (!ours && !may_be_imported(sent.secret)) return deny_malformed(decision, request.client);

  // 3. Look-up. What it reads may lie anywhere in memory, so it is asked for first; while it comes, the operation is read,
  // which is judged in its turn, and what is asked of it.
  const credential::Digest digest =
      ours ? peppers_.digest(peppers_.current(), sent.secret) : imported_digest(sent.secret);
  registry_.prefetch(pin, digest);
  const std::optional<std::string_view> ambiguous = read_operation(request, scratch);
  const catalog::Operation* const named = scratch.match.operation;
  const std::optional<LiveKey> key = look_up(sent.secret, digest, pin);
  if (!key) {
    // That imported keys are here changes nothing for what is none of them.
    if (!ours) return deny_malformed(decision, request.client);
    // It may be new.
    if (stale) return deny_as_stale(decision);
    return deny_stranger(decision, request.client, DenyReason::kUnknownKey,
                         "There is no such API key; check that it belongs to this environment.");
  }
  limiter_.prefetch({key->id.bytes(), named != nullptr ? named->rate_class : catalog_.default_rate_class()});
  const registry::TenantState& tenant = *key->tenant->state.load(std::memory_order_seq_cst);
  decision.key_known = true;
  decision.key = key->id;
  decision.secret = key->secret;
  decision.tenant = key->tenant->id;
  decision.tenant_number = key->tenant->number;
  if (key->policy->access_type != registry::kNoAccessType) {
    decision.access_type = catalog_.access_types()[key->policy->access_type].id;
  }

  // 4. State.
  if (const auto refusal = refusal_by_state(*key, tenant, now)) {
    return deny(decision, refusal->first, std::string(refusal->second));
  }
  if (stale) return deny_as_stale(decision);

  // 5. Network.
  const registry::Policy& policy = *key->policy;
  if (auto refusal = refusal_by_network(policy, tenant, request.client))
    return deny(decision, refusal->reason, std::move(refusal->detail));

  Permitted permitted;
  if (!request.method.empty()) {
    // 6. Operation.
    if (ambiguous) return deny(decision, DenyReason::kAmbiguousRequest, std::string(*ambiguous));
    decision.operation = named;
    if (auto refusal = refusal_by_operation(catalog_, policy, decision.operation)) {
      return deny(decision, refusal->reason, std::move(refusal->detail));
    }

    // 7. Channels and attributes.
    permitted = permitted_for(policy, tenant);
    if (permitted.restricted()) {
      Ruling ruling =
          judge_restrictions(catalog_, decision.operation, permitted, request, scratch.unread, scratch.asked);
      if (ruling.need_body) {
        decision.outcome = Outcome::kNeedBody;
        return decision;
      }
      if (ruling.denied) {
        deny(decision, *ruling.denied, std::move(ruling.detail));
        if (ruling.status != 0) decision.status = ruling.status;
        return decision;
      }
      decision.filter_answer = ruling.filter_answer;
      if (ruling.filter_answer) decision.permitted = permitted;
    }
  }

  // What is on trial has its say here, for the record only; it may want to see a body that is there to be read anyway.
  if (key->trial != nullptr && try_restrictions(catalog_, *key->trial, tenant, request, scratch)) {
    decision.outcome = Outcome::kNeedBody;
    return decision;
  }

  scratch.observed = observe(catalog_, policy, permitted, request, scratch);

  // 8. Rate limits and quotas, after everything else that may refuse: a request that is refused costs nothing.
  if (auto refusal = take_from_limits(limiter_, catalog_, *key, tenant, request, now_ns, scratch)) {
    return deny(decision, refusal->reason, std::move(refusal->detail));
  }
  if (decision.outcome == Outcome::kNeedLimits) return decision;

  decision.outcome = Outcome::kAllow;
  decision.status = 200;
  return decision;
}

}  // namespace latchkey::check
