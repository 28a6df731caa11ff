// What each key was seen to do since the last take: a bounded hash table of (key, kind, which channel or attribute). Part of
// a Tally and, like it, of one thread at a time.
//
//   Observations observations;
//   observations.note(use);
//   observations.visit([](const Observations::Cell& cell) { ... });
//
// Allocates only while it grows to the variety of its traffic. Beyond kMaxCells it says so (complete()), and whoever reads
// it must then take it that any key may have named anything.
#pragma once
#include <cstdint>

#include "base/table_memory.h"
#include "core/observed.h"
#include "usage/use.h"

namespace latchkey::usage {

class Observations {
 public:
  static constexpr std::size_t kFirstCells = 256;
  static constexpr std::size_t kMaxCells = 1 << 18;

  struct alignas(64) Cell {
    KeyId key;
    TenantId tenant;
    ObservedKind kind = ObservedKind::kOperation;
    std::uint16_t index = 0;  // in the catalog; 0 for marks
    std::uint32_t count = 0;  // 0: the cell is free
    std::int64_t first_ms = 0, last_ms = 0;
  };

  Observations() : cells_(kFirstCells) {}
  void note(const Use& use);
  // Has the first few cells brought near that note() will want, of a table whose cells are, or were, at this place.
  static void prefetch(const Cell* cells, std::size_t count, const KeyId& key, const Observed& seen);
  const TableMemory<Cell>& cells() const { return cells_; }
  bool complete() const { return complete_; }
  void clear();

  template <class Visit>
  void visit(Visit&& visitor) const {
    if (used_ == 0) return;
    for (const Cell& cell : cells_) {
      if (cell.count != 0) visitor(cell);
    }
  }

 private:
  void note(const Use& use, ObservedKind kind, std::uint16_t index);
  void grow();

  TableMemory<Cell> cells_;  // linear probing
  std::size_t used_ = 0;
  bool complete_ = true;
};

}  // namespace latchkey::usage
