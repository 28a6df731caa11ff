// TLS at both ends. The test makes its own authority and certificates.
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "net/upstream.h"
#include "net_fixture.h"

namespace latchkey::net {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

// A self-signed certificate for the given names, and its key, as files.
class Certificate {
 public:
  explicit Certificate(const char* subject_alt_name) : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509* x = certificate_.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key_.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x, x, nullptr, nullptr, 0);
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, subject_alt_name);
    X509_add_ext(x, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(x, key_.get(), EVP_sha256());

    std::string pattern = (std::filesystem::temp_directory_path() / "latchkey-tls-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    files = {folder_ + "/certificate.pem", folder_ + "/key.pem"};
    write(files.certificate_path, [&](std::FILE* file) { PEM_write_X509(file, x); });
    write(files.key_path, [&](std::FILE* file) { PEM_write_PrivateKey(file, key_.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  TlsFiles files;

 private:
  template <class Write>
  static void write(const std::string& path, Write content) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    content(file);
    std::fclose(file);
  }
  std::string folder_;
  Owned<EVP_PKEY> key_;
  Owned<X509> certificate_;
};

// A blocking TLS client.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int max_version = TLS1_3_VERSION, SSL_SESSION* session = nullptr,
                     std::string_view alpn = "\x02h2\x08http/1.1")
      : connection_(RawConnection::to(port)), context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
    SSL_CTX_set_max_proto_version(context_.get(), max_version);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    ssl_.reset(SSL_new(context_.get()));
    if (!alpn.empty()) SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(alpn.data()), unsigned(alpn.size()));
    if (session != nullptr) SSL_set_session(ssl_.get(), session);
    SSL_set_fd(ssl_.get(), connection_.descriptor());
    connected = SSL_connect(ssl_.get()) == 1;
  }
  void send(std::string_view bytes) { ASSERT_EQ(SSL_write(ssl_.get(), bytes.data(), int(bytes.size())), int(bytes.size())); }
  std::string read_to(std::string_view end) {
    std::string out;
    char byte;
    while (!out.ends_with(end) && SSL_read(ssl_.get(), &byte, 1) == 1) out += byte;
    return out;
  }
  // The end of everything, announced as TLS wants it.
  bool ended_properly() {
    char byte;
    const int got = SSL_read(ssl_.get(), &byte, 1);
    return got <= 0 && SSL_get_error(ssl_.get(), got) == SSL_ERROR_ZERO_RETURN;
  }
  std::string alpn() const {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
    return {reinterpret_cast<const char*>(chosen), size};
  }
  SSL* ssl() { return ssl_.get(); }
  bool connected = false;

 private:
  RawConnection connection_;
  Owned<SSL_CTX> context_;
  Owned<SSL> ssl_;
};

