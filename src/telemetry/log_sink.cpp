#include "telemetry/log_sink.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>

namespace latchkey::telemetry {
namespace {

class FileSink final : public LogSink {
 public:
  FileSink(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  ~FileSink() override { ::close(descriptor_); }
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  static Result<int> open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("The access log {} can't be opened: {}.", path, std::strerror(errno)));
    }
    return descriptor;
  }

  Written write(std::string_view lines) override {
    Written done;
    while (done.bytes < lines.size()) {
      const ssize_t written = ::write(descriptor_, lines.data() + done.bytes, lines.size() - done.bytes);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return {done.bytes, errno};
      done.bytes += static_cast<std::size_t>(written);
    }
    return done;
  }

  Result<void> reopen() override {
    LK_ASSIGN(const int fresh, open(path_));
    ::close(descriptor_);
    descriptor_ = fresh;
    return {};
  }

  void hurry() override {}

 private:
  const std::string path_;
  int descriptor_;
};

class StandardOutput final : public LogSink {
 public:
  Written write(std::string_view lines) override {
    constexpr int kSecond = 1000;
    Written done;
    if (gave_up_) return {0, ETIMEDOUT};
    while (done.bytes < lines.size()) {
      pollfd wanted{STDOUT_FILENO, POLLOUT, 0};
      const int ready = ::poll(&wanted, 1, kSecond);
      if (ready == 0 && hurried_) {
        gave_up_ = true;
        return {done.bytes, ETIMEDOUT};
      }
      if (ready <= 0) continue;
      // A pipe that is ready takes this much without blocking.
      const ssize_t written = ::write(STDOUT_FILENO, lines.data() + done.bytes, std::min<std::size_t>(lines.size() - done.bytes, PIPE_BUF));
      if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (written < 0) return {done.bytes, errno};
      done.bytes += static_cast<std::size_t>(written);
    }
    return done;
  }
  Result<void> reopen() override { return {}; }
  void hurry() override { hurried_ = true; }

 private:
  std::atomic<bool> hurried_{false};
  bool gave_up_ = false;  // nobody reads any more, and it is late
};

}  // namespace

Result<std::unique_ptr<LogSink>> open_log_sink(const std::string& path) {
  if (path == "-") return std::make_unique<StandardOutput>();
  LK_ASSIGN(const int descriptor, FileSink::open(path));
  return std::make_unique<FileSink>(path, descriptor);
}

}  // namespace latchkey::telemetry
