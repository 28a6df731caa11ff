// What was admitted in the last so-and-so many nanoseconds, in bounded memory. Not thread-safe.
//
// Admissions are kept as cells: a time and a cost. While the limit is at most kExactLimit every admission has a cell of its
// own, and the count is exact. Above it, admissions within one forty-eighth of the window share a cell, which counts until
// its latest admission has left: never too little is counted, and never an admission more than 1/48 of the window too
// long, so a caller gets at least 48/49 (97.9%) of the limit. So there are never more than 64 cells.
//
// A cell's time is in ticks: of a microsecond in windows of up to a thousand seconds, of a tenth of a millisecond in longer
// ones. It is rounded up, so an admission counts for less than a tick longer than the window is, and never shorter.
//
// The oldest few lie in the object itself, and newer ones in a ring beside it, from which they move up a few at a time: what
// most calls read is the object, and of the ring they write the newest cell only.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace latchkey::limit {

class SlidingWindow {
 public:
  static constexpr std::uint64_t kExactLimit = 64;
  static constexpr std::int64_t kMaxLengthNs = 100'000'000'000'000;

  // Forgets what has left the window (now - length, now]. A `now` that lies before the latest admission counts as that.
  void expire(std::int64_t now_ns, std::int64_t length_ns) {
    if (near_count_ == 0) return;
    if (now_ns - newest_latest_ns_ >= length_ns) return clear();
    while (ticks_left(near_[near_first_], now_ns, length_ns) <= 0) drop_oldest();
  }
  // The total cost that expire() left.
  std::uint64_t used() const { return used_; }
  bool empty() const { return near_count_ == 0; }
  // `limit` is less than 2^32, and so is what is used with `cost`. `length_ns` is the same in all calls, and
  // at most kMaxLengthNs.
  void add(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit, std::uint32_t cost);

  // Nanoseconds from `now` until `cost` fits, if nothing else is admitted; nothing if it never can.
  std::optional<std::int64_t> wait_for(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit,
                                       std::uint32_t cost) const {
    if (cost > limit) return std::nullopt;
    return used_ + cost <= limit ? 0 : wait_for_room(now_ns, length_ns, limit, cost);
  }
  // Nanoseconds until the oldest cell leaves; 0 when there is none.
  std::int64_t until_next_leaves(std::int64_t now_ns, std::int64_t length_ns) const {
    return empty() ? 0 : until_left(near_[near_first_], now_ns, length_ns);
  }

  // Beside the object itself.
  std::size_t memory_bytes() const { return capacity_ * sizeof(Cell); }

 private:
  struct Cell {
    std::uint32_t latest = 0;  // in ticks, the last 32 bits of them
    std::uint32_t cost = 0;
  };
  static constexpr std::uint8_t kNearCells = 6;

  // A window is at most 2^30 of them, so that the ages of what is in it, and what was when it was last looked at, are told
  // apart by 32 bits.
  static constexpr std::int64_t tick_ns(std::int64_t length_ns) {
    return length_ns <= 1'000'000'000'000 ? 1'000 : 100'000;
  }
  // By constants, which is cheap.
  static constexpr std::int64_t ticks(std::int64_t ns, std::int64_t length_ns) {
    return tick_ns(length_ns) == 1'000 ? ns / 1'000 : ns / 100'000;
  }
  static constexpr std::uint32_t ticks_up(std::int64_t ns, std::int64_t length_ns) {
    return static_cast<std::uint32_t>(ticks(ns + tick_ns(length_ns) - 1, length_ns));
  }
  // Until a cell leaves: 0 or less when it has left.
  static std::int32_t ticks_left(Cell cell, std::int64_t now_ns, std::int64_t length_ns) {
    return static_cast<std::int32_t>(cell.latest + ticks_up(length_ns, length_ns) -
                                     static_cast<std::uint32_t>(ticks(now_ns, length_ns)));
  }
  static std::int64_t until_left(Cell cell, std::int64_t now_ns, std::int64_t length_ns) {
    const std::int64_t tick = tick_ns(length_ns), since_tick = now_ns - ticks(now_ns, length_ns) * tick;
    return std::max<std::int64_t>(0, ticks_left(cell, now_ns, length_ns) * tick - since_tick);
  }

  // The i-th oldest.
  const Cell& at(std::size_t i) const { return i < near_count_ ? near_[near_first_ + i] : far_at(i - near_count_); }
  const Cell& far_at(std::size_t i) const { return far_[(first_ + i) & (capacity_ - 1u)]; }
  std::size_t count() const { return std::size_t{near_count_} + count_; }
  Cell& newest() {
    return count_ > 0 ? far_[(first_ + count_ - 1u) & (capacity_ - 1u)] : near_[near_first_ + near_count_ - 1u];
  }
  void clear() {
    used_ = 0;
    near_first_ = near_count_ = 0;
    first_ = count_ = 0;
  }
  std::int64_t wait_for_room(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit,
                             std::uint32_t cost) const;
  void drop_oldest();
  void append(Cell cell);

  // From near_first_ on; the newer ones are in far_ only while this has had no room.
  std::array<Cell, kNearCells> near_;
  std::unique_ptr<Cell[]> far_;
  std::uint16_t capacity_ = 0, first_ = 0, count_ = 0;  // of far_; the capacity is a power of two, or 0
  std::uint8_t near_first_ = 0, near_count_ = 0;
  std::uint64_t used_ = 0;
  std::int64_t newest_began_ns_ = 0;   // when the newest cell's first admission was
  std::int64_t newest_latest_ns_ = 0;  // and its latest
};

}  // namespace latchkey::limit
