// Looks at text sixteen bytes at a time, by the compilers' vectors (SSE2, NEON or whatever there is). For this room only.
//
//   any_block(text, [](Bytes block) { return (block < 0x21) | (block == '#'); })   // whether any byte is of the kind
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace latchkey::catalog {

// Compared with a number it gives as many bytes, each all ones or all zeros.
using Bytes = std::uint8_t __attribute__((vector_size(16)));
using ByteMask = std::int8_t __attribute__((vector_size(16)));
inline constexpr std::size_t kBlock = sizeof(Bytes);

inline Bytes block_at(const char* from) {
  Bytes block;
  std::memcpy(&block, from, kBlock);
  return block;
}

inline bool any(ByteMask mask) {
  std::uint64_t halves[2];
  std::memcpy(halves, &mask, sizeof mask);
  return (halves[0] | halves[1]) != 0;
}

// The last block may overlap the one before; a shorter text is filled up with 'a', which must not be looked for.
template <class Find>
bool any_block(std::string_view text, Find&& find) {
  if (text.size() < kBlock) {
    char filled[kBlock];
    std::memset(filled, 'a', kBlock);
    for (std::size_t i = 0; i < text.size(); ++i) filled[i] = text[i];
    return any(find(block_at(filled)));
  }
  ByteMask found = find(block_at(text.data() + text.size() - kBlock));
  for (std::size_t at = 0; at + kBlock < text.size(); at += kBlock) found |= find(block_at(text.data() + at));
  return any(found);
}

}  // namespace latchkey::catalog
