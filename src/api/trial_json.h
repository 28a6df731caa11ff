// A trial and what came of it, as api/openapi.yaml describes it.
#pragma once
#include <expected>

#include "api/json_writer.h"
#include "api/resources.h"
#include "core/trial.h"

namespace latchkey::api {

// As an element of an array or as the document. Brings the latest counts to the store first.
std::expected<void, Problem> write_trial(JsonWriter& json, const ApiContext& context, const Trial& trial);

}  // namespace latchkey::api
