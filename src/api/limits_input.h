// The limits of a key or a tenant as a request writes them: their shape. Their meaning is judged by the lifecycle room.
#pragma once
#include <optional>

#include "api/fields.h"
#include "lifecycle/validate_limits.h"

namespace latchkey::api {

// The member "limits"; empty when it is absent, or wrong and noted.
std::optional<lifecycle::LimitsInput> read_limits(FieldReader& fields, Mistakes& mistakes);

}  // namespace latchkey::api
