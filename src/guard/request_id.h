// The id that follows a request through every log: the caller's X-Request-Id if it is harmless and holds no key, else one of
// our own.
#pragma once
#include <string>
#include <string_view>

#include "base/random.h"
#include "net/http.h"

namespace latchkey::guard {

inline constexpr std::size_t kMaxRequestIdBytes = 64;

// Letters, digits, '.', '_' and '-'.
bool is_request_id(std::string_view text);
std::string request_id_for(const net::RequestHead& head, Random& random);

}  // namespace latchkey::guard
