#include "telemetry/access_log.h"

#include <algorithm>
#include <cstring>

#include "base/log.h"

namespace latchkey::telemetry {

AccessLog::AccessLog(std::unique_ptr<LogSink> sink, const credential::KeyFormat& format, std::size_t queue_bytes)
    : redactor_(format), queue_bytes_(queue_bytes), sink_(std::move(sink)), thread_([this] { run(); }) {}

AccessLog::~AccessLog() {
  sink_->hurry();
  stop_ = true;
  wake();
  thread_.join();
}

AccessLog::Writer::Writer(AccessLog& log) : log_(log) {
  const std::lock_guard lock(log.mutex_);
  queue_ = &log.queues_.emplace_back(log.queue_bytes_);
}

void AccessLog::Writer::note(const Event& event) {
  line_.clear();
  append_access_line(line_, event, log_.redactor_);
  Queue& queue = *queue_;
  const std::size_t size = queue.bytes.size();
  const std::size_t at = queue.written.load(std::memory_order_relaxed);
  if (size - (at - queue.read.load(std::memory_order_acquire)) < line_.size()) {
    queue.dropped.store(queue.dropped.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return;
  }
  const std::size_t first = std::min(line_.size(), size - at % size);
  std::memcpy(queue.bytes.data() + at % size, line_.data(), first);
  std::memcpy(queue.bytes.data(), line_.data() + first, line_.size() - first);
  // Sequentially consistent, here and in run(): either the log's thread sees the line, or this sees that it sleeps.
  queue.written.store(at + line_.size());
  log_.wake();
}

void AccessLog::wake() {
  if (awake_.load() == 1 || awake_.exchange(1) == 1) return;
  awake_.notify_one();
}

void AccessLog::reopen() {
  reopen_ = true;
  wake();
}

std::uint64_t AccessLog::dropped() const {
  std::uint64_t sum = lost_.load(std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  for (const Queue& queue : queues_) sum += queue.dropped.load(std::memory_order_relaxed);
  return sum;
}

void AccessLog::run() {
  for (;;) {
    awake_.wait(0);
    awake_.store(0);
    const bool last = stop_.load();
    if (reopen_.exchange(false)) reopen_sink();
    for (bool found = true; found;) {
      found = false;
      std::vector<Queue*> queues;
      {
        const std::lock_guard lock(mutex_);
        for (Queue& queue : queues_) queues.push_back(&queue);
      }
      for (Queue* queue : queues) found |= drain(*queue);
    }
    if (last) return;
  }
}

bool AccessLog::drain(Queue& queue) {
  const std::size_t end = queue.written.load();
  const std::size_t at = queue.read.load(std::memory_order_relaxed);
  if (at == end) return false;
  const std::size_t size = queue.bytes.size();
  const std::size_t first = std::min(end - at, size - at % size);
  // Together, since a line may go on at the queue's start.
  std::string lines(queue.bytes.data() + at % size, first);
  lines.append(queue.bytes.data(), end - at - first);
  queue.read.store(end, std::memory_order_release);
  write(lines);
  return true;
}

void AccessLog::write(std::string_view lines) {
  if (torn_ && sink_->write("\n").error == 0) torn_ = false;
  const Written done = torn_ ? Written{0, EIO} : sink_->write(lines);
  if (done.error == 0) {
    if (failing_) log::info("access_log.written_again");
    failing_ = false;
    return;
  }
  const std::string_view rest = lines.substr(done.bytes);
  lost_.fetch_add(static_cast<std::uint64_t>(std::count(rest.begin(), rest.end(), '\n')), std::memory_order_relaxed);
  torn_ = torn_ || (done.bytes > 0 && lines[done.bytes - 1] != '\n');
  if (!failing_) log::warn("access_log.not_written", {{"error", std::strerror(done.error)}});
  failing_ = true;
}

void AccessLog::reopen_sink() {
  if (auto opened = sink_->reopen(); !opened) {
    log::warn("access_log.not_reopened", {{"error", opened.error().message}});
  } else {
    torn_ = false;
  }
}

}  // namespace latchkey::telemetry
