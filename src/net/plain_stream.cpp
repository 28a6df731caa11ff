#include "net/plain_stream.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "net/poller.h"

namespace latchkey::net {
namespace {

enum class Sent { kAll, kSome, kBroken };

class PlainStream final : public Stream, public Poller::Target {
 public:
  PlainStream(Loop& loop, int descriptor) : Stream(core_of(loop)), poller_(&poller_of(loop)), descriptor_(descriptor) {
    if (!poller_->watch(descriptor, *this)) shut();
  }
  ~PlainStream() override {
    shut();
    if (poller_ != nullptr) poller_->forget(*this);
  }

  bool write_now(Parts& parts) override { return send(parts) != Sent::kBroken; }
  bool can_write_now() const override { return is_open(); }
  bool shutdown_write() override {
    if (is_open()) ::shutdown(descriptor_, SHUT_WR);
    return is_open();
  }
  void close() override {
    if (!is_open()) return;
    shut();
    cancel();
  }
  void abort() override {
    if (!is_open()) return;
    const linger reset{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close();
  }
  bool is_quiet() override {
    char byte;  // what the poller has not told of yet counts too
    return is_open() && ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EINTR);
  }
  void on_loop_end() override {
    shut();
    poller_ = nullptr;
  }

 private:
  bool is_open() const { return descriptor_ >= 0; }
  void shut() {
    if (is_open()) ::close(std::exchange(descriptor_, -1));
  }

  void start_read(std::span<char> into) override {
    into_ = into;
    is_reading_ = true;
    if (may_have_bytes_ || !is_open()) poller_->tell_again(*this);
  }
  void start_write() override {
    is_writing_ = true;
    if (!is_full_) poller_->tell_again(*this);
  }
  void cancel() override {
    is_read_cancelled_ = is_reading_;
    is_write_cancelled_ = is_writing_;
    if (is_reading_ || is_writing_) poller_->tell_again(*this);
  }

  // Whoever awaits may let go of the stream when told.
  void on_ready(std::uint32_t events) override {
    const Ref<PlainStream> self(this);
    has_ended_ = has_ended_ || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    may_have_bytes_ = may_have_bytes_ || has_ended_ || (events & EPOLLIN) != 0;
    if (is_reading_) go_on_reading();
    if (is_writing_ && (events == 0 || (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0)) go_on_writing();
  }

  void go_on_reading() {
    if (std::exchange(is_read_cancelled_, false) || !is_open()) return end_read(0, IoStatus::kClosed);
    if (!may_have_bytes_) return;
    ssize_t got = -1;
    do {
      got = ::recv(descriptor_, into_.data(), into_.size(), MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      may_have_bytes_ = false;
      return;
    }
    if (got < 0) return end_read(0, IoStatus::kClosed);
    if (got == 0) return end_read(0, IoStatus::kEnd);
    // Less than asked for is all there is; what comes after it is told of again. Its end may have been told of already.
    may_have_bytes_ = has_ended_ || static_cast<std::size_t>(got) == into_.size();
    end_read(static_cast<std::size_t>(got), IoStatus::kOk);
  }
  void end_read(std::size_t bytes, IoStatus status) {
    is_reading_ = false;
    read_ended(bytes, status);
  }

  void go_on_writing() {
    const Sent sent = std::exchange(is_write_cancelled_, false) ? Sent::kBroken : send(pending_);
    if (sent == Sent::kSome) return;
    is_writing_ = false;
    write_ended(sent == Sent::kAll ? IoStatus::kOk : IoStatus::kClosed);
  }

  Sent send(Parts& parts) {
    if (!is_open()) return Sent::kBroken;
    while (parts.size() != 0) {
      iovec vectors[4];
      std::size_t count = 0;
      for (const std::string_view part : parts.part) {
        if (!part.empty()) vectors[count++] = {const_cast<char*>(part.data()), part.size()};
      }
      msghdr message{};
      message.msg_iov = vectors;
      message.msg_iovlen = count;
      const ssize_t sent =
          count == 1 ? ::send(descriptor_, vectors[0].iov_base, vectors[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT)
                     : ::sendmsg(descriptor_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) {
        if (errno == EINTR) continue;
        is_full_ = errno == EAGAIN || errno == EWOULDBLOCK;
        return is_full_ ? Sent::kSome : Sent::kBroken;
      }
      is_full_ = false;
      parts.consume(static_cast<std::size_t>(sent));
      write_progressed();
    }
    return Sent::kAll;
  }

  Poller* poller_;  // null once the loop has ended
  int descriptor_;  // -1 once closed
  std::span<char> into_;
  bool is_reading_ = false, is_read_cancelled_ = false;
  bool is_writing_ = false, is_write_cancelled_ = false;
  bool may_have_bytes_ = false;  // or the other side's end
  bool has_ended_ = false;       // the other side has, at least for sending
  bool is_full_ = false;         // the kernel takes no more, and will tell when it does
};

}  // namespace

Ref<Stream> make_plain_stream(Loop& loop, int descriptor) { return Ref<Stream>(new PlainStream(loop, descriptor)); }

}  // namespace latchkey::net
