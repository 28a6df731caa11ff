// What a request says about a key to be made or changed: its shape read here, its meaning judged by the lifecycle room.
// All mistakes of both kinds are answered at once.
#pragma once
#include <expected>

#include "api/fields.h"
#include "api/json_value.h"
#include "api/problem.h"
#include "catalog/catalog.h"
#include "core/tenant.h"
#include "lifecycle/keys.h"

namespace latchkey::api {

// The member "restrictions"; empty when it is absent, or wrong and noted.
std::optional<lifecycle::RestrictionsInput> read_restrictions(FieldReader& fields, Mistakes& mistakes);

std::expected<lifecycle::CreateKey, Problem> read_create_key(JsonValue& document, const Tenant& tenant,
                                                             const catalog::Catalog& catalog, Instant now);
// `key` as it is now.
std::expected<lifecycle::UpdateKey, Problem> read_update_key(JsonValue& document, const ApiKey& key,
                                                             const Tenant& tenant, const catalog::Catalog& catalog,
                                                             Instant now);

// What a trial of restrictions for the key asks for.
std::expected<lifecycle::RestrictionsInput, Problem> read_trial(JsonValue& document, const ApiKey& key, const Tenant& tenant,
                                                                const catalog::Catalog& catalog);

// The same for two requests that ask for the same thing, however they are written.
credential::Digest request_hash(const lifecycle::CreateKey& create);

}  // namespace latchkey::api
