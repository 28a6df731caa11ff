#include "net_fixture.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <stdexcept>

#include "net/chunked.h"

namespace latchkey::net {
namespace {

constexpr int kPatienceSeconds = 30;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

std::string Answer::field(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos && same_name(line.substr(0, colon), name)) return std::string(line.substr(colon + 2));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 2);
  }
  return {};
}

RawConnection::RawConnection(Descriptor descriptor) : descriptor_(std::move(descriptor)) {
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

RawConnection RawConnection::to(std::uint16_t port) {
  Descriptor descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  if (::connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("nothing listens on the test's port");
  }
  return RawConnection(std::move(descriptor));
}

void RawConnection::send(std::string_view bytes) { ASSERT_TRUE(try_send(bytes)) << "the other side has gone"; }

bool RawConnection::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawConnection::finish_sending() { ::shutdown(descriptor_.get(), SHUT_WR); }

void RawConnection::close_with_reset() {
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  descriptor_ = Descriptor();
}

bool RawConnection::fill() {
  char buffer[16 * 1024];
  const ssize_t got = ::recv(descriptor_.get(), buffer, sizeof buffer, 0);
  if (got < 0) {
    was_reset_ = errno == ECONNRESET;
    EXPECT_TRUE(was_reset_) << "nothing arrived";
  }
  if (got <= 0) return false;
  ahead_.append(buffer, static_cast<std::size_t>(got));
  return true;
}

std::string RawConnection::read_some() {
  if (ahead_.empty()) fill();
  return std::exchange(ahead_, {});
}

std::string RawConnection::read_exactly(std::size_t bytes) {
  while (ahead_.size() < bytes && fill()) {
  }
  std::string out = ahead_.substr(0, bytes);
  ahead_.erase(0, out.size());
  return out;
}

std::string RawConnection::read_to(std::string_view end) {
  std::size_t at = 0;
  while ((at = ahead_.find(end)) == std::string::npos) {
    if (!fill()) return std::exchange(ahead_, {});
  }
  return read_exactly(at + end.size());
}

std::string RawConnection::read_all() {
  while (fill()) {
  }
  return std::exchange(ahead_, {});
}

Answer RawConnection::read_answer(bool to_head_request) {
  Answer out;
  out.head = read_to("\r\n\r\n");
  if (!out.head.starts_with("HTTP/1.1 ")) return out;
  out.status = std::stoi(out.head.substr(9, 3));
  if (to_head_request || out.status < 200 || out.status == 204 || out.status == 304) return out;
  if (const std::string length = out.field("Content-Length"); !length.empty()) {
    out.body = read_exactly(std::stoul(length));
  } else if (out.field("Transfer-Encoding") == "chunked") {
    ChunkedDecoder decoder;
    for (;;) {
      const auto step = decoder.next(ahead_);
      out.body += step.data;
      ahead_.erase(0, step.consumed);
      if (step.state == ChunkedDecoder::State::kDone) break;
      if (step.state == ChunkedDecoder::State::kBad || (ahead_.empty() && !fill())) {
        ADD_FAILURE() << "the chunked answer is cut off or malformed";
        break;
      }
    }
  } else {
    out.body = read_all();
  }
  return out;
}

RawServer::RawServer() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(descriptor_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::listen(descriptor_.get(), 16);
  ::getsockname(descriptor_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

RawConnection RawServer::accept() {
  Descriptor accepted(::accept4(descriptor_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  EXPECT_GE(accepted.get(), 0) << "nobody connected";
  return RawConnection(std::move(accepted));
}

Loops::Loops(int count) {
  for (int i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>());
  for (const auto& loop : loops_) threads_.emplace_back([&loop] { loop->run(); });
}

void Loops::stop() {
  for (const auto& loop : loops_) loop->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

std::vector<Loop*> Loops::all() {
  std::vector<Loop*> out;
  for (const auto& loop : loops_) out.push_back(loop.get());
  return out;
}

ServerUnderTest::ServerUnderTest(Handler handler, ListenLimits limits, int loop_count, std::optional<TlsFiles> tls)
    : server({.address = "127.0.0.1", .port = 0, .tls = std::move(tls), .limits = limits, .extra_headers = {{"Server", "test"}}},
             std::move(handler)),
      loops(loop_count) {
  const auto listening = server.listen(loops.all());
  EXPECT_TRUE(listening) << listening.error().message;
}

Task<void> echo(Exchange& exchange) {
  const auto body = co_await read_whole_body(exchange, 8 * 1024 * 1024);
  if (!body) {
    const int status = body.error().code == ErrorCode::kTooLarge ? 413 : body.error().code == ErrorCode::kTimeout ? 408 : 400;
    (void)co_await exchange.respond({status, {}}, body.error().message);
    co_return;
  }
  const RequestHead& request = exchange.request();
  const ResponseHead head{200, {{"Content-Type", "text/plain"}}};
  (void)co_await exchange.respond(head, std::string(request.method) + " " + std::string(request.target) + "\n" + *body);
}

}  // namespace latchkey::net
