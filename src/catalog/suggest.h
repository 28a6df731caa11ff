// How a sentence about a misspelt name ends.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace latchkey::catalog {

// "; did you mean \"channel\"?", or "." when nothing is near.
std::string did_you_mean(std::string_view written, std::span<const std::string_view> known);
// "; did you mean \"channel\"?", or "; it is one of a, b, c."
std::string did_you_mean_or_list(std::string_view written, std::span<const std::string_view> known);

}  // namespace latchkey::catalog
