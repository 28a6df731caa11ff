// What each key was seen to do since the last take: counts by key, kind, and which channel or attribute. Part of a Tally and,
// like it, of one thread at a time.
//
//   Observations observations;
//   observations.note(use);
//   observations.visit([](const Observations::Cell& cell) { ... });
//
// The same may come in several cells (usage/spill_table.h). Beyond kMaxCells it says so (complete()), and whoever reads it must
// then take it that any key may have named anything.
#pragma once
#include <cstdint>

#include "core/observed.h"
#include "usage/spill_table.h"
#include "usage/use.h"

namespace latchkey::usage {

class Observations {
 public:
  static constexpr std::size_t kMaxCells = 1 << 18;

  struct alignas(64) Cell {
    KeyId key;
    TenantId tenant;
    ObservedKind kind = ObservedKind::kOperation;
    std::uint16_t index = 0;  // in the catalog; 0 for marks
    std::uint32_t count = 0;  // 0: the cell is free
    std::int64_t first_ms = 0, last_ms = 0;
    bool is_like(const Cell& other) const { return key == other.key && kind == other.kind && index == other.index; }
  };

  void note(const Use& use);
  bool complete() const { return complete_; }
  void clear();
  template <class Visit>
  void visit(Visit&& visitor) const {
    cells_.visit(visitor);
  }

 private:
  void note(const Use& use, ObservedKind kind, std::uint16_t index);

  SpillTable<Cell> cells_{kMaxCells};
  bool complete_ = true;
};

}  // namespace latchkey::usage
