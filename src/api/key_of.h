// The API key that a path names, of a tenant that the caller was found to reach.
#pragma once
#include <expected>

#include "api/resources.h"
#include "core/api_key.h"
#include "core/tenant.h"

namespace latchkey::api {

Problem no_such_key();
// From the path's second parameter.
std::expected<store::KeyRecord, Problem> find_key_record(const ApiContext& context, const Tenant& tenant, const ApiRequest& request);
std::expected<ApiKey, Problem> find_key(const ApiContext& context, const Tenant& tenant, const ApiRequest& request);

}  // namespace latchkey::api
