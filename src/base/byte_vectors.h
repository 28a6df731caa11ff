// Looks at text sixteen bytes at a time, by the compilers' vectors (SSE2, NEON or whatever there is).
//
//   any_block(text, [](Bytes block) { return (block < 0x21) | (block == '#'); })   // whether any byte is of the kind
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace latchkey {

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

// One bit for each byte, the first the lowest.
inline std::uint32_t bits_of(ByteMask mask) {
#if defined(__SSE2__)
  return static_cast<std::uint32_t>(_mm_movemask_epi8(reinterpret_cast<__m128i>(mask)));
#else
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < kBlock; ++i) bits |= (mask[i] & 1u) << i;
  return bits;
#endif
}

// A block of the bytes of a text that is shorter than one and not empty, some of them several times.
inline Bytes block_of_short(std::string_view text) {
  const char* const first = text.data();
  const char* const end = first + text.size();
  std::uint64_t halves[2] = {};
  if (text.size() >= 8) {
    std::memcpy(&halves[0], first, 8);
    std::memcpy(&halves[1], end - 8, 8);
  } else {
    std::uint32_t low, high;
    if (text.size() >= 4) {
      std::memcpy(&low, first, 4);
      std::memcpy(&high, end - 4, 4);
    } else {
      const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(first[i])}; };
      low = high = byte(0) | byte(text.size() / 2) << 8 | byte(text.size() - 1) << 16 | byte(0) << 24;
    }
    halves[0] = halves[1] = low | std::uint64_t{high} << 32;
  }
  Bytes block;
  std::memcpy(&block, halves, kBlock);
  return block;
}

// The last block may overlap the one before.
template <class Find>
bool any_block(std::string_view text, Find&& find) {
  if (text.empty()) return false;
  if (text.size() < kBlock) return any(find(block_of_short(text)));
  ByteMask found = find(block_at(text.data() + text.size() - kBlock));
  for (std::size_t at = 0; at + kBlock < text.size(); at += kBlock) found |= find(block_at(text.data() + at));
  return any(found);
}

}  // namespace latchkey
