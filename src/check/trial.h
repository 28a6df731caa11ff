// What restrictions on trial say of a request that the key's own let through: by the steps of the check itself. Changes
// nothing of the decision.
#pragma once
#include "check/check.h"

namespace latchkey::check {

// Leaves what it says in scratch.tried. True: it has to see the body first, which the guard can give (Request::body_fits).
bool try_restrictions(const catalog::Catalog& catalog, const registry::LiveTrial& trial,
                      const registry::TenantState& tenant, const Request& request, Scratch& scratch);

}  // namespace latchkey::check
