// Text that people wrote: length in characters, what must not be in it, how to show it in a sentence, and what they may
// have meant. Pure.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::lifecycle {

// Null when it is not UTF-8 (RFC 3629: no surrogates, nothing overlong).
std::optional<std::u32string> decode_utf8(std::string_view text);
// Without the white space (also of other scripts) at both ends.
std::string trimmed(std::string_view text);

// Characters that are not seen and make a text look like another: controls, line and paragraph separators, marks that
// turn the direction of writing (Unicode UAX 9), zero-width and byte order marks, characters that are none. The joiners
// U+200C and U+200D are left alone; scripts and emoji need them.
bool is_deceptive(char32_t character);

// In quotes, cut to 64 bytes at a character's edge, with "?" for what is deceptive or not UTF-8.
std::string in_quotes(std::string_view text);

// The candidate that `text` is most likely a slip for, if one is near: other case, or up to a third of its letters
// (at least one, at most three) wrong, missing, too many or swapped.
std::optional<std::string_view> nearest(std::string_view text, const std::vector<std::string_view>& candidates);
// " Did you mean \"integrations\"?", or nothing.
std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& candidates);
// "a, b and 12 more"
std::string listed(const std::vector<std::string>& names, std::size_t at_most = 12);

}  // namespace latchkey::lifecycle
