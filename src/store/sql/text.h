// Texts as PostgreSQL takes them. SQLite takes any bytes.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::store::sql {

// UTF-8 without NUL; U+FFFD in place of each byte that is neither.
std::string storable(std::string_view text);

// An array in its text form, for CAST(?1 AS BIGINT[]) and the like: with it one statement does what would take thousands.
//
//   ArrayText numbers;
//   for (const std::int64_t number : wanted) numbers.add(number);
//   query.bind(numbers.text());   // "SELECT ... WHERE number = ANY(CAST(?1 AS BIGINT[]))"
class ArrayText {
 public:
  void add(std::int64_t number);
  void add(std::string_view text);
  void add(std::span<const std::uint8_t> bytes);
  void add_null();
  std::string text() const { return text_ + (text_.empty() ? "{}" : "}"); }
  bool empty() const { return text_.empty(); }

 private:
  void begin() { text_ += text_.empty() ? '{' : ','; }
  std::string text_;
};

}  // namespace latchkey::store::sql
