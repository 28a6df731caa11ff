// The key that a change is about, once it is clear that its caller may change it and means it: the tenant, the key, the version
// that If-Match names, and the body. A body that names another nickname than the key's is 409.
#pragma once
#include <expected>
#include <optional>

#include "api/fields.h"
#include "api/problem.h"
#include "api/request.h"
#include "api/resources.h"

namespace latchkey::api {

struct KeyChange {
  Tenant tenant;
  ApiKey key;
  std::optional<std::int64_t> version;
};

std::expected<KeyChange, Problem> read_key_change(const ApiContext& context, const ApiRequest& request);
// With a body that holds a nickname or nothing.
std::expected<KeyChange, Problem> read_confirmed_change(const ApiContext& context, const ApiRequest& request);
std::optional<Problem> refuse_other_nickname(const ApiKey& key, const std::optional<std::string>& nickname);
// For changes that take no body at all.
std::optional<Problem> refuse_fields(const ApiRequest& request);

}  // namespace latchkey::api
