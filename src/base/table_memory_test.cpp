#include "base/table_memory.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace latchkey {
namespace {

struct Counted {
  static inline int alive = 0;
  std::uint64_t value = 7;
  Counted() noexcept { ++alive; }
  ~Counted() { --alive; }
};

TEST(TableMemory, HoldsWhatWasAskedForAtEverySize) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{64}, std::size_t{131'071}, std::size_t{131'072},
                                 std::size_t{262'144}, std::size_t{262'145}, std::size_t{3'000'001}}) {
    TableMemory<std::uint64_t> memory(size);
    ASSERT_GE(memory.size(), size);
    ASSERT_LE(memory.bytes(), size * sizeof(std::uint64_t) + (2 << 20));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) % 64, 0u);
    for (std::size_t i = 0; i < memory.size(); ++i) ASSERT_EQ(std::exchange(memory[i], i), 0u);
    for (std::size_t i = 0; i < memory.size(); ++i) ASSERT_EQ(memory[i], i);
  }
}

TEST(TableMemory, MakesAndDestroysEachElementOnce) {
  {
    TableMemory<Counted> memory(300'000), other(5);
    const std::size_t size = memory.size();
    EXPECT_EQ(Counted::alive, static_cast<int>(size) + 5);
    other = std::move(memory);
    EXPECT_EQ(other.size(), size);
    EXPECT_EQ(other[size - 1].value, 7u);
    const TableMemory<Counted> third(std::move(other));
    EXPECT_EQ(third.size(), size);
    EXPECT_EQ(other.size(), 0u);
  }
  EXPECT_EQ(Counted::alive, 0);
}

}  // namespace
}  // namespace latchkey
