#include "net/tls.h"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "net/asio.h"

namespace latchkey::net {
namespace {

constexpr std::size_t kRecordBytes = 16 * 1024;  // the most that one TLS record carries
constexpr std::int64_t kCloseMs = 1'000;

struct AsioTlsContext final : TlsContext {
  explicit AsioTlsContext(asio::ssl::context::method method) : context(method) {}
  asio::ssl::context context;
};

constexpr unsigned char kAlpnHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

int select_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered, unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kAlpnHttp11, sizeof kAlpnHttp11, offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::string last_ssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

void set_common_options(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

class AsioTlsStream final : public TlsStream {
 public:
  AsioTlsStream(Loop& loop, int descriptor, asio::ssl::context& context, asio::ssl::stream_base::handshake_type role)
      : TlsStream(core_of(loop)), ssl_(std::in_place, Socket(io_of(loop)), context), role_(role), descriptor_(descriptor) {
    boost::system::error_code error;
    socket().assign(asio::ip::tcp::v4(), descriptor, error);
    if (error) {
      ::close(descriptor);
      descriptor_ = -1;
    }
  }
  SSL* native() { return ssl_->native_handle(); }

  Task<Result<void>> handshake(std::int64_t deadline_ms) override {
    phase_ = Phase::kHandshake;
    const IoResult done = co_await read({}, deadline_ms);
    if (done.status == IoStatus::kOk) {
      phase_ = Phase::kOpen;
      co_return {};
    }
    Result<void> failure = handshake_failure(done.status);
    abort();
    co_return failure;
  }

  bool write_now(Parts&) override { return false; }
  bool can_write_now() const override { return false; }
  bool shutdown_write() override { return false; }
  void close() override {
    if (!is_open()) return;
    if (phase_ != Phase::kOpen) return abort();
    phase_ = Phase::kClosing;
    close_by(kCloseMs);
    ssl_->async_shutdown([self = Ref<AsioTlsStream>(this)](const boost::system::error_code&) { self->close_socket(); });
  }
  void abort() override {
    if (!is_open()) return;
    const linger reset{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close_socket();
  }
  bool is_quiet() override {
    char byte;
    return is_open() && SSL_pending(native()) == 0 && ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EINTR);
  }
  void on_loop_end() override {
    descriptor_ = -1;
    ssl_.reset();
  }

 private:
  enum class Phase : std::uint8_t { kHandshake, kOpen, kClosing };

  std::unexpected<Error> handshake_failure(IoStatus status) {
    if (status == IoStatus::kTimeout) return fail(ErrorCode::kTimeout, "the TLS handshake took too long");
    const long verdict = SSL_get_verify_result(native());
    if (verdict == X509_V_OK) return fail(ErrorCode::kUnavailable, "the TLS handshake failed", handshake_error_);
    return fail(ErrorCode::kUnavailable, fmt::format("its certificate is not valid: {}", X509_verify_cert_error_string(verdict)),
                handshake_error_);
  }
  bool is_open() const { return descriptor_ >= 0; }
  Socket& socket() { return ssl_->next_layer(); }
  void close_socket() {
    if (!is_open()) return;
    descriptor_ = -1;
    boost::system::error_code ignored;
    socket().close(ignored);
  }

  // A handshake is awaited like a read.
  void start_read(std::span<char> into) override {
    if (phase_ == Phase::kHandshake) {
      ssl_->async_handshake(role_, [self = Ref<AsioTlsStream>(this)](const boost::system::error_code& error) {
        if (error) self->handshake_error_ = error.message();
        self->read_ended(0, error ? IoStatus::kClosed : IoStatus::kOk);
      });
      return;
    }
    ssl_->async_read_some(asio::buffer(into.data(), into.size()),
                          [self = Ref<AsioTlsStream>(this)](const boost::system::error_code& error, std::size_t bytes) {
                            const IoStatus status = !error                       ? IoStatus::kOk
                                                    : error == asio::error::eof ? IoStatus::kEnd
                                                                                : IoStatus::kClosed;
                            self->read_ended(bytes, status);
                          });
  }

  // One record at a time, gathered from the parts.
  void start_write() override {
    staged_.clear();
    for (const std::string_view part : pending_.part) staged_ += part.substr(0, kRecordBytes - staged_.size());
    asio::async_write(*ssl_, asio::buffer(staged_),
                      [self = Ref<AsioTlsStream>(this)](const boost::system::error_code& error, std::size_t bytes) {
                        if (error) return self->write_ended(IoStatus::kClosed);
                        self->pending_.consume(bytes);
                        self->write_progressed();
                        if (self->pending_.size() == 0) return self->write_ended(IoStatus::kOk);
                        self->start_write();
                      });
  }
  void cancel() override {
    boost::system::error_code ignored;
    socket().cancel(ignored);
  }

  std::optional<asio::ssl::stream<Socket>> ssl_;  // empty once the loop has ended
  const asio::ssl::stream_base::handshake_type role_;
  int descriptor_;  // -1 once closed
  Phase phase_ = Phase::kHandshake;
  std::string staged_;
  std::string handshake_error_;
};

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::for_server(const TlsFiles& files) {
  auto made = std::make_unique<AsioTlsContext>(asio::ssl::context::tls_server);
  SSL_CTX* context = made->context.native_handle();
  set_common_options(context);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate_path.c_str()) != 1) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("Cannot read a PEM certificate chain from {}: {}.", files.certificate_path, last_ssl_error()));
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key_path.c_str(), SSL_FILETYPE_PEM) != 1) {
    const std::string reason = last_ssl_error();
    if (reason.find("mismatch") != std::string::npos) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("The private key in {} does not belong to the certificate in {}.", files.key_path, files.certificate_path));
    }
    return fail(ErrorCode::kInvalidArgument, fmt::format("Cannot read a PEM private key from {}: {}.", files.key_path, reason));
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("The private key in {} does not belong to the certificate in {}.", files.key_path, files.certificate_path));
  }
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  static constexpr unsigned char kSessionContext[] = "latchkey";
  SSL_CTX_set_session_id_context(context, kSessionContext, sizeof kSessionContext - 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
  SSL_CTX_set_alpn_select_cb(context, select_alpn, nullptr);
  return made;
}

Result<std::unique_ptr<TlsContext>> TlsContext::for_client() {
  auto made = std::make_unique<AsioTlsContext>(asio::ssl::context::tls_client);
  SSL_CTX* context = made->context.native_handle();
  set_common_options(context);
  if (SSL_CTX_set_default_verify_paths(context) != 1) {
    return fail(ErrorCode::kUnavailable, "The system's certificate authorities cannot be read; install ca-certificates.", last_ssl_error());
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(context, kAlpnHttp11, sizeof kAlpnHttp11);
  return made;
}

Ref<TlsStream> make_tls_server_stream(Loop& loop, int descriptor, TlsContext& context) {
  auto& own = static_cast<AsioTlsContext&>(context);
  return Ref<TlsStream>(new AsioTlsStream(loop, descriptor, own.context, asio::ssl::stream_base::server));
}

Ref<TlsStream> make_tls_client_stream(Loop& loop, int descriptor, TlsContext& context, const std::string& host) {
  auto& own = static_cast<AsioTlsContext&>(context);
  auto* stream = new AsioTlsStream(loop, descriptor, own.context, asio::ssl::stream_base::client);
  const Ref<TlsStream> owner(stream);
  if (IpAddress::parse(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(stream->native()), host.c_str());
  } else {
    SSL_set_tlsext_host_name(stream->native(), host.c_str());
    SSL_set1_host(stream->native(), host.c_str());
  }
  return owner;
}

}  // namespace latchkey::net
