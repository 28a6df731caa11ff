#include "usage/use.h"

#include <cstring>

#include "usage/mix.h"

namespace latchkey::usage {

UserAgent::UserAgent(std::string_view text) : text_(text.substr(0, kMaxUserAgentBytes)), hash_(text_.size()) {
  std::size_t at = 0;
  std::uint64_t word = 0;
  for (; at + 8 <= text_.size(); at += 8) {
    std::memcpy(&word, text_.data() + at, sizeof word);
    hash_ = mix(hash_, word);
  }
  if (at == text_.size()) return;
  if (text_.size() >= 8) {
    std::memcpy(&word, text_.data() + text_.size() - 8, sizeof word);  // overlaps what is in already
  } else {
    for (const char c : text_) word = word << 8 | static_cast<unsigned char>(c);
  }
  hash_ = mix(hash_, word);
}

}  // namespace latchkey::usage
