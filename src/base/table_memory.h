// An array for a hash table that may become large and is read at random: cache lines are aligned, and from 1 MiB on it asks
// the kernel for huge pages (madvise(2), MADV_HUGEPAGE), so that a cold read costs one miss and not a walk of the page
// tables beside it. Where the kernel gives none, it is plain memory. Huge pages are used up: there may be more elements than
// were asked for.
//
//   TableMemory<Slot> slots(1'000'000);   // value-initialized, all of them
//   slots[i]; slots.size() >= 1'000'000;
#pragma once
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace latchkey {

// How much is taken for `bytes`, and uninitialized memory of such a size. Throws std::bad_alloc.
std::size_t table_memory_size(std::size_t bytes);
void* take_table_memory(std::size_t bytes);
void give_back_table_memory(void* memory, std::size_t bytes) noexcept;

template <class T>
class TableMemory {
 public:
  TableMemory() = default;
  explicit TableMemory(std::size_t size)
      : bytes_(table_memory_size(size * sizeof(T))),
        at_(static_cast<T*>(take_table_memory(bytes_))),
        size_(bytes_ / sizeof(T)) {
    static_assert(std::is_nothrow_default_constructible_v<T>);
    std::uninitialized_value_construct_n(at_, size_);
  }
  ~TableMemory() {
    if (at_ == nullptr) return;
    std::destroy_n(at_, size_);
    give_back_table_memory(at_, bytes_);
  }
  TableMemory(TableMemory&& other) noexcept
      : bytes_(std::exchange(other.bytes_, 0)),
        at_(std::exchange(other.at_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  TableMemory& operator=(TableMemory&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(at_, other.at_);
    std::swap(size_, other.size_);
    return *this;
  }

  T& operator[](std::size_t i) { return at_[i]; }
  const T& operator[](std::size_t i) const { return at_[i]; }
  T* data() { return at_; }
  const T* data() const { return at_; }
  T* begin() { return at_; }
  T* end() { return at_ + size_; }
  const T* begin() const { return at_; }
  const T* end() const { return at_ + size_; }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
  T* at_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace latchkey
