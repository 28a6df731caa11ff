// A line that tells how far something is, on standard error while that is a terminal.
//
//   const LiveLine line(clock, isatty(STDERR_FILENO) != 0, [&](double seconds) { return fmt::format(...); });
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"

namespace latchkey::cli {

class LiveLine {
 public:
  // What it says after so many seconds. Called on the line's own thread.
  using Say = std::function<std::string(double seconds)>;
  // Draws ten times a second, on a thread of its own, until it is destroyed, which takes the line away.
  LiveLine(const Clock& clock, bool shown, Say say);
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;
  ~LiveLine();

 private:
  void draw_until_the_end();

  const Clock& clock_;
  const Say say_;
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;  // guarded by mutex_
  std::thread thread_;
};

// "[#####               ]", a share of 24 places.
std::string progress_bar(std::uint64_t done, std::uint64_t known);

}  // namespace latchkey::cli
