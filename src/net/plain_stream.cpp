#include "net/plain_stream.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "net/asio.h"

namespace latchkey::net {
namespace {

enum class Sent { kAll, kSome, kBroken };

class PlainStream final : public Stream {
 public:
  PlainStream(Loop& loop, int descriptor) : Stream(core_of(loop)), socket_(std::in_place, io_of(loop)), descriptor_(descriptor) {
    boost::system::error_code error;
    socket_->assign(asio::ip::tcp::v4(), descriptor, error);  // the family matters to nothing that is used here
    if (error) {
      ::close(descriptor);
      descriptor_ = -1;
    }
  }

  bool write_now(Parts& parts) override { return send(parts) != Sent::kBroken; }
  bool can_write_now() const override { return is_open(); }
  bool shutdown_write() override {
    if (is_open()) ::shutdown(descriptor_, SHUT_WR);
    return is_open();
  }
  void close() override {
    if (!is_open()) return;
    descriptor_ = -1;
    boost::system::error_code ignored;
    socket_->close(ignored);
  }
  void abort() override {
    if (!is_open()) return;
    const linger reset{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close();
  }
  bool is_quiet() override {
    char byte;
    return is_open() && ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EINTR);
  }
  void on_loop_end() override {
    descriptor_ = -1;
    socket_.reset();
  }

 private:
  bool is_open() const { return descriptor_ >= 0; }

  void start_read(std::span<char> into) override {
    socket_->async_read_some(asio::buffer(into.data(), into.size()),
                             [self = Ref<PlainStream>(this)](const boost::system::error_code& error, std::size_t bytes) {
                               const IoStatus status = !error                       ? IoStatus::kOk
                                                       : error == asio::error::eof ? IoStatus::kEnd
                                                                                   : IoStatus::kClosed;
                               self->read_ended(bytes, status);
                             });
  }
  void start_write() override {
    socket_->async_wait(Socket::wait_write, [self = Ref<PlainStream>(this)](const boost::system::error_code& error) {
      if (error) return self->write_ended(IoStatus::kClosed);
      switch (self->send(self->pending_)) {
        case Sent::kAll: return self->write_ended(IoStatus::kOk);
        case Sent::kSome: return self->start_write();
        case Sent::kBroken: return self->write_ended(IoStatus::kClosed);
      }
    });
  }
  void cancel() override {
    boost::system::error_code ignored;
    socket_->cancel(ignored);
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
      const ssize_t sent = count == 1 ? ::send(descriptor_, vectors[0].iov_base, vectors[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT)
                                      : ::sendmsg(descriptor_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) {
        if (errno == EINTR) continue;
        return errno == EAGAIN || errno == EWOULDBLOCK ? Sent::kSome : Sent::kBroken;
      }
      parts.consume(static_cast<std::size_t>(sent));
      write_progressed();
    }
    return Sent::kAll;
  }

  std::optional<Socket> socket_;  // empty once the loop has ended
  int descriptor_;                // -1 once closed
};

}  // namespace

Ref<Stream> make_plain_stream(Loop& loop, int descriptor) { return Ref<Stream>(new PlainStream(loop, descriptor)); }

}  // namespace latchkey::net
