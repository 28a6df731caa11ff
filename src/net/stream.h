// A connected stream of bytes on one loop, plain or TLS, with deadlines. At most one read and one write at a time, each
// awaited by one coroutine.
//
//   IoResult got = co_await stream->read(buffer, core.after_ms(10'000));
//   IoStatus sent = co_await stream->write({head, body}, core.after_ms(30'000));   // all of it
//
// A coroutine may die while it waits: the stream is then closed, and what the network library still holds of it frees
// itself. A stream must not be used after its loop has ended, but may die later.
#pragma once
#include <array>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "net/loop_core.h"
#include "net/ref.h"

namespace latchkey::net {

enum class IoStatus {
  kOk,
  kEnd,      // the other side has finished sending, in order
  kClosed,   // reset, or closed by us
  kTimeout,  // the deadline passed
};

struct IoResult {
  std::size_t bytes = 0;
  IoStatus status = IoStatus::kOk;
};

// Up to four parts sent as one.
struct Parts {
  std::array<std::string_view, 4> part{};
  std::size_t size() const { return part[0].size() + part[1].size() + part[2].size() + part[3].size(); }
  void consume(std::size_t bytes) {
    for (std::string_view& p : part) {
      const std::size_t taken = bytes < p.size() ? bytes : p.size();
      p.remove_prefix(taken);
      bytes -= taken;
    }
  }
};

class Stream : public Counted, public Watched {
 public:
  class ReadAwaiter;
  class WriteAwaiter;

  ReadAwaiter read(std::span<char> into, std::int64_t deadline_ms);
  // The deadline moves on by `progress_ms` with every byte that leaves.
  WriteAwaiter write(Parts parts, std::int64_t progress_ms);
  // Sends what can be sent without waiting, and takes it off `parts`; false on a stream that is broken, or that has no
  // way of writing without waiting (TLS).
  virtual bool write_now(Parts& parts) = 0;
  virtual bool can_write_now() const = 0;

  // Ends a waiting read with kClosed; the stream stays usable for writing.
  void interrupt_read();
  // No more writes from us; the other side sees the end after what was written. False on a stream that cannot be closed
  // by halves (TLS).
  virtual bool shutdown_write() = 0;
  // Gracefully, as far as that goes without waiting.
  virtual void close() = 0;
  // So that the other side can tell that something is missing (a reset).
  virtual void abort() = 0;
  // True if nothing has arrived and the other side has not closed. For a stream without a read under way.
  virtual bool is_quiet() = 0;

  void on_tick(std::int64_t now_ms) final;

 protected:
  explicit Stream(LoopCore& loop) : Watched(loop), loop_(loop) {}
  virtual void start_read(std::span<char> into) = 0;
  virtual void start_write() = 0;  // of pending_
  virtual void cancel() = 0;       // what is under way ends with an error, later

  void read_ended(std::size_t bytes, IoStatus status);
  void write_ended(IoStatus status);
  void close_by(std::int64_t ms) { close_deadline_ms_ = loop_.after_ms(ms); }
  void write_progressed() { write_deadline_ms_ = loop_.after_ms(write_progress_ms_); }
  Parts pending_;

 private:
  LoopCore& loop_;
  std::coroutine_handle<> reader_;
  std::coroutine_handle<> writer_;
  IoResult read_result_;
  IoStatus write_result_ = IoStatus::kOk;
  std::int64_t read_deadline_ms_ = kNever;
  std::int64_t write_deadline_ms_ = kNever;
  std::int64_t write_progress_ms_ = 0;
  std::int64_t close_deadline_ms_ = kNever;
  bool read_late_ = false;
  bool write_late_ = false;
};

class [[nodiscard]] Stream::ReadAwaiter {
 public:
  ReadAwaiter(Stream& stream, std::span<char> into, std::int64_t deadline_ms)
      : stream_(stream), into_(into), deadline_ms_(deadline_ms) {}
  ReadAwaiter(const ReadAwaiter&) = delete;
  ReadAwaiter& operator=(const ReadAwaiter&) = delete;
  ~ReadAwaiter();
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> reader);
  IoResult await_resume() noexcept;

 private:
  Stream& stream_;
  std::span<char> into_;
  std::int64_t deadline_ms_;
  bool waiting_ = false;
};

class [[nodiscard]] Stream::WriteAwaiter {
 public:
  WriteAwaiter(Stream& stream, Parts parts, std::int64_t progress_ms)
      : stream_(stream), parts_(parts), progress_ms_(progress_ms) {}
  WriteAwaiter(const WriteAwaiter&) = delete;
  WriteAwaiter& operator=(const WriteAwaiter&) = delete;
  ~WriteAwaiter();
  bool await_ready() { return stream_.write_now(parts_) && parts_.size() == 0; }
  void await_suspend(std::coroutine_handle<> writer);
  IoStatus await_resume() noexcept;

 private:
  Stream& stream_;
  Parts parts_;
  std::int64_t progress_ms_;
  bool waiting_ = false;
};

inline Stream::ReadAwaiter Stream::read(std::span<char> into, std::int64_t deadline_ms) { return {*this, into, deadline_ms}; }
inline Stream::WriteAwaiter Stream::write(Parts parts, std::int64_t progress_ms) { return {*this, parts, progress_ms}; }

}  // namespace latchkey::net
