// For this room's hash tables, whose keys hold random bits that no caller chooses.
#pragma once
#include <cstdint>

namespace latchkey::usage {

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t z = a ^ (b * 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93ULL;
  return z ^ (z >> 32);
}

}  // namespace latchkey::usage
