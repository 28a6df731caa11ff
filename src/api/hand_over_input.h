// Where a request wants a secret to go: the member "hand_over".
#pragma once
#include <optional>

#include "api/fields.h"
#include "core/api_key.h"

namespace latchkey::api {

// Empty when absent, or wrong and noted. Whether the tenant has such a place is for the lifecycle room to say.
std::optional<HandOver> read_hand_over(FieldReader& fields, Mistakes& mistakes);

}  // namespace latchkey::api
