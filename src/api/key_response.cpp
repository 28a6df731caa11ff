#include "api/key_response.h"

#include "api/preconditions.h"
#include "api/resource_json.h"
#include "base/log.h"

namespace latchkey::api {

std::vector<store::SecretUse> uses_of(const ApiContext& context, TenantId tenant, const std::vector<ApiKey>& keys) {
  std::vector<KeyId> ids;
  for (const ApiKey& key : keys) ids.push_back(key.id);
  auto uses = context.services.usage.secret_uses(tenant, ids);
  if (uses) return std::move(*uses);
  log::warn("api.last_uses_not_read", {{"error", uses.error().message}, {"detail", uses.error().detail}});
  return {};
}

std::vector<KeyExposure> exposures_of(const ApiContext& context, TenantId tenant, const std::vector<ApiKey>& keys) {
  auto exposures = context.services.exposures.of(tenant, keys);
  if (exposures) return std::move(*exposures);
  log::warn("api.exposures_not_read", {{"error", exposures.error().message}, {"detail", exposures.error().detail}});
  return {};
}

ApiResponse key_response(const ApiContext& context, int status, const ApiKey& key, const Secret* secret) {
  JsonWriter json;
  write_key(json, key, uses_of(context, key.tenant, {key}), exposures_of(context, key.tenant, {key}),
            context.services.catalog, context.services.clock.now(), secret);
  ApiResponse response = json_response(status, json.take());
  response.headers.emplace_back("ETag", etag_of(key.version));
  return response;
}

}  // namespace latchkey::api
