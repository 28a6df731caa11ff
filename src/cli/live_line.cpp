#include "cli/live_line.h"

#include <cstdio>

namespace latchkey::cli {

LiveLine::LiveLine(const Clock& clock, bool shown, Say say) : clock_(clock), say_(std::move(say)) {
  if (shown) thread_ = std::thread([this] { draw_until_the_end(); });
}

LiveLine::~LiveLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  end_.notify_all();
  thread_.join();
}

void LiveLine::draw_until_the_end() {
  const std::int64_t began_ns = clock_.steady_ns();
  bool drawn = false;
  std::unique_lock lock(mutex_);
  while (!end_.wait_for(lock, std::chrono::milliseconds(100), [this] { return ended_; })) {
    const std::string line = "\r" + say_(static_cast<double>(clock_.steady_ns() - began_ns) / 1e9) + "\x1b[K";
    (void)std::fwrite(line.data(), 1, line.size(), stderr);
    (void)std::fflush(stderr);
    drawn = true;
  }
  if (drawn) (void)std::fputs("\r\x1b[K", stderr);
}

std::string progress_bar(std::uint64_t done, std::uint64_t known) {
  constexpr std::size_t kWidth = 24;
  const std::uint64_t share = known == 0 ? 0 : std::min(done, known) * kWidth / known;
  return "[" + std::string(share, '#') + std::string(kWidth - share, ' ') + "]";
}

}  // namespace latchkey::cli
