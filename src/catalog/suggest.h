// "; did you mean X?" for a misspelt name.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::catalog {

// The sentence's end, or empty when nothing is near.
std::string did_you_mean(std::string_view written, const std::vector<std::string>& known);
inline std::string did_you_mean_of(std::string_view written, const std::vector<std::string_view>& known) {
  return did_you_mean(written, std::vector<std::string>(known.begin(), known.end()));
}

}  // namespace latchkey::catalog
