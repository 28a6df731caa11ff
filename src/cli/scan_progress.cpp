#include "cli/scan_progress.h"

#include <cstdio>

namespace latchkey::cli {
namespace {

constexpr std::size_t kBarWidth = 24;

std::string bar(std::uint64_t done, std::uint64_t known) {
  const std::uint64_t share = known == 0 ? 0 : std::min(done, known) * kBarWidth / known;
  return "[" + std::string(share, '#') + std::string(kBarWidth - share, ' ') + "]";
}

}  // namespace

std::string progress_line(const scan::Progress& progress, double seconds) {
  const std::uint64_t files = progress.files_done, known = progress.files_known;
  const std::uint64_t objects = progress.objects_done, objects_known = progress.objects_known;
  const bool in_git = objects_known > objects;
  const std::uint64_t done = in_git ? objects : files, all = in_git ? objects_known : known;
  const double bytes = static_cast<double>(progress.bytes_done + progress.object_bytes);
  return fmt::format("{} {} {:3} %  {} of {}{}, {:.0f} MB/s", in_git ? "Git objects" : "Files", bar(done, all),
                     all == 0 ? 0 : std::min(done, all) * 100 / all, done, all,
                     in_git || progress.all_files_known ? "" : " or more", bytes / 1e6 / std::max(seconds, 0.001));
}

ScanProgress::ScanProgress(const scan::Progress& progress, const Clock& clock, bool shown)
    : progress_(progress), clock_(clock) {
  if (shown) thread_ = std::thread([this] { draw_until_the_end(); });
}

ScanProgress::~ScanProgress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  end_.notify_all();
  thread_.join();
}

void ScanProgress::draw_until_the_end() {
  const std::int64_t began_ns = clock_.steady_ns();
  bool drawn = false;
  std::unique_lock lock(mutex_);
  while (!end_.wait_for(lock, std::chrono::milliseconds(100), [this] { return ended_; })) {
    const std::string line =
        "\r" + progress_line(progress_, static_cast<double>(clock_.steady_ns() - began_ns) / 1e9) + "\x1b[K";
    (void)std::fwrite(line.data(), 1, line.size(), stderr);
    (void)std::fflush(stderr);
    drawn = true;
  }
  if (drawn) (void)std::fputs("\r\x1b[K", stderr);
}

}  // namespace latchkey::cli
