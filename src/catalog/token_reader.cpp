#include "catalog/token_reader.h"

#include <algorithm>

namespace latchkey::catalog {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// At a backslash. Nothing is read beyond the end of the text and what follows it.
bool is_escape(const char* text) {
  if (text[1] != 'u') return std::string_view("\"\\/bfnrt").find(text[1]) != std::string_view::npos;
  return std::all_of(text + 2, text + 6, is_hex);
}

}  // namespace

bool TokenReader::pass_any() { return peek() == '{' || peek() == '[' ? pass_container() : pass_scalar(); }

// Without recursion: which containers are open is kept as bits, 1 for an object.
bool TokenReader::pass_container() {
  std::uint64_t kinds = 0;
  for (const int outer = depth_;;) {
    const char c = peek();
    if (c == '{' || c == '[') {
      const bool is_object = c == '{';
      if (!enter()) return false;
      if (peek() != (is_object ? '}' : ']')) {
        kinds = kinds << 1 | (is_object ? 1 : 0);
        if (is_object && !pass_name_and_colon()) return false;
        continue;
      }
      leave();
    } else if (!pass_scalar()) {
      return false;
    }
    // A value has ended, and with it perhaps what holds it.
    while (depth_ > outer) {
      const bool in_object = (kinds & 1) != 0;
      if (take(',')) {
        if (in_object && !pass_name_and_colon()) return false;
        break;
      }
      if (peek() != (in_object ? '}' : ']')) return fail("a comma or a closing bracket is missing");
      leave();
      kinds >>= 1;
    }
    if (depth_ == outer) return true;
  }
}

bool TokenReader::pass_scalar() {
  const char c = peek();
  if (pass_common()) return true;
  if (c == '"') return pass_string();
  if (is_digit(c) || c == '-') return pass_number();
  if (c == 'n') return pass_word("null");
  if (c == 't') return pass_word("true");
  if (c == 'f') return pass_word("false");
  return fail("something stands where a value belongs, or it ends early");
}

bool TokenReader::pass_name_and_colon() { return pass_string() && (take(':') || fail("a colon is missing")); }

// What stands between the quotes as tokens is escapes, or what a string may not hold.
bool TokenReader::pass_string() {
  if (peek() != '"') return fail("a member's name is missing");
  escaped_ = false;
  for (++token_; peek() != '"'; ++token_) {
    if (peek() != '\\') return fail("a text holds a control character, or does not end");
    if (!is_escape(bytes())) return fail("an escape is unknown or incomplete");
    escaped_ = true;
  }
  end_ = *token_++ + std::size_t{1};
  return true;
}

bool TokenReader::pass_number() {
  const char* at = bytes();
  const char* const limit = text_ + token_[1];
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
  if (!right) return fail("a number is not written as JSON has it");
  return end_run(static_cast<std::size_t>(at - text_)) || fail("a number is not written as JSON has it");
}

bool TokenReader::pass_word(std::string_view expected) {
  const std::size_t end = next() + expected.size();
  if (end > token_[1] || std::memcmp(text_ + next(), expected.data(), expected.size()) != 0 || !end_run(end))
    return fail("something stands where a value belongs");
  return true;
}

bool TokenReader::end_run(std::size_t end) {
  for (std::size_t at = end; at < token_[1]; ++at) {
    if (!is_space(text_[at])) return false;
  }
  end_ = end;
  ++token_;
  return true;
}

}  // namespace latchkey::catalog
