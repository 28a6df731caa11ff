// Step 8 of the check: rate limits and quotas, of the key and of its tenant, all at once.
#pragma once
#include <cstdint>
#include <optional>

#include "check/check.h"

namespace latchkey::check {

// Why the request that `decision` is about may not be made now; nothing if it may. Then it has been counted; or, if the
// limiter must be asked, the decision's outcome is kNeedLimits. Fills scratch.standings and, of a refusal, the decision's
// retry_after_ns.
struct LimitRefusal {
  DenyReason reason = DenyReason::kRateLimited;
  std::string detail;
};
std::optional<LimitRefusal> take_from_limits(limit::Limiter& limiter, const catalog::Catalog& catalog,
                                             const registry::LiveKey& key, const registry::TenantState& tenant,
                                             const Request& request, std::int64_t now_ns, Scratch& scratch);
// What to ask the limiter after kNeedLimits, into a new question.
void ask_limits(const Scratch& scratch, limit::Question& question);

}  // namespace latchkey::check
