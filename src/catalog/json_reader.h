// Reads JSON (RFC 8259) in place, value by value, and validates all that it passes over. For bodies, whose copies would cost
// memory; answers are read by their tokens (catalog/token_reader.h).
//
//   JsonReader reader(text);
//   bool ok = reader.object([&](std::string_view key, std::size_t start) {   // key: a literal, quotes included
//     return key == "\"Id\"" ? reader.scalar(id) : reader.skip();            // every value must be consumed
//   }) && reader.at_end();
//
// That the text is UTF-8 is not looked at: is_utf8() before. Never reads beyond the text. One thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey::catalog {

// What a lone half of a surrogate pair ("\ud800") is. It stands for no character; texts cut in the middle of one hold it.
enum class Surrogates : std::uint8_t { kPaired /* an error */, kAny };

class JsonReader {
 public:
  static constexpr int kMaxDepth = 64;
  enum class Kind : std::uint8_t { kObject, kArray, kString, kNumber, kBoolean, kNull, kInvalid };

  explicit JsonReader(std::string_view text, Surrogates surrogates = Surrogates::kAny)
      : text_(text), surrogates_(surrogates) {}

  // What begins at the cursor, by its first byte; white space before it is passed over.
  Kind kind();
  std::size_t position() const { return at_; }

  // Each passes over one value. False when it is invalid, and then error() says why.
  bool skip();
  bool scalar(std::string_view& literal);  // string, number, boolean or null
  // The value must be an object; use(key, start) is called with the cursor before each member's value, `start` being where
  // the member begins, and must consume the value. Ends with false if `use` answers false.
  template <class Use>
  bool object(Use&& use);
  // The same for an array; use(start).
  template <class Use>
  bool array(Use&& use);

  // Whether nothing but white space is left.
  bool at_end();
  const char* error() const { return error_; }  // null while all is well

 private:
  bool fail(const char* why) {
    if (error_ == nullptr) error_ = why;
    return false;
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  bool next_is(char c) { return skip_space(), at_ < text_.size() && text_[at_] == c; }
  bool take(char c) { return next_is(c) && (++at_, true); }
  bool enter() { return depth_ < kMaxDepth ? (++depth_, ++at_, true) : fail("it is nested more than 64 levels deep"); }
  bool leave() { return --depth_, ++at_, true; }
  bool key();  // a name and its colon
  bool string();
  bool escape();
  bool number();
  bool word(std::string_view expected);
  bool plain();  // any scalar

  const std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  const Surrogates surrogates_;
  const char* error_ = nullptr;
};

bool is_utf8(std::string_view text);

// The first '"', '\\' or control character at or after `at`; text.size() if there is none.
std::size_t find_string_special(std::string_view text, std::size_t at);

// What a valid string literal (quotes included) stands for. `storage` is used only if it holds escapes. Half surrogate
// pairs become U+FFFD.
std::string_view unescape(std::string_view literal, std::string& storage);

template <class Use>
bool JsonReader::object(Use&& use) {
  if (!enter()) return false;
  if (next_is('}')) return leave();
  for (;;) {
    skip_space();
    const std::size_t start = at_;
    if (!string()) return false;
    const std::string_view name = text_.substr(start, at_ - start);
    if (!take(':')) return fail("a colon is missing");
    if (!use(name, start)) return false;
    if (next_is('}')) return leave();
    if (!take(',')) return fail("a comma or a closing brace is missing");
  }
}

template <class Use>
bool JsonReader::array(Use&& use) {
  if (!enter()) return false;
  if (next_is(']')) return leave();
  for (;;) {
    skip_space();
    if (!use(at_)) return false;
    if (next_is(']')) return leave();
    if (!take(',')) return fail("a comma or a closing bracket is missing");
  }
}

}  // namespace latchkey::catalog
