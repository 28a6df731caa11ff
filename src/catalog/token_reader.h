// Reads JSON by its tokens, value by value, and validates all that it passes over: as strict as JsonReader, and several
// times as fast. For answers.
//
//   TokenReader reader(window.data(), depth);
//   const Token* after = reader.object(window.tokens() + i, [&](const Token* name) {
//     const Token* const value = reader.name(name);          // null: invalid
//     return value != nullptr ? reader.skip(value) : nullptr;
//   });
//
// Where it stands is told by a pointer to the next token, which the caller keeps: in a register. May begin before the text
// is all there: then it fails, at the latest where the text ends so far. That the text is UTF-8 is not looked at, and halves
// of surrogate pairs are allowed. One thread.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "catalog/json_reader.h"

namespace latchkey::catalog {

using Token = std::uint32_t;  // its position

class TokenReader {
 public:
  static constexpr int kMaxDepth = JsonReader::kMaxDepth;

  // As JsonWindow has them. `depth`: of the containers that what is read was taken from.
  TokenReader(const char* text, int depth) : text_(text), depth_(depth) {}

  // Of a token: its bytes, of which 32 may be read at least, and the first of them.
  const char* bytes(const Token* token) const { return text_ + *token; }
  char first(const Token* token) const { return text_[*token]; }

  // Each passes over one value and answers the token after it; null when it is invalid, and then error() says why.
  const Token* skip(const Token* token);
  const Token* scalar(const Token* token);
  // The value must be an object; use(token) is called for each member, must pass over its name and its value, and answers
  // the token after them, or null to end.
  template <class Use>
  const Token* object(const Token* token, Use&& use);
  // The same for an array and its elements.
  template <class Use>
  const Token* array(const Token* token, Use&& use);
  // A member's name and the colon.
  const Token* name(const Token* token);

  // Where what stands before a token ended. Only white space is between them.
  std::size_t end_before(const Token* token) const {
    std::size_t end = *token;
    while (is_space(text_[end - 1])) --end;
    return end;
  }
  // What was passed over, as it is written: a string (or a name), and any scalar.
  std::string_view string(const Token* token) const;
  std::string_view scalar_before(const Token* token, const Token* after) const {
    return {text_ + *token, end_before(after) - *token};
  }

  const char* error() const { return error_; }  // null while all is well

 private:
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  [[gnu::cold]] const Token* fail(const char* why) {
    if (error_ == nullptr) error_ = why;
    return nullptr;
  }
  const Token* enter(const Token* token) {
    return depth_ < kMaxDepth ? (++depth_, token + 1) : fail("it is nested more than 64 levels deep");
  }
  const Token* leave(const Token* token) { return --depth_, token + 1; }

  // The commonest values, which are strings without escapes and whole numbers of few digits; null for all others.
  const Token* common(const Token* token) const;
  const Token* any_scalar(const Token* token);
  const Token* any(const Token* token);
  const Token* container(const Token* token);
  const Token* any_string(const Token* token);
  const Token* number(const Token* token);
  const Token* word(const Token* token, std::string_view expected);
  // Whether only white space is left before the next token.
  bool ends_at(const Token* token, const char* end) const;

  const char* const text_;
  int depth_;
  const char* error_ = nullptr;
};

// Up to eight digits, without a zero before others.
inline bool is_short_whole_number(const char* text, std::size_t size) {
  if constexpr (std::endian::native != std::endian::little) return false;
  if (size - 1 > 7) return false;  // none, too, where the text ends
  constexpr std::uint64_t kHigh = 0xf0f0f0f0f0f0f0f0, kZeros = 0x3030303030303030;
  std::uint64_t word;
  std::memcpy(&word, text, 8);
  const std::size_t rest = 8 * (8 - size);
  // What follows the number is shifted out, and zeros stand before it.
  const std::uint64_t digits = word << rest | (kZeros & ((std::uint64_t{1} << rest) - 1));
  const bool all = ((digits & kHigh) | ((digits + 0x0606060606060606) & kHigh) >> 4) == 0x3333333333333333;
  return all && (size == 1 || *text != '0');
}

inline const Token* TokenReader::common(const Token* token) const {
  // Whatever else stands between the quotes needs no look.
  if (first(token) == '"') return text_[token[1]] == '"' ? token + 2 : nullptr;
  return is_short_whole_number(bytes(token), token[1] - token[0]) ? token + 1 : nullptr;
}

inline const Token* TokenReader::skip(const Token* token) {
  const Token* const after = common(token);
  return after != nullptr ? after : any(token);
}

inline const Token* TokenReader::scalar(const Token* token) {
  const Token* const after = common(token);
  return after != nullptr ? after : any_scalar(token);
}

template <class Use>
const Token* TokenReader::object(const Token* token, Use&& use) {
  token = enter(token);
  if (token == nullptr) return nullptr;
  if (first(token) == '}') return leave(token);
  for (;;) {
    token = use(token);
    if (token == nullptr) return nullptr;
    if (first(token) != ',') break;
    ++token;
  }
  return first(token) == '}' ? leave(token) : fail("a comma or a closing brace is missing");
}

template <class Use>
const Token* TokenReader::array(const Token* token, Use&& use) {
  token = enter(token);
  if (token == nullptr) return nullptr;
  if (first(token) == ']') return leave(token);
  for (;;) {
    token = use(token);
    if (token == nullptr) return nullptr;
    if (first(token) != ',') break;
    ++token;
  }
  return first(token) == ']' ? leave(token) : fail("a comma or a closing bracket is missing");
}

}  // namespace latchkey::catalog
