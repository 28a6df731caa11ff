// The body of a request as JSON.
#pragma once
#include <expected>

#include "api/json_value.h"
#include "api/problem.h"
#include "api/request.h"

namespace latchkey::api {

// 415 for a body that is not declared as JSON, 400 for one that is not a JSON object.
std::expected<JsonValue, Problem> read_object(const ApiRequest& request,
                                              std::size_t max_values = kMaxJsonValues);
// The same, but no body at all reads as an empty object.
std::expected<JsonValue, Problem> read_object_or_nothing(const ApiRequest& request);
// The same as read_object() for an array.
std::expected<JsonValue, Problem> read_array(const ApiRequest& request);

}  // namespace latchkey::api
