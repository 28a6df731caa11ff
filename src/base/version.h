// The version of this build, such as "0.1.0".
#pragma once
#include <string_view>

namespace latchkey {
std::string_view version();
}
