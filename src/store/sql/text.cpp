#include "store/sql/text.h"

#include <fmt/format.h>
#include <simdjson.h>

namespace latchkey::store::sql {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool is_storable(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size()) && text.find('\0') == std::string_view::npos;
}

// How long the letter is that its first byte announces; 0: none.
std::size_t announced(char first) {
  const auto byte = static_cast<std::uint8_t>(first);
  if (byte < 0x80) return byte == 0 ? 0 : 1;
  if (byte >= 0xf0) return byte < 0xf8 ? 4 : 0;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc0 ? 2 : 0;
}

}  // namespace

std::string storable(std::string_view text) {
  if (text.empty() || is_storable(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::size_t size = announced(text.front());
    const bool good = size > 0 && size <= text.size() && is_storable(text.substr(0, size));
    out += good ? text.substr(0, size) : kReplacement;
    text.remove_prefix(good ? size : 1);
  }
  return out;
}

void ArrayText::add(std::int64_t number) {
  begin();
  text_ += fmt::format_int(number).c_str();
}

void ArrayText::add(std::string_view text) {
  begin();
  text_ += '"';
  for (const char c : storable(text)) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

void ArrayText::add(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  begin();
  text_ += "\"\\\\x";
  for (const std::uint8_t byte : bytes) {
    text_ += kDigits[byte >> 4];
    text_ += kDigits[byte & 15];
  }
  text_ += '"';
}

void ArrayText::add_null() {
  begin();
  text_ += "NULL";
}

}  // namespace latchkey::store::sql
