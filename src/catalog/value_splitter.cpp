#include "catalog/value_splitter.h"

#include "catalog/json_reader.h"

namespace latchkey::catalog {
namespace {

enum class Mark : unsigned char { kNone, kQuote, kOpen, kClose };

constexpr std::array<Mark, 256> kMarks = [] {
  std::array<Mark, 256> marks{};
  marks['"'] = Mark::kQuote;
  marks['{'] = marks['['] = Mark::kOpen;
  marks['}'] = marks[']'] = Mark::kClose;
  return marks;
}();

}  // namespace

std::size_t ValueSplitter::scan(std::string_view bytes) {
  if (ends_by_what_follows()) {
    const std::size_t end = bytes.find_first_of(",]} \t\r\n");
    ended_ = end != std::string_view::npos;
    return ended_ ? end : bytes.size();
  }
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (escaped_) {
      escaped_ = false;
      ++i;
    } else if (in_string_) {
      i = find_string_special(bytes, i);
      if (i == bytes.size()) break;
      escaped_ = bytes[i] == '\\';
      in_string_ = bytes[i] != '"';
      ++i;
      if (!in_string_ && is_string_) return ended_ = true, i;
    } else {
      switch (kMarks[static_cast<unsigned char>(bytes[i++])]) {
        case Mark::kNone: break;
        case Mark::kQuote: in_string_ = true; break;
        case Mark::kOpen: ++depth_; break;
        case Mark::kClose:
          if (--depth_ == 0) return ended_ = true, i;
          break;
      }
    }
  }
  return i;
}

}  // namespace latchkey::catalog
