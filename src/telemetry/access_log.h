// The access log: one line for each finished request (telemetry/access_line.h), from the event loops to a thread of its own
// that writes them. Nobody waits for it: each loop has a queue of a fixed size, and a line that does not fit, or that can't
// be written, is dropped and counted. Lines of one loop stay in order; those of several loops are mixed as whole lines.
//
//   AccessLog log(std::move(sink), key_format);
//   AccessLog::Writer writer(log);                 // one per loop; used on that loop's thread only
//   writer.note(event);
//   log.reopen();                                  // after the file was moved away
//
// Destroying it writes what is queued; nobody may note() any more by then.
#pragma once
#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "telemetry/access_line.h"
#include "telemetry/log_sink.h"

namespace latchkey::telemetry {

class AccessLog {
  // Bytes of whole lines, from one loop to the log's thread. Positions only grow.
  struct Queue {
    explicit Queue(std::size_t size) : bytes(size) {}
    std::vector<char> bytes;
    alignas(64) std::atomic<std::size_t> written{0};
    std::atomic<std::uint64_t> dropped{0};
    alignas(64) std::atomic<std::size_t> read{0};
  };

 public:
  static constexpr std::size_t kQueueBytes = 1 << 20;

  AccessLog(std::unique_ptr<LogSink> sink, const credential::KeyFormat& format, std::size_t queue_bytes = kQueueBytes);
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  class Writer {
   public:
    explicit Writer(AccessLog& log);
    void note(const Event& event);

   private:
    AccessLog& log_;
    Queue* queue_;
    std::string line_;  // reused
  };

  // From any thread; done by the log's own, soon.
  void reopen();
  // Lines that were not written, since the start.
  std::uint64_t dropped() const;

 private:
  void wake();
  void run();
  void reopen_sink();
  bool drain(Queue& queue);
  void write(std::string_view lines);

  const Redactor redactor_;
  const std::size_t queue_bytes_;
  mutable std::mutex mutex_;   // over queues_
  std::list<Queue> queues_;    // one per writer ever made; they never move
  std::atomic<int> awake_{0};  // 1: there may be something to do; an int, which the system can wait for
  std::atomic<bool> reopen_{false};
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> lost_{0};  // lines that could not be written
  // Touched by the log's thread only.
  const std::unique_ptr<LogSink> sink_;
  bool failing_ = false;
  bool torn_ = false;  // the last line was written in part
  std::thread thread_;
};

}  // namespace latchkey::telemetry
