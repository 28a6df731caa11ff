#include "net/stream.h"

#include "base/check.h"

namespace latchkey::net {

void Stream::on_tick(std::int64_t now_ms) {
  const bool read_late = reader_ && read_deadline_ms_ <= now_ms && !read_late_;
  const bool write_late = writer_ && write_deadline_ms_ <= now_ms && !write_late_;
  const bool close_late = close_deadline_ms_ <= now_ms;
  if (!read_late && !write_late && !close_late) return;
  read_late_ = read_late_ || read_late;
  write_late_ = write_late_ || write_late;
  cancel();
}

void Stream::interrupt_read() {
  if (reader_) cancel();
}

void Stream::read_ended(std::size_t bytes, IoStatus status) {
  read_result_ = {bytes, status == IoStatus::kClosed && read_late_ ? IoStatus::kTimeout : status};
  if (reader_) std::exchange(reader_, {}).resume();
}

void Stream::write_ended(IoStatus status) {
  write_result_ = status == IoStatus::kClosed && write_late_ ? IoStatus::kTimeout : status;
  if (writer_) std::exchange(writer_, {}).resume();
}

void Stream::ReadAwaiter::await_suspend(std::coroutine_handle<> reader) {
  LK_CHECK(!stream_.reader_);
  waiting_ = true;
  stream_.reader_ = reader;
  stream_.read_deadline_ms_ = deadline_ms_;
  stream_.read_late_ = false;
  stream_.start_read(into_);
}

IoResult Stream::ReadAwaiter::await_resume() noexcept {
  waiting_ = false;
  return stream_.read_result_;
}

Stream::ReadAwaiter::~ReadAwaiter() {
  if (!waiting_) return;
  stream_.reader_ = {};
  stream_.abort();
}

void Stream::WriteAwaiter::await_suspend(std::coroutine_handle<> writer) {
  LK_CHECK(!stream_.writer_);
  waiting_ = true;
  stream_.writer_ = writer;
  stream_.write_progress_ms_ = progress_ms_;
  stream_.write_late_ = false;
  stream_.write_progressed();
  stream_.pending_ = parts_;
  stream_.start_write();
}

IoStatus Stream::WriteAwaiter::await_resume() noexcept {
  if (!waiting_) return IoStatus::kOk;
  waiting_ = false;
  return stream_.write_result_;
}

Stream::WriteAwaiter::~WriteAwaiter() {
  if (!waiting_) return;
  stream_.writer_ = {};
  stream_.abort();
}

}  // namespace latchkey::net
