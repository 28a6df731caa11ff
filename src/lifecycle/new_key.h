// What was asked of a key that is to be made, judged: the key without its id, hint, secrets and maker, which count only if
// there are no mistakes. Pure.
#pragma once
#include "lifecycle/keys.h"

namespace latchkey::lifecycle {

ApiKey judge_new_key(const CreateKey& request, const Tenant& tenant, const catalog::Catalog& catalog, Instant now,
                     Mistakes& mistakes);

// What is asked for, or the latest that the tenant's policy permits of a key that was made then, when nothing is.
std::optional<Instant> expiry_within(const std::optional<Instant>& asked, const Tenant& tenant, Instant created_at,
                                     Mistakes& mistakes);

}  // namespace latchkey::lifecycle
