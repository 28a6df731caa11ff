// Finds where a JSON value ends while its bytes arrive, without judging them: what it cuts out is validated afterwards.
//
//   ValueSplitter splitter(first_byte);
//   std::size_t n = splitter.scan(bytes);      // bytes[0, n) belong to the value, which begins with first_byte
//   if (splitter.ended()) ...                  // and with them it ended
#pragma once
#include <cstddef>
#include <string_view>

namespace latchkey::catalog {

class ValueSplitter {
 public:
  ValueSplitter() = default;
  explicit ValueSplitter(char first) : is_container_(first == '{' || first == '['), is_string_(first == '"') {}

  std::size_t scan(std::string_view bytes);
  bool ended() const { return ended_; }
  // Whether only what follows can tell that it ended: a number, or a word.
  bool ends_by_what_follows() const { return !is_container_ && !is_string_; }

 private:
  bool is_container_ = false;
  bool is_string_ = false;
  bool ended_ = false;
  bool in_string_ = false;
  bool escaped_ = false;  // the last byte was a backslash that escapes
  std::size_t depth_ = 0;
};

}  // namespace latchkey::catalog
