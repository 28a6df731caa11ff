// A fixed set of small numbers, as bits: which operations, channels or attributes are permitted. No allocation.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace latchkey {

template <std::size_t Bits>
class BitSet {
  static_assert(Bits % 64 == 0);

 public:
  static constexpr std::size_t kSize = Bits;
  void insert(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
  void erase(std::size_t i) { words_[i / 64] &= ~(std::uint64_t{1} << (i % 64)); }
  bool contains(std::size_t i) const { return i < Bits && (words_[i / 64] >> (i % 64) & 1) != 0; }
  bool empty() const { return *this == BitSet{}; }
  std::size_t count() const {
    std::size_t n = 0;
    for (const auto word : words_) n += static_cast<std::size_t>(std::popcount(word));
    return n;
  }
  BitSet& operator&=(const BitSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  bool is_subset_of(const BitSet& other) const {
    std::uint64_t beyond = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) beyond |= words_[i] & ~other.words_[i];
    return beyond == 0;
  }
  bool operator==(const BitSet&) const = default;
  const std::array<std::uint64_t, Bits / 64>& words() const { return words_; }

 private:
  std::array<std::uint64_t, Bits / 64> words_{};
};

}  // namespace latchkey
