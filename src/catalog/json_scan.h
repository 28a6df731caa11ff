// Finds the spans of values in JSON that is known to be valid: for passing on parts of a text byte for byte. Pure.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey::catalog {

// The position of the first byte at or after `at` that is not white space.
std::size_t skip_space(std::string_view text, std::size_t at);
// The position after the value that begins at `at`.
std::size_t skip_value(std::string_view text, std::size_t at);
// What a string literal, quotes included, stands for.
std::string unescape(std::string_view literal);

// Visits the members of the object `text`: use(raw_key, value, whole_member); stops when it answers false.
template <class Use>
bool for_each_member(std::string_view text, Use&& use) {
  std::size_t at = skip_space(text, 1);
  while (text[at] != '}') {
    const std::size_t start = at;
    const std::size_t key_end = skip_value(text, at);
    const std::string_view key = text.substr(at, key_end - at);
    at = skip_space(text, key_end) + 1;  // the colon
    at = skip_space(text, at);
    const std::size_t end = skip_value(text, at);
    if (!use(key, text.substr(at, end - at), text.substr(start, end - start))) return false;
    at = skip_space(text, end);
    if (text[at] == ',') at = skip_space(text, at + 1);
  }
  return true;
}

// Visits the elements of the array `text`.
template <class Use>
bool for_each_element(std::string_view text, Use&& use) {
  std::size_t at = skip_space(text, 1);
  while (text[at] != ']') {
    const std::size_t end = skip_value(text, at);
    if (!use(text.substr(at, end - at))) return false;
    at = skip_space(text, end);
    if (text[at] == ',') at = skip_space(text, at + 1);
  }
  return true;
}

}  // namespace latchkey::catalog
