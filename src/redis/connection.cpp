#include "redis/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace latchkey::redis {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

std::string system_error(int code) { return std::error_code(code, std::system_category()).message(); }

std::string tls_error() {
  const char* reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return reason == nullptr ? "no reason given" : reason;
}

// -1, and errno.
int start_connecting(const sockaddr* to, socklen_t size, int family) {
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const int on = 1;
  if (family != AF_UNIX) (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(descriptor, to, size) == 0 || errno == EINPROGRESS) return descriptor;
  const int failed = errno;
  ::close(descriptor);
  errno = failed;
  return -1;
}

int connect_to_path(const std::string& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (path.size() >= sizeof to.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::memcpy(to.sun_path, path.data(), path.size());
  return start_connecting(reinterpret_cast<const sockaddr*>(&to), sizeof to, AF_UNIX);
}

bool is_ip_address(const std::string& host) {
  in6_addr bytes;
  return ::inet_pton(AF_INET, host.c_str(), &bytes) == 1 || ::inet_pton(AF_INET6, host.c_str(), &bytes) == 1;
}

}  // namespace

void TlsContextFree::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void Connection::ReaderFree::operator()(redisReader* reader) const { redisReaderFree(reader); }
void Connection::TlsFree::operator()(ssl_st* session) const { SSL_free(session); }

Result<TlsContext> make_tls_context(const Server& server) {
  if (!server.tls) return TlsContext();
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  LK_CHECK(context != nullptr);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool loaded = server.ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                          : SSL_CTX_load_verify_locations(context.get(), server.ca_file.c_str(), nullptr) == 1;
  if (!loaded) {
    return fail(ErrorCode::kInvalidArgument, "The certificates for Redis can't be read; name a file in PEM.",
                tls_error());
  }
  return context;
}

bool Connection::broken(std::string why) {
  error_ = std::move(why);
  return false;
}

bool Connection::open(const Address& address) {
  close();
  error_.clear();
  if (address.port == 0) {
    descriptor_ = connect_to_path(address.host);
    if (descriptor_ < 0) return broken(system_error(errno));
  } else {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    const int failed = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
    if (failed != 0) return broken(::gai_strerror(failed));
    for (const addrinfo* each = found; each != nullptr && descriptor_ < 0; each = each->ai_next) {
      descriptor_ = start_connecting(each->ai_addr, each->ai_addrlen, each->ai_family);
    }
    const int why = errno;
    ::freeaddrinfo(found);
    if (descriptor_ < 0) return broken(system_error(why));
  }
  reader_.reset(redisReaderCreate());
  LK_CHECK(reader_ != nullptr);
  if (tls_ != nullptr) {
    session_.reset(SSL_new(tls_));
    LK_CHECK(session_ != nullptr && SSL_set_fd(session_.get(), descriptor_) == 1);
    if (is_ip_address(address.host)) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_.get()), address.host.c_str());
    } else {
      SSL_set1_host(session_.get(), address.host.c_str());
      SSL_set_tlsext_host_name(session_.get(), address.host.c_str());
    }
    SSL_set_connect_state(session_.get());
  }
  step_ = Step::kConnecting;
  return true;
}

void Connection::close() {
  session_.reset();
  reader_.reset();
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  wipe(out_);
  out_.clear();
  wants_write_ = false;
}

short Connection::events() const {
  if (step_ == Step::kConnecting) return POLLOUT;
  const bool writes = wants_write_ || (step_ == Step::kReady && !out_.empty());
  return static_cast<short>(POLLIN | (writes ? POLLOUT : 0));
}

bool Connection::handle(short revents, const Sink& sink) {
  if (step_ == Step::kConnecting) {
    if ((revents & (POLLOUT | POLLERR | POLLHUP)) == 0) return true;
    if (!finish_connecting()) return false;
  }
  if (step_ == Step::kHandshake && !shake_hands()) return false;
  if (step_ != Step::kReady) return true;
  if ((revents & (POLLIN | POLLERR | POLLHUP)) != 0 && !receive(sink)) return false;
  return flush();
}

bool Connection::finish_connecting() {
  int failed = 0;
  socklen_t size = sizeof failed;
  if (::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &failed, &size) != 0) failed = errno;
  if (failed != 0) return broken(system_error(failed));
  step_ = session_ != nullptr ? Step::kHandshake : Step::kReady;
  return true;
}

bool Connection::shake_hands() {
  switch (tls_result(SSL_do_handshake(session_.get()))) {
    case Io::kDone: step_ = Step::kReady; return true;
    case Io::kAgain: return true;
    case Io::kBroken: break;
  }
  const long verified = SSL_get_verify_result(session_.get());
  return verified == X509_V_OK ? false : broken(X509_verify_cert_error_string(verified));
}

bool Connection::flush() {
  while (!out_.empty()) {
    std::size_t sent = 0;
    switch (write_some(out_, sent)) {
      case Io::kDone: out_.erase(0, sent); break;
      case Io::kAgain: return true;
      case Io::kBroken: return false;
    }
  }
  return true;
}

bool Connection::receive(const Sink& sink) {
  char bytes[kReadBytes];
  for (;;) {
    std::size_t got = 0;
    const Io io = read_some(bytes, sizeof bytes, got);
    if (io == Io::kBroken) return false;
    if (io == Io::kAgain) return true;
    if (redisReaderFeed(reader_.get(), bytes, got) != REDIS_OK) return broken("its answer was not understood");
    for (;;) {
      void* reply = nullptr;
      if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) return broken("its answer was not understood");
      if (reply == nullptr) break;
      sink(*static_cast<redisReply*>(reply));
      freeReplyObject(reply);
    }
    if (got < sizeof bytes && session_ == nullptr) return true;
  }
}

Connection::Io Connection::read_some(char* bytes, std::size_t size, std::size_t& got) {
  if (session_ != nullptr) {
    const int result = SSL_read(session_.get(), bytes, static_cast<int>(size));
    if (result > 0) got = static_cast<std::size_t>(result);
    return tls_result(result);
  }
  const ssize_t result = ::recv(descriptor_, bytes, size, 0);
  if (result > 0) {
    got = static_cast<std::size_t>(result);
    return Io::kDone;
  }
  if (result < 0 && (errno == EAGAIN || errno == EINTR)) return Io::kAgain;
  broken(result == 0 ? "it closed the connection" : system_error(errno));
  return Io::kBroken;
}

Connection::Io Connection::write_some(std::string_view bytes, std::size_t& sent) {
  if (session_ != nullptr) {
    const int result =
        SSL_write(session_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 30)));
    if (result > 0) sent = static_cast<std::size_t>(result);
    return tls_result(result);
  }
  const ssize_t result = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (result >= 0) {
    sent = static_cast<std::size_t>(result);
    return Io::kDone;
  }
  if (errno == EAGAIN || errno == EINTR) return Io::kAgain;
  broken(system_error(errno));
  return Io::kBroken;
}

Connection::Io Connection::tls_result(int result) {
  if (result > 0) return wants_write_ = false, Io::kDone;
  const int why = SSL_get_error(session_.get(), result);
  wants_write_ = why == SSL_ERROR_WANT_WRITE;
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return Io::kAgain;
  broken(why == SSL_ERROR_ZERO_RETURN ? "it closed the connection" : tls_error());
  return Io::kBroken;
}

}  // namespace latchkey::redis
