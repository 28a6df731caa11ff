// Counts of any number of kinds. Those met lately lie in a table that stays in the processor's cache; one that has to give
// way to another goes to the end of a log, which is written in order. So no kind costs a read of cold memory, however many
// there are; and a kind may have several cells, which whoever reads them adds up.
//
//   SpillTable<Cell> table(most);
//   if (Cell* cell = table.find_or_add(like, hash)) ++cell->count;   // null: there is no room for another
//   table.visit([](const Cell& cell) { ... });
//
// A Cell has a `count`, 0 in one that is new, and is_like(). Allocates when the log grows longer than it was. Of one thread
// at a time.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/table_memory.h"

namespace latchkey::usage {

template <class Cell>
class SpillTable {
 public:
  static constexpr std::size_t kRecent = 2'048;

  explicit SpillTable(std::size_t most) : most_spilled_(most - kRecent), recent_(kRecent) {}

  // Good until the next call.
  Cell* find_or_add(const Cell& like, std::uint64_t hash) {
    Cell* const pair = &recent_[hash % (kRecent / 2) * 2];
    for (Cell* const cell : {pair, pair + 1}) {
      if (cell->count != 0 && cell->is_like(like)) return cell;
    }
    if (pair[0].count != 0) {
      if (pair[1].count == 0) {
        ++recent_count_;
      } else if (!spill(pair[1])) {
        return nullptr;
      }
      pair[1] = pair[0];
    } else {
      ++recent_count_;
    }
    pair[0] = like;
    return pair;
  }

  template <class Visit>
  void visit(Visit&& visitor) const {
    if (recent_count_ > 0) {
      for (const Cell& cell : recent_) {
        if (cell.count != 0) visitor(cell);
      }
    }
    for (std::size_t i = 0; i < spilled_; ++i) visitor(chunks_[i / kChunk][i % kChunk]);
  }

  std::size_t size() const { return recent_count_ + spilled_; }

  // Memory goes back when little of it was used.
  void clear() {
    if (recent_count_ > 0) std::fill(recent_.begin(), recent_.end(), Cell{});
    const std::size_t wanted = 2 * (spilled_ / kChunk + 1);
    if (chunks_.size() > wanted) chunks_.resize(wanted);
    recent_count_ = spilled_ = 0;
  }
  std::size_t memory_bytes() const { return recent_.bytes() + chunks_.size() * kChunk * sizeof(Cell); }

 private:
  static constexpr std::size_t kChunk = 4'096;

  bool spill(const Cell& cell) {
    if (spilled_ == most_spilled_) return false;
    if (spilled_ / kChunk == chunks_.size()) chunks_.emplace_back(kChunk);
    chunks_[spilled_ / kChunk][spilled_ % kChunk] = cell;
    ++spilled_;
    return true;
  }

  std::size_t most_spilled_;
  TableMemory<Cell> recent_;  // pairs, the newer one first
  std::size_t recent_count_ = 0;
  std::vector<TableMemory<Cell>> chunks_;
  std::size_t spilled_ = 0;
};

}  // namespace latchkey::usage
