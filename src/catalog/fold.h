// ASCII case folding eight bytes at a time, for what is compared on every request. For this room only.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace latchkey::catalog {

// Upper-case ASCII letters to lower case, in all eight bytes; every other byte stays as it is.
constexpr std::uint64_t fold_word(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const std::uint64_t low = word & (0x7f * kOnes);
  const std::uint64_t from_a = low + (0x80 - 'A') * kOnes;       // bit 7: at least 'A'
  const std::uint64_t after_z = low + (0x80 - 'Z' - 1) * kOnes;  // bit 7: more than 'Z'
  const std::uint64_t upper = (from_a ^ after_z) & ~word & (0x80 * kOnes);
  return word | upper >> 2;
}

inline std::uint64_t load_word(const char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, 8);
  return word;
}

// Fewer than eight bytes, the rest zero.
inline std::uint64_t load_part(const char* from, std::size_t size) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i) word = word << 8 | static_cast<unsigned char>(from[i]);
  return word;
}

// Calls use(word) for all bytes of `text`; the last eight may overlap those before.
template <class Use>
void for_each_word(std::string_view text, Use use) {
  if (text.size() < 8) return use(load_part(text.data(), text.size()), 0, true);
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) use(load_word(text.data() + i), i, false);
  if (i < text.size()) use(load_word(text.data() + text.size() - 8), text.size() - 8, false);
}

// Not for storage and not against chosen collisions: the tables hold the catalog's names only, and don't grow.
inline std::uint64_t hash_text(std::string_view text, std::uint64_t seed, bool fold) {
  std::uint64_t hash = (seed ^ text.size()) * 0x9e3779b97f4a7c15;
  for_each_word(text, [&](std::uint64_t word, std::size_t, bool) {
    hash = (std::rotl(hash, 29) ^ (fold ? fold_word(word) : word)) * 0x9e3779b97f4a7c15;
  });
  return hash ^ hash >> 32;
}

// `stored` is folded already if `fold`.
inline bool same_text(std::string_view text, std::string_view stored, bool fold) {
  if (text.size() != stored.size()) return false;
  if (!fold) return text == stored;
  std::uint64_t difference = 0;
  for_each_word(text, [&](std::uint64_t word, std::size_t at, bool part) {
    difference |= fold_word(word) ^ (part ? load_part(stored.data(), stored.size()) : load_word(stored.data() + at));
  });
  return difference == 0;
}

}  // namespace latchkey::catalog
