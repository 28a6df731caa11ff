// Reads JSON by its tokens, value by value, and validates all that it passes over: as strict as JsonReader, and several
// times as fast. For answers.
//
//   TokenReader reader(window.data(), window.tokens() + i, depth);
//   std::string_view name;
//   bool ok = reader.object([&] { return reader.name(name) && reader.skip(); });
//
// May begin before the text is all there: then it fails, at the latest where the text ends so far. That the text is UTF-8
// is not looked at, and halves of surrogate pairs are allowed. One thread.
//
// A value type, so that a loop can have one in registers: what is common is inline, and the rest works on a copy.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "catalog/json_reader.h"

namespace latchkey::catalog {

class TokenReader {
 public:
  static constexpr int kMaxDepth = JsonReader::kMaxDepth;

  // As JsonWindow has them. The first token is a value's; `depth`: of the containers that it was taken from.
  TokenReader(const char* text, const std::uint32_t* token, int depth) : text_(text), token_(token), depth_(depth) {}

  // The next token: its bytes, of which 32 may be read at least, the first of them, and its position.
  const char* bytes() const { return text_ + *token_; }
  char peek() const { return text_[*token_]; }
  std::size_t next() const { return *token_; }
  const std::uint32_t* token() const { return token_; }
  // Where what was passed over last ended.
  std::size_t end() const { return end_; }

  // Each passes over one value. False when it is invalid, and then error() says why.
  bool skip();
  bool scalar(std::string_view& literal);
  // The value must be an object; use() is called for each member, and must pass over its name and its value. Ends with
  // false if `use` answers false.
  template <class Use>
  bool object(Use&& use);
  // The same for an array and its elements.
  template <class Use>
  bool array(Use&& use);
  // A member's name, as it is written (quotes included), and the colon.
  bool name(std::string_view& literal);
  // The same, where it is known that the name is `size` bytes without escapes, and the colon stands right behind it.
  void pass_name(std::size_t size) {
    end_ = next() + size;
    token_ += 3;
  }
  // Whether the string that was passed over last holds escapes.
  bool was_escaped() const { return escaped_; }

  const char* error() const { return error_; }  // null while all is well

 private:
  bool fail(const char* why) {
    if (error_ == nullptr) error_ = why;
    return false;
  }
  bool enter() { return depth_ < kMaxDepth ? (++depth_, ++token_, true) : fail("it is nested more than 64 levels deep"); }
  bool leave() {
    --depth_;
    end_ = *token_++ + std::size_t{1};
    return true;
  }
  bool take(char c) { return peek() == c && (++token_, true); }
  // By a copy, lest the address of this one be known outside.
  bool by_copy(bool (TokenReader::*pass)()) {
    TokenReader copy = *this;
    const bool passed = (copy.*pass)();
    *this = copy;
    return passed;
  }

  // The commonest values: strings without escapes, and whole numbers of few digits.
  bool pass_common();
  bool pass_any();
  bool pass_scalar();
  bool pass_container();
  bool pass_string();
  bool pass_name_and_colon();
  bool pass_number();
  bool pass_word(std::string_view expected);
  // Passes over a token that ended at `end`; only white space may be left before the next one.
  bool end_run(std::size_t end);

  const char* text_;
  const std::uint32_t* token_;
  std::size_t end_ = 0;
  int depth_;
  bool escaped_ = false;
  const char* error_ = nullptr;
};

// Up to eight digits, without a zero before others.
inline bool is_short_whole_number(const char* text, std::size_t size) {
  if constexpr (std::endian::native != std::endian::little) return false;
  if (size > 8) return false;
  constexpr std::uint64_t kHigh = 0xf0f0f0f0f0f0f0f0, kZeros = 0x3030303030303030;
  std::uint64_t word;
  std::memcpy(&word, text, 8);
  const std::size_t rest = 8 * (8 - size);
  // What follows the number is shifted out, and zeros stand before it.
  const std::uint64_t digits = word << rest | (kZeros & ((std::uint64_t{1} << rest) - 1));
  const bool all = ((digits & kHigh) | ((digits + 0x0606060606060606) & kHigh) >> 4) == 0x3333333333333333;
  return all && (size == 1 || *text != '0');
}

inline bool TokenReader::pass_common() {
  if (peek() == '"') {
    // Whatever else stands between the quotes needs no look.
    if (text_[token_[1]] != '"') return false;
    escaped_ = false;
    end_ = token_[1] + std::size_t{1};
    token_ += 2;
    return true;
  }
  const std::size_t size = token_[1] - token_[0];
  if (!is_short_whole_number(bytes(), size)) return false;
  end_ = next() + size;
  ++token_;
  return true;
}

inline bool TokenReader::skip() { return pass_common() || by_copy(&TokenReader::pass_any); }

inline bool TokenReader::scalar(std::string_view& literal) {
  const std::size_t start = next();
  if (!pass_common() && !by_copy(&TokenReader::pass_scalar)) return false;
  literal = {text_ + start, end_ - start};
  return true;
}

inline bool TokenReader::name(std::string_view& literal) {
  const std::size_t start = next();
  if (!by_copy(&TokenReader::pass_name_and_colon)) return false;
  literal = {text_ + start, end_ - start};
  return true;
}

template <class Use>
bool TokenReader::object(Use&& use) {
  if (!enter()) return false;
  if (peek() == '}') return leave();
  for (;;) {
    if (!use()) return false;
    if (take(',')) continue;
    return peek() == '}' ? leave() : fail("a comma or a closing brace is missing");
  }
}

template <class Use>
bool TokenReader::array(Use&& use) {
  if (!enter()) return false;
  if (peek() == ']') return leave();
  for (;;) {
    if (!use()) return false;
    if (take(',')) continue;
    return peek() == ']' ? leave() : fail("a comma or a closing bracket is missing");
  }
}

}  // namespace latchkey::catalog
