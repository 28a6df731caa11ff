// HTTP/1.1 client connections to one upstream, pooled and kept alive per loop.
//
//   UpstreamPool pool(url, limits);                       // one per loop
//   auto call = co_await pool.open();                     // a pooled connection, or a new one
//   co_await (*call)->send_head("GET", "/x?y=1", headers, BodyFraming::none());
//   auto head = co_await (*call)->read_head();            // 1xx answers are skipped
//   for (;;) { auto part = co_await (*call)->read_body(); if (!part || part->empty()) break; ... }
//   // the connection returns to the pool when the answer was read to its end; otherwise it is closed
//
// The answer's framing is as strict as a request's (net/server.h); an answer that has two readings is kCorrupt. With https
// the certificate must be valid for the URL's host and come from an authority that the system trusts.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/task.h"

namespace latchkey::net {

struct Url {
  bool tls = false;
  std::string host;  // a name or a literal address, without brackets
  std::uint16_t port = 80;
  std::string base_path;  // "" or "/prefix", without a trailing slash
  // http or https only; no user, query or fragment. The message says what is wrong.
  static Result<Url> parse(std::string_view text);
  std::string authority() const;  // host[:port] for the Host field
};

struct UpstreamLimits {
  std::int64_t connect_timeout_ms = 5'000;
  std::int64_t head_timeout_ms = 60'000;   // from the request's end to the answer's head
  std::int64_t body_timeout_ms = 60'000;   // without a byte of progress
  std::int64_t idle_timeout_ms = 30'000;   // pooled connections are closed after this
  std::size_t max_head_bytes = 64 * 1024;
  std::size_t max_headers = 200;
  std::size_t max_idle = 256;              // pooled, per loop
  std::size_t max_open = 4'096;            // per loop; open() is kUnavailable beyond
};

struct BodyFraming {
  enum class Kind { kNone, kLength, kChunked } kind = Kind::kNone;
  std::uint64_t length = 0;
  static BodyFraming none() { return {}; }
  static BodyFraming of_length(std::uint64_t n) { return {Kind::kLength, n}; }
  static BodyFraming chunked() { return {Kind::kChunked, 0}; }
};

class UpstreamCall {
 public:
  virtual ~UpstreamCall() = default;
  // True for a connection from the pool: if it fails before any byte of an answer, the upstream had closed it
  // meanwhile, and a request that is safe to repeat may be tried once more on a new one.
  virtual bool reused() const = 0;
  // `target` begins with a slash and is sent as it is: the URL's base path is the caller's to put before it. Host and the
  // body's framing fields are added here; of `headers`, those that concern framing or the connection are left out. CR, LF
  // or NUL in any of it is a bug of the caller (LK_CHECK). With a body to follow, the head leaves with its first part.
  virtual Task<Result<void>> send_head(std::string_view method, std::string_view target,
                                       const std::vector<Header>& headers, BodyFraming framing) = 0;
  virtual Task<Result<void>> write_body(std::string_view part) = 0;
  virtual Task<Result<void>> finish_body() = 0;
  // Views are valid until the call dies. kClosed if the connection ended before a head, kTimeout, kCorrupt.
  virtual Task<Result<const ResponseHead*>> read_head() = 0;
  virtual std::optional<std::uint64_t> content_length() const = 0;
  // The next part, valid until the next read; empty at the end. A cut-off answer is kClosed.
  virtual Task<Result<std::string_view>> read_body() = 0;
};

class UpstreamPool {
 public:
  UpstreamPool(Url url, UpstreamLimits limits);
  ~UpstreamPool();  // on its loop, or after the loop has stopped; calls may outlive it
  // `fresh`: never a pooled connection. Errors: kUnavailable (refused, no route, unknown name), kTimeout.
  Task<Result<std::unique_ptr<UpstreamCall>>> open(bool fresh = false);
  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace latchkey::net
