// An array that grows without moving what is in it, so that readers may hold on to an element and find it by its number
// while one writer adds more. Numbers are given from 0 on.
//
//   StableArray<Policy> policies;
//   const std::uint32_t number = policies.add();   // the writer; value-initialized
//   policies[number];                              // anyone to whom the writer has given the number
#pragma once
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/check.h"

namespace latchkey::registry {

template <class T>
class StableArray {
 public:
  StableArray() = default;
  ~StableArray() {
    for (auto& chunk : chunks_) delete[] chunk.load();
  }
  StableArray(const StableArray&) = delete;
  StableArray& operator=(const StableArray&) = delete;

  std::uint32_t add() {
    LK_CHECK(size_ < kMost);
    const auto [chunk, place] = locate(size_);
    if (chunks_[chunk].load(std::memory_order_relaxed) == nullptr) {
      chunks_[chunk].store(new T[kFirst << chunk](), std::memory_order_release);
    }
    return size_++;
  }
  T& operator[](std::uint32_t number) const {
    const auto [chunk, place] = locate(number);
    return chunks_[chunk].load(std::memory_order_acquire)[place];
  }
  std::uint32_t size() const { return size_; }  // the writer's

 private:
  static constexpr std::uint32_t kFirst = 64;  // each chunk has room for twice as many as the one before
  static constexpr std::size_t kChunks = 24;
  static constexpr std::uint32_t kMost = (kFirst << kChunks) - kFirst;

  struct Place {
    std::size_t chunk;
    std::uint32_t place;
  };
  static Place locate(std::uint32_t number) {
    const std::uint32_t from_first = number + kFirst;
    const auto chunk = static_cast<std::size_t>(std::bit_width(from_first) - std::bit_width(kFirst));
    return {chunk, from_first - (kFirst << chunk)};
  }

  std::array<std::atomic<T*>, kChunks> chunks_{};
  std::uint32_t size_ = 0;
};

}  // namespace latchkey::registry
