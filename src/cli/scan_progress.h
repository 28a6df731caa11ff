// The line that tells how far a scan is, on standard error while that is a terminal.
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "scan/progress.h"

namespace latchkey::cli {

class ScanProgress {
 public:
  // Draws ten times a second, on a thread of its own, until it is destroyed, which takes the line away.
  ScanProgress(const scan::Progress& progress, const Clock& clock, bool shown);
  ScanProgress(const ScanProgress&) = delete;
  ScanProgress& operator=(const ScanProgress&) = delete;
  ~ScanProgress();

 private:
  void draw_until_the_end();

  const scan::Progress& progress_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;  // guarded by mutex_
  std::thread thread_;
};

// "Git objects [#####               ] 25 %  1,234 of 5,000, 310 MB/s"
std::string progress_line(const scan::Progress& progress, double seconds);

}  // namespace latchkey::cli
