// The script that counts (limits.lua).
#pragma once
#include <string_view>

namespace latchkey::redis {

std::string_view limits_script();

}  // namespace latchkey::redis
