// The key that a request is about: the path's second parameter, within a tenant that was reached already.
#pragma once
#include <expected>

#include "api/problem.h"
#include "api/request.h"
#include "api/resources.h"

namespace latchkey::api {

std::expected<store::KeyRecord, Problem> find_key_record(const ApiContext& context, const Tenant& tenant, const ApiRequest& request);
std::expected<ApiKey, Problem> find_key(const ApiContext& context, const Tenant& tenant, const ApiRequest& request);

}  // namespace latchkey::api
