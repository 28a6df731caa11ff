// What was admitted in the last so-and-so many nanoseconds, in bounded memory. Not thread-safe.
//
// Admissions are kept as cells: a time and a cost. While the limit is at most kExactLimit every admission has a cell of its
// own, and the count is exact. Above it, admissions within one forty-eighth of the window share a cell, which counts until
// its latest admission has left: never too little is counted, and never an admission more than 1/48 of the window too
// long, so a caller gets at least 48/49 (97.9%) of the limit.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace latchkey::limit {

class SlidingWindow {
 public:
  static constexpr std::uint64_t kExactLimit = 64;

  // Forgets what has left the window (now - length, now]. A `now` that lies before the latest admission counts as that.
  void expire(std::int64_t now_ns, std::int64_t length_ns);
  // The total cost that expire() left.
  std::uint64_t used() const { return used_; }
  bool empty() const { return count_ == 0; }
  void add(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit, std::uint32_t cost);

  // Nanoseconds from `now` until `cost` fits, if nothing else is admitted; nothing if it never can.
  std::optional<std::int64_t> wait_for(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit,
                                       std::uint32_t cost) const;
  // Nanoseconds until the oldest cell leaves; 0 when there is none.
  std::int64_t until_next_leaves(std::int64_t now_ns, std::int64_t length_ns) const;

  std::size_t memory_bytes() const { return cells_.capacity() * sizeof(Cell); }

 private:
  struct Cell {
    std::int64_t latest_ns = 0;
    std::uint64_t cost = 0;
  };
  const Cell& at(std::size_t i) const { return cells_[(first_ + i) & (cells_.size() - 1)]; }
  Cell& at(std::size_t i) { return cells_[(first_ + i) & (cells_.size() - 1)]; }
  void grow();

  std::vector<Cell> cells_;  // a ring; its size is a power of two, or 0
  std::size_t first_ = 0, count_ = 0;
  std::uint64_t used_ = 0;
  std::int64_t newest_began_ns_ = 0;  // when the newest cell's first admission was
};

}  // namespace latchkey::limit
