// Step 9 of the check: which channels and attributes a request that is let through asked for, for least privilege. Never
// refuses and reads no body; what it can't tell it marks as not known.
#pragma once
#include "check/check.h"

namespace latchkey::check {

// `permitted` is what step 7 judged by; scratch.asked is what was read of the request. Views into the scratch.
usage::Observed observe(const catalog::Catalog& catalog, const registry::Policy& policy, const Permitted& permitted,
                        const Request& request, Scratch& scratch);

}  // namespace latchkey::check
