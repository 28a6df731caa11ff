// TLS on top of TCP, for both ends: TLS 1.2 or newer, ALPN http/1.1, sessions resumed.
#pragma once
#include <memory>
#include <string>

#include "base/error.h"
#include "net/loop.h"
#include "net/ref.h"
#include "net/server.h"
#include "net/stream.h"
#include "net/task.h"

namespace latchkey::net {

// Certificates and settings, shared by all connections of a server or a pool. Immutable; any thread.
class TlsContext {
 public:
  virtual ~TlsContext() = default;
  // Reads and checks certificate and key; the message names the file at fault.
  static Result<std::unique_ptr<TlsContext>> for_server(const TlsFiles& files);
  // Trusts the system's authorities.
  static Result<std::unique_ptr<TlsContext>> for_client();
};

class TlsStream : public Stream {
 public:
  using Stream::Stream;
  // kClosed or kTimeout; for a client the message says what is wrong with the other side's certificate.
  virtual Task<Result<void>> handshake(std::int64_t deadline_ms) = 0;
};

// Take over a connected socket. The context must outlive the stream.
Ref<TlsStream> make_tls_server_stream(Loop& loop, int descriptor, TlsContext& context);
// `host` is a name or a literal address: what the certificate must be for.
Ref<TlsStream> make_tls_client_stream(Loop& loop, int descriptor, TlsContext& context, const std::string& host);

}  // namespace latchkey::net
