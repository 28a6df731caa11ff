// Writing a JSON string by hand, for the few places that must not depend on a JSON library (logs, problem documents).
#pragma once
#include <string>
#include <string_view>

namespace latchkey {

// Appends `text` as a JSON string, quotes included, in ASCII: control and non-ASCII characters are \u-escaped, so that
// the result also fits an HTTP header. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace latchkey
