// Hexadecimal digits and ids as text, where a std::string would be made for each request.
//
//   const IdText key(decision.key);   // "key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5"
//   use(key.view());
#pragma once
#include <array>
#include <cstring>
#include <string_view>

#include "base/id.h"

namespace latchkey::guard {

inline constexpr auto kHexPairs = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    pairs[2 * byte] = kDigits[byte >> 4];
    pairs[2 * byte + 1] = kDigits[byte & 15];
  }
  return pairs;
}();

// Writes 32 digits.
inline void write_hex(const Uuid& bytes, char* to) {
  for (const std::uint8_t byte : bytes) {
    std::memcpy(to, &kHexPairs[2 * std::size_t{byte}], 2);
    to += 2;
  }
}

class IdText {
 public:
  template <class Tag>
  explicit IdText(const Id<Tag>& id) {
    static_assert(Tag::kPrefix.size() == kPrefixBytes);
    std::memcpy(text_.data(), Tag::kPrefix.data(), kPrefixBytes);
    write_hex(id.bytes(), text_.data() + kPrefixBytes);
  }
  std::string_view view() const { return {text_.data(), text_.size()}; }

 private:
  static constexpr std::size_t kPrefixBytes = 4;
  std::array<char, kPrefixBytes + 32> text_;
};

}  // namespace latchkey::guard
