// What PostgreSQL says went wrong, as an Error.
#pragma once
#include <string>
#include <string_view>

#include "base/error.h"

namespace latchkey::store::postgres {

// `state` is an SQLSTATE, five characters; anything else counts as a lost connection.
Error error_from(std::string_view state, std::string detail);

Error lost_error(std::string detail);

}  // namespace latchkey::store::postgres
