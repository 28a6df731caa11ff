#include "watch/watcher.h"

#include <algorithm>

#include "base/log.h"

namespace latchkey::watch {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kMinuteNs = 60 * kSecondNs;
constexpr std::int64_t kHourNs = 60 * kMinuteNs;
constexpr auto kTick = std::chrono::seconds(1);
constexpr std::size_t kCellsAtOnce = 100;

}  // namespace

void Watcher::start() {
  thread_ = std::thread([this] { run(); });
}

void Watcher::ask_to_stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void Watcher::stop() {
  if (!thread_.joinable()) return;
  ask_to_stop();
  thread_.join();
}

bool Watcher::observe(std::vector<UsageCell> cells) {
  if (cells.empty()) return true;
  {
    const std::lock_guard lock(mutex_);
    if (queued_cells_ + cells.size() > kMaxQueuedCells) {
      left_out_ += cells.size();
      return false;
    }
    queued_cells_ += cells.size();
    queue_.push_back(std::move(cells));
  }
  changed_.notify_one();
  return true;
}

std::uint64_t Watcher::left_out() const {
  const std::lock_guard lock(mutex_);
  return left_out_;
}

void Watcher::run() {
  last_minute_ns_ = clock_.steady_ns();
  for (;;) {
    keep_time();
    std::vector<UsageCell> cells;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kTick, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) {
        if (stopping_) return;
      }
      // At the end all at once, since each way to the store may have to be waited for.
      const bool all = stopping_ && among_.relay != nullptr;
      for (bool more = !queue_.empty(); more; more = all && !queue_.empty()) {
        cells.insert(cells.end(), queue_.front().begin(), queue_.front().end());
        queued_cells_ -= queue_.front().size();
        queue_.pop_front();
      }
    }
    handle(cells);
    if (among_.relay != nullptr && looks()) take_from_others();
  }
}

void Watcher::handle(std::span<const UsageCell> cells) {
  while (!cells.empty() && looks()) {
    const auto some = cells.first(std::min(cells.size(), kCellsAtOnce));
    engine_.observe(some);
    cells = cells.subspan(some.size());
  }
  if (cells.empty() || among_.relay == nullptr) return;
  const auto passed_on = among_.relay->pass_on(cells);
  if (passed_on) return;
  log::warn("watch.not_passed_on", {{"error", passed_on.error().message}, {"detail", passed_on.error().detail}});
  const std::lock_guard lock(mutex_);
  left_out_ += cells.size();
}

void Watcher::take_from_others() {
  const std::int64_t now_ns = clock_.steady_ns();
  if (now_ns - last_take_ns_ < kSecondNs) return;
  last_take_ns_ = now_ns;
  const auto cells = among_.relay->take();
  if (!cells) {
    log::warn("watch.not_taken", {{"error", cells.error().message}, {"detail", cells.error().detail}});
    return;
  }
  handle(*cells);
}

void Watcher::keep_time() {
  const std::int64_t now_ns = clock_.steady_ns();
  if (now_ns - last_minute_ns_ >= kMinuteNs) {
    last_minute_ns_ = now_ns;
    if (among_.duty->mine()) engine_.every_minute();
    tell_what_was_left_out();
  }
  const bool hour_is_over = !last_hour_ns_ || now_ns - *last_hour_ns_ >= kHourNs;
  if (hour_is_over && among_.duty->mine()) {
    last_hour_ns_ = now_ns;
    engine_.every_hour(stopping_);
  }
}

void Watcher::tell_what_was_left_out() {
  const std::uint64_t total = left_out() + engine_.unwatched();
  if (total != told_left_out_) log::warn("watch.usage_left_out", {{"cells", std::to_string(total - told_left_out_)}});
  told_left_out_ = total;
}

}  // namespace latchkey::watch
