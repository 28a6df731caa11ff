// Where the lines of the access log end up: a file that can be moved away and opened anew, or standard output. One thread
// writes.
//
//   LK_ASSIGN(auto sink, open_log_sink("/var/log/latchkey/access.log"));
//   Written w = sink->write(lines);    // w.bytes < lines.size(): the rest is lost, and w.error says why
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace latchkey::telemetry {

struct Written {
  std::size_t bytes = 0;
  int error = 0;  // an errno; 0: all was written
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual Written write(std::string_view lines) = 0;
  // Opens the file anew, under the name it was first opened by. On failure the old one goes on being written.
  virtual Result<void> reopen() = 0;
  // From any thread: from now on, who does not take the lines within a second does not get them.
  virtual void hurry() = 0;
};

// `path`: of a file, which is appended to (made with mode 0640), or "-" for standard output.
Result<std::unique_ptr<LogSink>> open_log_sink(const std::string& path);

}  // namespace latchkey::telemetry