TEST(TlsServer, AnswersLikeAPlainOne) {
  const Certificate certificate("DNS:localhost");
  ServerUnderTest server(
      [](Exchange& exchange) -> Task<void> {
        EXPECT_TRUE(exchange.peer().tls);
        co_await echo(exchange);
      },
      {}, 1, certificate.files);
  TlsClient client(server.port());
  ASSERT_TRUE(client.connected);
  EXPECT_EQ(client.alpn(), "http/1.1");
  for (int i = 0; i < 3; ++i) {
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nhello\n");
    EXPECT_TRUE(client.read_to("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(client.read_to("hello\n"), "POST /x\nhello\n");
  }
  client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  client.read_to("GET /\n");
  EXPECT_TRUE(client.ended_properly());
}

TEST(TlsServer, LargeAnswersPass) {
  const Certificate certificate("DNS:localhost");
  ServerUnderTest server(
      [](Exchange& exchange) -> Task<void> {
        co_await exchange.start({200, {}}, std::nullopt);
        for (int i = 0; i < 10; ++i) co_await exchange.write(std::string(100'000, 'x'));
        co_await exchange.finish();
      },
      {}, 1, certificate.files);
  TlsClient client(server.port());
  client.send(kGet);
  EXPECT_GT(client.read_to("\r\n0\r\n\r\n").size(), 1'000'000u);
}

TEST(TlsServer, WantsTls12OrNewerAndHttp11) {
  const Certificate certificate("DNS:localhost");
  ServerUnderTest server(echo, {}, 1, certificate.files);
  EXPECT_TRUE(TlsClient(server.port(), TLS1_2_VERSION).connected);
  EXPECT_FALSE(TlsClient(server.port(), TLS1_1_VERSION).connected);
  EXPECT_TRUE(TlsClient(server.port(), TLS1_3_VERSION, nullptr, "").connected);
  EXPECT_FALSE(TlsClient(server.port(), TLS1_3_VERSION, nullptr, "\x02h2").connected);
}

TEST(TlsServer, ResumesSessions) {
  const Certificate certificate("DNS:localhost");
  ServerUnderTest server(echo, {}, 1, certificate.files);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient first(server.port(), version);
    first.send(kGet);
    first.read_to("GET /\n");
    const Owned<SSL_SESSION> session(SSL_get1_session(first.ssl()));
    TlsClient second(server.port(), version, session.get());
    second.send(kGet);
    second.read_to("GET /\n");
    EXPECT_EQ(SSL_session_reused(second.ssl()), 1) << version;
  }
}

TEST(TlsServer, PlainTextAndSilenceEndInTime) {
  const Certificate certificate("DNS:localhost");
  ServerUnderTest server(echo, {.head_timeout_ms = 1}, 1, certificate.files);
  RawConnection plain = server.connect(), silent = server.connect();
  plain.send(kGet);
  EXPECT_EQ(plain.read_all().find("HTTP/"), std::string::npos);
  EXPECT_EQ(silent.read_all(), "");
}

TEST(TlsServer, AHandshakeInFlightEndsWithItsLoop) {
  const Certificate certificate("DNS:localhost");
  ServerUnderTest server(echo, {}, 1, certificate.files);
  TlsClient established(server.port());
  RawConnection begun = server.connect();
  begun.send("\x16\x03\x01");
  server.loops.stop();
}

TEST(TlsServer, DrainsLikeAPlainOne) {
  const Certificate certificate("DNS:localhost");
  ServerUnderTest server(echo, {}, 1, certificate.files);
  TlsClient client(server.port());
  client.send(kGet);
  client.read_to("GET /\n");
  server.server.drain(60'000);
  EXPECT_TRUE(client.ended_properly());
}

TEST(TlsFiles, ThatCannotBeUsedAreNamed) {
  const Certificate one("DNS:localhost"), other("DNS:localhost");
  Loops loops;
  const auto message = [&](const std::string& certificate, const std::string& key) {
    Server server({.address = "127.0.0.1", .tls = TlsFiles{certificate, key}}, echo);
    const auto listening = server.listen(loops.all());
    return listening ? std::string("none") : listening.error().message;
  };
  EXPECT_TRUE(message("/nowhere.pem", one.files.key_path).starts_with("Cannot read a PEM certificate chain from /nowhere.pem: "));
  EXPECT_TRUE(message(one.files.certificate_path, "/nowhere.pem").starts_with("Cannot read a PEM private key from /nowhere.pem: "));
  EXPECT_EQ(message(one.files.certificate_path, other.files.key_path),
            "The private key in " + other.files.key_path + " does not belong to the certificate in " + one.files.certificate_path + ".");
}

// Calls https://localhost:port/ with what the certificate file holds as the system's only authority.
std::string call(std::uint16_t port, const std::string& authority, const std::string& host = "localhost") {
  ::setenv("SSL_CERT_FILE", authority.c_str(), 1);
  Loops loops;
  UpstreamPool pool(Url::parse("https://" + host + ":" + std::to_string(port)).value(), {});
  const auto out = run_on<std::string>(loops.first(), [&]() -> Task<std::string> {
    std::string text;
    for (int i = 0; i < 2; ++i) {
      auto upstream = co_await pool.open();
      if (!upstream) co_return upstream.error().message;
      (void)co_await (*upstream)->send_head("GET", "/", {}, BodyFraming::none());
      const auto head = co_await (*upstream)->read_head();
      if (!head) co_return head.error().message;
      for (;;) {
        const auto part = co_await (*upstream)->read_body();
        if (!part || part->empty()) break;
        text += *part;
      }
    }
    co_return text;
  });
  loops.stop();
  return out;
}

TEST(TlsUpstream, IsCalledIfItsCertificateIsGood) {
  const Certificate certificate("DNS:localhost,IP:127.0.0.1");
  ServerUnderTest server(echo, {}, 1, certificate.files);
  EXPECT_EQ(call(server.port(), certificate.files.certificate_path), "GET /\nGET /\n");
  EXPECT_EQ(call(server.port(), certificate.files.certificate_path, "127.0.0.1"), "GET /\nGET /\n");
}

TEST(TlsUpstream, WithACertificateForAnotherHostIsNotCalled) {
  const Certificate certificate("DNS:example.com");
  ServerUnderTest server(echo, {}, 1, certificate.files);
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const std::string message = call(server.port(), certificate.files.certificate_path, host);
    EXPECT_NE(message.find("its certificate is not valid: "), std::string::npos) << message;
    EXPECT_NE(message.find("mismatch"), std::string::npos) << message;
  }
}

TEST(TlsUpstream, OfAnUnknownAuthorityIsNotCalled) {
  const Certificate certificate("DNS:localhost"), other("DNS:localhost");
  ServerUnderTest server(echo, {}, 1, certificate.files);
  const std::string message = call(server.port(), other.files.certificate_path);
  EXPECT_NE(message.find("No secure connection to localhost:"), std::string::npos) << message;
  EXPECT_NE(message.find("self-signed certificate"), std::string::npos) << message;
}

TEST(TlsUpstream, ThatSpeaksNoTlsIsNotCalled) {
  const Certificate certificate("DNS:localhost");
  ServerUnderTest server(echo);
  const std::string message = call(server.port(), certificate.files.certificate_path);
  EXPECT_NE(message.find("the TLS handshake failed"), std::string::npos) << message;
}

}  // namespace
}  // namespace latchkey::net
