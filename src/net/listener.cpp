#include "net/listener.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "net/asio.h"
#include "net/loop_core.h"

namespace latchkey::net {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  std::uint16_t port() const {
    return ntohs(storage.ss_family == AF_INET ? reinterpret_cast<const sockaddr_in&>(storage).sin_port
                                              : reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  }
};

std::optional<SocketAddress> make_address(const std::string& text, std::uint16_t port) {
  SocketAddress out;
  auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    out.size = sizeof v4;
  } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    out.size = sizeof v6;
  } else {
    return std::nullopt;
  }
  return out;
}

Peer peer_of(const SocketAddress& from) {
  Peer peer;
  peer.port = from.port();
  if (from.storage.ss_family == AF_INET) {
    std::uint8_t b[4];
    std::memcpy(b, &reinterpret_cast<const sockaddr_in&>(from.storage).sin_addr, sizeof b);
    peer.address = IpAddress::v4(b[0], b[1], b[2], b[3]);
  } else {
    std::array<std::uint8_t, 16> bytes;
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(from.storage).sin6_addr, bytes.size());
    peer.address = IpAddress(bytes);
  }
  return peer;
}

std::unexpected<Error> listen_failure(const std::string& address, std::uint16_t port, int error) {
  const std::string detail = std::strerror(error);
  switch (error) {
    case EADDRINUSE:
      return fail(ErrorCode::kUnavailable,
                  fmt::format("Port {} on {} is already in use; stop what listens there or choose another port.", port, address), detail);
    case EADDRNOTAVAIL:
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} is not an address of this machine; choose one that is, such as 127.0.0.1.", address), detail);
    case EACCES:
    case EPERM:
      return fail(ErrorCode::kPermissionDenied,
                  fmt::format("Port {} on {} may not be used by this user; ports under 1024 need special rights, choose a higher one.",
                              port, address),
                  detail);
    case EAFNOSUPPORT:
      return fail(ErrorCode::kInvalidArgument, fmt::format("This machine has no network of {}'s kind.", address), detail);
    default: return fail(ErrorCode::kUnavailable, fmt::format("Cannot listen on port {} of {}: {}.", port, address, detail), detail);
  }
}

void switch_on(int descriptor, int option) {
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, option, &on, sizeof on);
}

class AsioListener final : public Listener, public Watched {
 public:
  AsioListener(Loop& loop, int descriptor, OnAccept on_accept)
      : Watched(core_of(loop)), acceptor_(std::in_place, io_of(loop)), on_accept_(std::move(on_accept)) {
    boost::system::error_code error;
    acceptor_->assign(asio::ip::tcp::v4(), descriptor, error);
    if (error) ::close(descriptor);
  }
  void close() override { acceptor_.reset(); }

  void wait() {
    if (!acceptor_) return;
    acceptor_->async_wait(Acceptor::wait_read, [self = Ref<AsioListener>(this)](const boost::system::error_code& error) {
      if (!error) self->accept_waiting();
    });
  }
  void on_tick(std::int64_t) override {
    if (std::exchange(exhausted_, false)) wait();
  }
  void on_loop_end() override { close(); }

 private:
  void accept_waiting() {
    for (int i = 0; i < kAcceptedPerTurn && acceptor_; ++i) {
      SocketAddress from;
      from.size = sizeof from.storage;
      const int accepted = ::accept4(acceptor_->native_handle(), from.get(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0) {
        on_accept_(accepted, peer_of(from));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        break;
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        // Out of descriptors or memory: asking again at once would only spin.
        log::warn("net.accept_failed", {{"error", std::strerror(errno)}});
        exhausted_ = true;
        return;
      }
      // Anything else concerns the one connection, which is gone.
    }
    wait();
  }

  static constexpr int kAcceptedPerTurn = 64;
  std::optional<Acceptor> acceptor_;
  OnAccept on_accept_;
  bool exhausted_ = false;
};

}  // namespace

// The first socket binds and listens alone, so that a port in use is noticed; only then is it opened for the others.
Result<Listening> open_listening(const std::string& address, std::uint16_t port, std::size_t count) {
  auto to = make_address(address, port);
  if (!to) return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is not an IPv4 or IPv6 address.", address));
  Listening out{{}, port};
  for (std::size_t i = 0; i < count; ++i) {
    Descriptor socket(::socket(to->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return listen_failure(address, port, errno);
    switch_on(socket.get(), SO_REUSEADDR);
    if (i > 0) switch_on(socket.get(), SO_REUSEPORT);
    if (::bind(socket.get(), to->get(), to->size) != 0 || ::listen(socket.get(), SOMAXCONN) != 0) {
      return listen_failure(address, out.port, errno);
    }
    if (i == 0) {
      if (count > 1) switch_on(socket.get(), SO_REUSEPORT);
      ::getsockname(socket.get(), to->get(), &to->size);
      out.port = to->port();
    }
    out.sockets.push_back(std::move(socket));
  }
  return out;
}

Ref<Listener> make_listener(Loop& loop, int descriptor, OnAccept on_accept) {
  const Ref<AsioListener> listener(new AsioListener(loop, descriptor, std::move(on_accept)));
  listener->wait();
  return listener;
}

}  // namespace latchkey::net
