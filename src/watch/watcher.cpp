#include "watch/watcher.h"

#include "base/log.h"

namespace latchkey::watch {
namespace {

constexpr std::int64_t kMinuteNs = 60'000'000'000;
constexpr std::int64_t kHourNs = 60 * kMinuteNs;
constexpr auto kTick = std::chrono::seconds(1);

}  // namespace

void Watcher::start() {
  stopping_ = false;
  thread_ = std::thread([this] { run(); });
}

void Watcher::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
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
  last_hour_ns_ = last_minute_ns_;
  engine_.every_hour(stopping_);
  for (;;) {
    std::vector<UsageCell> cells;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kTick, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) {
        if (stopping_) return;
      } else {
        cells = std::move(queue_.front());
        queue_.pop_front();
        queued_cells_ -= cells.size();
      }
    }
    engine_.observe(cells);
    keep_time();
  }
}

void Watcher::keep_time() {
  const std::int64_t now_ns = clock_.steady_ns();
  if (now_ns - last_minute_ns_ >= kMinuteNs) {
    last_minute_ns_ = now_ns;
    engine_.every_minute();
    tell_what_was_left_out();
  }
  if (now_ns - last_hour_ns_ >= kHourNs) {
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
