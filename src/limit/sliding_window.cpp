#include "limit/sliding_window.h"

namespace latchkey::limit {
namespace {

constexpr std::int64_t kCellsPerWindow = 48;
constexpr std::uint16_t kFirstFarCells = 8;

}  // namespace

void SlidingWindow::drop_oldest() {
  used_ -= near_[near_first_].cost;
  ++near_first_;
  if (--near_count_ > 0) return;
  near_first_ = 0;
  for (; near_count_ < kNearCells && count_ > 0; ++near_count_, --count_) {
    near_[near_count_] = far_[first_];
    first_ = static_cast<std::uint16_t>((first_ + 1u) & (capacity_ - 1u));
  }
}

void SlidingWindow::add(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit, std::uint32_t cost) {
  used_ += cost;
  if (near_count_ > 0) now_ns = std::max(now_ns, newest_latest_ns_);
  const std::uint32_t tick = ticks_up(now_ns, length_ns);
  if (near_count_ > 0) {
    const bool share = limit > kExactLimit && now_ns - newest_began_ns_ < length_ns / kCellsPerWindow;
    // Within one tick they would leave together anyway.
    if (share || ticks_up(newest_latest_ns_, length_ns) == tick) {
      newest().latest = tick;
      newest().cost += cost;
      newest_latest_ns_ = now_ns;
      return;
    }
  }
  append({tick, cost});
  newest_began_ns_ = newest_latest_ns_ = now_ns;
}

void SlidingWindow::append(Cell cell) {
  if (count_ == 0 && near_first_ + near_count_ < kNearCells) {
    near_[near_first_ + near_count_++] = cell;
    return;
  }
  if (count_ == capacity_) {
    const std::uint16_t larger = std::max(kFirstFarCells, static_cast<std::uint16_t>(capacity_ * 2));
    auto cells = std::make_unique<Cell[]>(larger);
    for (std::size_t i = 0; i < count_; ++i) cells[i] = far_at(i);
    far_ = std::move(cells);
    capacity_ = larger;
    first_ = 0;
  }
  ++count_;
  newest() = cell;
}

std::int64_t SlidingWindow::wait_for_room(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit,
                                          std::uint32_t cost) const {
  std::uint64_t left = used_;
  for (std::size_t i = 0; i < count() && left + cost > limit; ++i) {
    left -= at(i).cost;
    if (left + cost <= limit) return until_left(at(i), now_ns, length_ns);
  }
  return 0;
}

}  // namespace latchkey::limit
