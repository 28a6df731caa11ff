#include "base/table_memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace latchkey {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kFromHere = kHugePage / 2;
constexpr std::align_val_t kCacheLine{64};

std::size_t rounded_up(std::size_t bytes) { return (bytes + kHugePage - 1) / kHugePage * kHugePage; }

}  // namespace

std::size_t table_memory_size(std::size_t bytes) { return bytes < kFromHere ? bytes : rounded_up(bytes); }

void* take_table_memory(std::size_t bytes) {
  if (bytes < kFromHere) return ::operator new(bytes, kCacheLine);
  // A huge page must lie within the mapping, aligned: more is mapped, and what is too much at either end let go.
  const std::size_t mapped = bytes + kHugePage;
  void* const at = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  const auto first = reinterpret_cast<std::uintptr_t>(at), place = rounded_up(first), end = place + bytes;
  if (place > first) munmap(at, place - first);
  if (first + mapped > end) munmap(reinterpret_cast<void*>(end), first + mapped - end);
  madvise(reinterpret_cast<void*>(place), bytes, MADV_HUGEPAGE);
  return reinterpret_cast<void*>(place);
}

void give_back_table_memory(void* memory, std::size_t bytes) noexcept {
  if (bytes < kFromHere) {
    ::operator delete(memory, kCacheLine);
  } else {
    munmap(memory, bytes);
  }
}

}  // namespace latchkey
