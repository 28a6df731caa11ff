#include "check/limits.h"

#include "limit/effective_limits.h"

namespace latchkey::check {
namespace {

// "This API key may make 50 requests in 10 s"
std::string what_is_permitted(const limit::Standing& standing) {
  const bool tenant = standing.scope == limit::Scope::kTenant;
  const std::string who = tenant ? "The account that this API key belongs to" : "This API key";
  const std::string when = standing.is_quota() ? fmt::format("a {} (UTC)", to_string(standing.period))
                                               : fmt::format("in {} s", standing.window_ms / 1'000);
  return fmt::format("{} may make {} requests {}{}", who, standing.requests, when,
                     tenant ? " with all its keys together" : "");
}

LimitRefusal refusal_by(const limit::Standing& standing, std::uint32_t cost, bool ever) {
  const DenyReason reason = standing.is_quota() ? DenyReason::kQuotaExhausted : DenyReason::kRateLimited;
  const std::string permitted = what_is_permitted(standing);
  if (!ever) return {reason, fmt::format("{}, and this one counts for {}, which is more.", permitted, cost)};
  if (standing.used >= standing.requests) return {reason, permitted + ", and has; wait as long as Retry-After says."};
  return {reason, fmt::format("{}, {} are left, and this one counts for {}; wait as long as Retry-After says.",
                              permitted, standing.remaining, cost)};
}

}  // namespace

std::optional<LimitRefusal> take_from_limits(limit::Limiter& limiter, const catalog::Catalog& catalog,
                                             const registry::LiveKey& key, const registry::TenantState& tenant,
                                             const Request& request, std::int64_t now_ns, Scratch& scratch) {
  Decision& decision = scratch.decision;
  const catalog::Operation* const operation = decision.operation;
  // A key that is judged without an operation counts where an operation that no class names would.
  const std::uint8_t rate_class = operation != nullptr ? operation->rate_class : catalog.default_rate_class();
  const std::uint32_t counts_for = request.cost.value_or(operation != nullptr ? operation->cost : 1);
  if (counts_for == 0) return std::nullopt;
  limit::Verdict verdict;
  if (request.limits != nullptr) {
    verdict = request.limits->verdict;
    scratch.standings.swap(request.limits->standings);
  } else {
    const limit::DemandList demands(catalog, rate_class, {decision.key.bytes(), key.policy->limits},
                                    {decision.tenant.bytes(), tenant.limits});
    if (demands.span().empty()) return std::nullopt;
    verdict = limiter.take(demands.span(), counts_for, now_ns, scratch.standings);
    if (verdict.asks) {
      decision.outcome = Outcome::kNeedLimits;
      scratch.cost = counts_for;
      return std::nullopt;
    }
  }
  if (verdict.admitted) return std::nullopt;
  decision.retry_after_ns = verdict.retry_after_ns;
  return refusal_by(scratch.standings[verdict.decisive], counts_for, verdict.retry_after_ns.has_value());
}

void ask_limits(const Scratch& scratch, limit::Question& question) {
  question.key = scratch.decision.key.bytes();
  question.tenant = scratch.decision.tenant.bytes();
  question.cost = scratch.cost;
  question.standings = scratch.standings;
}

}  // namespace latchkey::check
