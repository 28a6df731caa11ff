#include "usage/spill_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace latchkey::usage {
namespace {

struct Counted {
  int kind = 0;
  std::uint32_t count = 0;
  bool is_like(const Counted& other) const { return kind == other.kind; }
};
using Table = SpillTable<Counted>;

std::map<int, std::uint32_t> sums(const Table& table) {
  std::map<int, std::uint32_t> out;
  std::size_t cells = 0;
  table.visit([&](const Counted& cell) {
    EXPECT_GT(cell.count, 0u);
    out[cell.kind] += cell.count;
    ++cells;
  });
  EXPECT_EQ(cells, table.size());
  return out;
}

TEST(SpillTable, CountsAsAMapDoesWhateverFallsTogether) {
  std::mt19937 rng(20'261'127);
  Table table(1 << 20);
  for (const std::uint32_t kinds : {1u, 3u, 1'000u, 50'000u}) {
    for (const std::uint64_t hashes : {1u, 7u, 1u << 30}) {
      std::map<int, std::uint32_t> expected;
      for (int i = 0; i < 60'000; ++i) {
        const int kind = static_cast<int>(rng() % kinds);
        Counted* const cell =
            table.find_or_add({kind, 0}, static_cast<std::uint64_t>(kind) % hashes * 0x9e3779b97f4a7c15);
        ASSERT_NE(cell, nullptr);
        EXPECT_EQ(cell->kind, kind);
        ++cell->count;
        ++expected[kind];
      }
      EXPECT_EQ(sums(table), expected) << kinds << " kinds, " << hashes << " hashes";
      table.clear();
      EXPECT_TRUE(sums(table).empty());
    }
  }
}

TEST(SpillTable, FewKindsAreOneCellEach) {
  Table table(1 << 20);
  for (int i = 0; i < 10'000; ++i) ++table.find_or_add({i % 2, 0}, 5)->count;
  EXPECT_EQ(table.size(), 2u);
}

TEST(SpillTable, IsFullAtItsBoundAndKeepsWhatItHas) {
  constexpr int kMost = 10'000;
  Table table(kMost);
  int refused = 0;
  for (int kind = 0; kind < 2 * kMost; ++kind) {
    Counted* const cell = table.find_or_add({kind, 0}, static_cast<std::uint64_t>(kind));
    cell == nullptr ? ++refused : static_cast<int>(++cell->count);
  }
  EXPECT_EQ(table.size(), std::size_t{kMost});
  EXPECT_EQ(refused, kMost);
  EXPECT_EQ(sums(table).size(), std::size_t{kMost});
}

}  // namespace
}  // namespace latchkey::usage
