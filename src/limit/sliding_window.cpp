#include "limit/sliding_window.h"

#include <algorithm>

namespace latchkey::limit {
namespace {

constexpr std::int64_t kCellsPerWindow = 48;
constexpr std::size_t kFirstCells = 4;

}  // namespace

void SlidingWindow::expire(std::int64_t now_ns, std::int64_t length_ns) {
  while (count_ > 0 && at(0).latest_ns <= now_ns - length_ns) {
    used_ -= at(0).cost;
    first_ = (first_ + 1) & (cells_.size() - 1);
    --count_;
  }
  if (count_ == 0 && first_ != 0) first_ = 0;
}

void SlidingWindow::add(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit, std::uint32_t cost) {
  if (count_ > 0) {
    Cell& newest = at(count_ - 1);
    now_ns = std::max(now_ns, newest.latest_ns);
    const bool share = limit > kExactLimit && now_ns - newest_began_ns_ < length_ns / kCellsPerWindow;
    if (share || now_ns == newest.latest_ns) {
      newest.latest_ns = now_ns;
      newest.cost += cost;
      used_ += cost;
      return;
    }
  }
  if (count_ == cells_.size()) grow();
  ++count_;
  at(count_ - 1) = {now_ns, cost};
  newest_began_ns_ = now_ns;
  used_ += cost;
}

std::optional<std::int64_t> SlidingWindow::wait_for(std::int64_t now_ns, std::int64_t length_ns, std::uint64_t limit,
                                                    std::uint32_t cost) const {
  if (cost > limit) return std::nullopt;
  std::uint64_t left = used_;
  for (std::size_t i = 0; left + cost > limit; ++i) {
    left -= at(i).cost;
    if (left + cost <= limit) return std::max<std::int64_t>(0, at(i).latest_ns + length_ns - now_ns);
  }
  return 0;
}

std::int64_t SlidingWindow::until_next_leaves(std::int64_t now_ns, std::int64_t length_ns) const {
  return count_ == 0 ? 0 : std::max<std::int64_t>(0, at(0).latest_ns + length_ns - now_ns);
}

void SlidingWindow::grow() {
  std::vector<Cell> larger(std::max(kFirstCells, cells_.size() * 2));
  for (std::size_t i = 0; i < count_; ++i) larger[i] = at(i);
  cells_ = std::move(larger);
  first_ = 0;
}

}  // namespace latchkey::limit
