// Answers that show one API key.
#pragma once
#include <vector>

#include "api/resources.h"
#include "api/response.h"
#include "core/api_key.h"
#include "core/exposure.h"
#include "store/usage_store.h"

namespace latchkey::api {

// When the keys' secrets were last used. An answer about keys is worth giving without it.
std::vector<store::SecretUse> uses_of(const ApiContext& context, TenantId tenant, const std::vector<ApiKey>& keys);

// In which ways their secrets were exposed. Likewise.
std::vector<KeyExposure> exposures_of(const ApiContext& context, TenantId tenant, const std::vector<ApiKey>& keys);

// With its ETag; `secret` only where it is shown, once.
ApiResponse key_response(const ApiContext& context, int status, const ApiKey& key, const Secret* secret = nullptr);

}  // namespace latchkey::api
