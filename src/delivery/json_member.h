// One value out of a JSON document, in place, for answers that hold secrets: no library's copies are left behind in memory.
//
//   auto version = json_integer(body, {"data", "metadata", "version"});
//
// What is not valid JSON, or not there, or of another kind, is nothing. Of members of one name the first counts. Pure.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace latchkey::delivery {

// As it is written in `document`, which the result points into.
std::optional<std::string_view> json_member(std::string_view document, std::initializer_list<std::string_view> names);
std::optional<std::int64_t> json_integer(std::string_view document, std::initializer_list<std::string_view> names);
std::optional<std::string> json_text(std::string_view document, std::initializer_list<std::string_view> names);
std::optional<Secret> json_secret(std::string_view document, std::initializer_list<std::string_view> names);

}  // namespace latchkey::delivery
