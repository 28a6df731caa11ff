#include "check/trial.h"

#include "check/restrictions.h"

namespace latchkey::check {
namespace {

void would_refuse(Tried& tried, DenyReason reason, std::string detail) {
  tried.outcome = usage::Outcome::refused(reason);
  tried.detail = std::move(detail);
}

}  // namespace

bool try_restrictions(const catalog::Catalog& catalog, const registry::LiveTrial& trial,
                      const registry::TenantState& tenant, const Request& request, Scratch& scratch) {
  Tried& tried = scratch.tried;
  tried.trial = trial.number;
  tried.detail.clear();
  const catalog::Operation* const operation = scratch.decision.operation;
  if (auto refusal = refusal_by_network(trial.policy, tenant, request.client)) {
    would_refuse(tried, refusal->reason, std::move(refusal->detail));
    return false;
  }
  if (!request.method.empty()) {
    if (auto refusal = refusal_by_operation(catalog, trial.policy, operation)) {
      would_refuse(tried, refusal->reason, std::move(refusal->detail));
      return false;
    }
    const Permitted permitted = permitted_for(trial.policy, tenant);
    if (permitted.restricted()) {
      std::optional<std::string> unread;
      if (operation != nullptr)
        unread = read_asked(catalog, *operation, scratch.match, scratch.target, scratch.asked_on_trial);
      Ruling ruling = judge_restrictions(catalog, operation, permitted, request, unread, scratch.asked_on_trial);
      if (ruling.need_body) return request.body_fits;
      if (ruling.denied) {
        would_refuse(tried, *ruling.denied, std::move(ruling.detail));
        return false;
      }
    }
  }
  tried.outcome = usage::Outcome::allowed();
  return false;
}

}  // namespace latchkey::check
