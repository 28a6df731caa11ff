// Base64 (RFC 4648, section 4, with padding). Pure.
#pragma once
#include <string>
#include <string_view>

namespace latchkey::delivery {

std::string to_base64(std::string_view bytes);

}  // namespace latchkey::delivery
