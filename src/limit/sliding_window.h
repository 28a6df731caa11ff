// What was admitted in the last so-and-so many nanoseconds, in bounded memory. Not thread-safe.
//
// Admissions are kept as cells: a time and a cost. While the limit is at most kExactLimit every admission has a cell of its
// own, and the count is exact. Above it, admissions within one forty-eighth of the window share a cell, which counts until
// its latest admission has left: never too little is counted, and never an admission more than 1/48 of the window too
// long, so a caller gets at least 48/49 (97.9%) of the limit. So there are never more than 64 cells.
//
// The oldest few lie in the object itself, and newer ones in a ring beside it, from which they move up a few at a time: what
// most calls read is the object, and of the ring they write the newest cell only.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace latchkey::limit {

class SlidingWindow {
 public:
  static constexpr std::uint64_t kExactLimit = 64;

  // Forgets what has left the window (now - length, now]. A `now` that lies before the latest admission counts as that.
  void expire(std::int64_t now_ns, std::int64_t length_ns);
  // The total cost that expire() left.
  std::uint64_t used() const { return used_; }
  bool empty() const { return near_count_ == 0; }
  void add(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit, std::uint32_t cost);

  // Nanoseconds from `now` until `cost` fits, if nothing else is admitted; nothing if it never can.
  std::optional<std::int64_t> wait_for(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit,
                                       std::uint32_t cost) const;
  // Nanoseconds until the oldest cell leaves; 0 when there is none.
  std::int64_t until_next_leaves(std::int64_t now_ns, std::int64_t length_ns) const;

  // Beside the object itself.
  std::size_t memory_bytes() const { return capacity_ * sizeof(Cell); }

 private:
  struct Cell {
    std::int64_t latest_ns = 0;
    std::uint64_t cost = 0;
  };
  static constexpr std::uint8_t kNearCells = 3;

  // The i-th oldest.
  const Cell& at(std::size_t i) const { return i < near_count_ ? near_[near_first_ + i] : far_at(i - near_count_); }
  const Cell& far_at(std::size_t i) const { return far_[(first_ + i) & (capacity_ - 1u)]; }
  std::size_t count() const { return std::size_t{near_count_} + count_; }
  Cell& newest() {
    return count_ > 0 ? far_[(first_ + count_ - 1u) & (capacity_ - 1u)] : near_[near_first_ + near_count_ - 1u];
  }
  void drop_oldest();
  void append(Cell cell);

  std::array<Cell, kNearCells>
      near_;  // from near_first_ on; the newer ones are in far_ only while this has had no room
  std::unique_ptr<Cell[]> far_;
  std::uint16_t capacity_ = 0, first_ = 0, count_ = 0;  // of far_; the capacity is a power of two, or 0
  std::uint8_t near_first_ = 0, near_count_ = 0;
  std::uint64_t used_ = 0;
  std::int64_t newest_began_ns_ = 0;   // when the newest cell's first admission was
  std::int64_t newest_latest_ns_ = 0;  // and its latest
};

}  // namespace latchkey::limit
