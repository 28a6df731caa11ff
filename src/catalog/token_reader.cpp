#include "catalog/token_reader.h"

#include <algorithm>

namespace latchkey::catalog {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// At a backslash. Nothing is read beyond the end of the text and what follows it.
bool is_escape(const char* text) {
  if (text[1] != 'u') return std::string_view("\"\\/bfnrt").find(text[1]) != std::string_view::npos;
  return std::all_of(text + 2, text + 6, is_hex);
}

}  // namespace

const Token* TokenReader::any(const Token* token) {
  return first(token) == '{' || first(token) == '[' ? container(token) : any_scalar(token);
}

// Without recursion: which containers are open is kept as bits, 1 for an object.
const Token* TokenReader::container(const Token* token) {
  std::uint64_t kinds = 0;
  for (const int outer = depth_;;) {
    const char c = first(token);
    if (c == '{' || c == '[') {
      const bool is_object = c == '{';
      token = enter(token);
      if (token == nullptr) return nullptr;
      if (first(token) != (is_object ? '}' : ']')) {
        kinds = kinds << 1 | (is_object ? 1 : 0);
        if (is_object) token = name(token);
        if (token == nullptr) return nullptr;
        continue;
      }
      token = leave(token);
    } else {
      token = scalar(token);
      if (token == nullptr) return nullptr;
    }
    // A value has ended, and with it perhaps what holds it.
    while (depth_ > outer) {
      const bool in_object = (kinds & 1) != 0;
      if (first(token) == ',') {
        ++token;
        if (in_object) token = name(token);
        if (token == nullptr) return nullptr;
        break;
      }
      if (first(token) != (in_object ? '}' : ']')) return fail("a comma or a closing bracket is missing");
      token = leave(token);
      kinds >>= 1;
    }
    if (depth_ == outer) return token;
  }
}

const Token* TokenReader::any_scalar(const Token* token) {
  const char c = first(token);
  if (c == '"') return any_string(token);
  if (is_digit(c) || c == '-') return number(token);
  if (c == 'n') return word(token, "null");
  if (c == 't') return word(token, "true");
  if (c == 'f') return word(token, "false");
  return fail("something stands where a value belongs, or it ends early");
}

const Token* TokenReader::name(const Token* token) {
  if (first(token) != '"') return fail("a member's name is missing");
  token = any_string(token);
  if (token == nullptr) return nullptr;
  return first(token) == ':' ? token + 1 : fail("a colon is missing");
}

// What stands between the quotes as tokens is escapes, or what a string may not hold.
const Token* TokenReader::any_string(const Token* token) {
  for (++token; first(token) != '"'; ++token) {
    if (first(token) != '\\') return fail("a text holds a control character, or does not end");
    if (!is_escape(bytes(token))) return fail("an escape is unknown or incomplete");
  }
  return token + 1;
}

std::string_view TokenReader::string(const Token* token) const {
  const std::size_t start = *token++;
  while (first(token) != '"') ++token;
  return {text_ + start, *token + 1 - start};
}

const Token* TokenReader::number(const Token* token) {
  const char* at = bytes(token);
  const char* const limit = text_ + token[1];
  const auto digits = [&] {
    const char* const start = at;
    while (at < limit && is_digit(*at)) ++at;
    return at > start;
  };
  if (*at == '-') ++at;
  const char* const start = at;
  bool right = digits() && (*start != '0' || at - start == 1);
  if (right && at < limit && *at == '.') {
    ++at;
    right = digits();
  }
  if (right && at < limit && (*at | 0x20) == 'e') {
    ++at;
    if (at < limit && (*at == '+' || *at == '-')) ++at;
    right = digits();
  }
  return right && ends_at(token, at) ? token + 1 : fail("a number is not written as JSON has it");
}

const Token* TokenReader::word(const Token* token, std::string_view expected) {
  const char* const start = bytes(token);
  const bool right =
      std::memcmp(start, expected.data(), expected.size()) == 0 && ends_at(token, start + expected.size());
  return right ? token + 1 : fail("something stands where a value belongs");
}

bool TokenReader::ends_at(const Token* token, const char* end) const {
  const char* const limit = text_ + token[1];
  return end <= limit && std::all_of(end, limit, is_space);
}

}  // namespace latchkey::catalog
