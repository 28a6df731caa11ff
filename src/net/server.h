// An HTTP/1.1 server (RFC 9110, RFC 9112) with or without TLS: one listening socket per loop (SO_REUSEPORT), keep-alive,
// pipelining answered in order, both bodies streamed.
//
//   Server server({.address = "127.0.0.1", .port = 0}, [](Exchange& e) -> Task<void> {
//     const ResponseHead head{200, {{"Content-Type", "text/plain"}}};   // named: g++ 12 can't keep the list in a co_await
//     co_await e.respond(head, "hello\n");
//   });
//   if (auto r = server.listen(loops); !r) return r.error();   // "Port 8080 on 127.0.0.1 is already in use; ..."
//   ...
//   server.drain(10'000);   // stop accepting, finish what is in flight, close the rest after 10 s
//
// Framing is strict, because a second reading of a message is a hole: Content-Length with Transfer-Encoding, repeated or
// odd Content-Length, any transfer coding but a lone "chunked", obs-fold, bare CR or LF, NUL, space before the colon, a
// missing or repeated Host, unknown HTTP versions are answered 400 (or 431, 413, 414, 501, 505) as a problem document
// and the connection is closed. The handler never sees such a request.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/task.h"

namespace latchkey::net {

struct ListenLimits {
  std::size_t max_head_bytes = 32 * 1024;
  std::size_t max_headers = 100;
  std::size_t max_connections = 10'000;        // more are closed on arrival
  std::int64_t head_timeout_ms = 10'000;       // from the first byte to the end of the head
  std::int64_t idle_timeout_ms = 75'000;       // between requests
  std::int64_t body_timeout_ms = 30'000;       // without a byte of progress, either way
};

struct TlsFiles {
  std::string certificate_path;  // PEM, the chain
  std::string key_path;          // PEM
};

struct ListenOptions {
  std::string address;  // literal IPv4 or IPv6, without brackets
  std::uint16_t port = 0;  // 0: any free one, see Server::port()
  std::optional<TlsFiles> tls = std::nullopt;
  ListenLimits limits = {};
  // Appended to every answer, such as {"Server", "latchkey"}; not in the way of the handler's own.
  std::vector<std::pair<std::string, std::string>> extra_headers = {};
};

// One request and its answer. Lives on its connection's loop, until the handler's task ends. All views (request(),
// body chunks) are valid until then, or for chunks until the next read.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const RequestHead& request() const = 0;
  virtual const Peer& peer() const = 0;

  virtual bool has_body() const = 0;
  virtual std::optional<std::uint64_t> content_length() const = 0;  // empty for chunked bodies and without a body
  // The next part of the body, empty at its end. "Expect: 100-continue" is answered at the first read. A body longer
  // than `max_total` bytes in sum is kTooLarge.
  virtual Task<Result<std::string_view>> read_body(std::uint64_t max_total = UINT64_MAX) = 0;

  // The whole answer at once. Content-Length is added; the body is left out for HEAD. Names and values with CR, LF or
  // NUL are a bug of the caller (LK_CHECK): check what comes from outside first.
  virtual Task<Result<void>> respond(const ResponseHead& head, std::string_view body) = 0;
  // The answer in parts: start, write..., finish. With `content_length` it must be kept exactly; without, chunked (or,
  // for HTTP/1.0, until close).
  virtual Task<Result<void>> start(const ResponseHead& head, std::optional<std::uint64_t> content_length) = 0;
  virtual Task<Result<void>> write(std::string_view part) = 0;
  virtual Task<Result<void>> finish() = 0;
  virtual bool started() const = 0;
  // Closes the connection without finishing the answer, so that the caller can tell that it is cut off.
  virtual void abort() = 0;
};

using Handler = std::function<Task<void>(Exchange&)>;

// Reads the whole body, at most `max_bytes`.
Task<Result<std::string>> read_whole_body(Exchange& exchange, std::size_t max_bytes);

struct ServerCounters {
  std::uint64_t accepted = 0, refused_connections = 0, requests = 0, bad_requests = 0, open_connections = 0;
};

class Server {
 public:
  Server(ListenOptions options, Handler handler);
  ~Server();  // drained and closed; loops must have been stopped, or drain() called

  Result<void> listen(const std::vector<Loop*>& loops);
  std::uint16_t port() const;
  // Blocks the calling thread (not a loop's).
  void drain(std::int64_t max_ms);
  ServerCounters counters() const;
  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace latchkey::net
