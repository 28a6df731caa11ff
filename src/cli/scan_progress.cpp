#include "cli/scan_progress.h"

#include "cli/live_line.h"

namespace latchkey::cli {

std::string progress_line(const scan::Progress& progress, double seconds) {
  const std::uint64_t files = progress.files_done, known = progress.files_known;
  const std::uint64_t objects = progress.objects_done, objects_known = progress.objects_known;
  const bool in_git = objects_known > objects;
  const std::uint64_t done = in_git ? objects : files, all = in_git ? objects_known : known;
  const double bytes = static_cast<double>(progress.bytes_done + progress.object_bytes);
  return fmt::format("{} {} {:3} %  {} of {}{}, {:.0f} MB/s", in_git ? "Git objects" : "Files", progress_bar(done, all),
                     all == 0 ? 0 : std::min(done, all) * 100 / all, done, all,
                     in_git || progress.all_files_known ? "" : " or more", bytes / 1e6 / std::max(seconds, 0.001));
}

}  // namespace latchkey::cli
