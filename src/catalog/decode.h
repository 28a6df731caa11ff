// From encoded text to what it stands for. For this room only.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::catalog {

// Where `text` stops being UTF-8 (RFC 3629: no overlong forms, no surrogates); nothing if it is all well.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// "%41" to "A". Nothing if a percent sign is not followed by two hex digits.
std::optional<std::string> decode_percent(std::string_view text);

// One step of a JSON pointer in a URI fragment: "%7E" and such decoded, then "~1" and "~0". Nothing if it is malformed.
std::optional<std::string> unescape_pointer_step(std::string_view step);

}  // namespace latchkey::catalog
