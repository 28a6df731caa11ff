// The head of an HTTP/1.1 message, read strictly (RFC 9112): pure functions over bytes, no sockets.
//
//   HeadScanner scanner;
//   switch (scanner.scan(bytes_so_far)) { ... kComplete: head = bytes.substr(0, scanner.length()); }
//   auto framing = parse_request_head(head, limits, request);   // views into `head`
//
// Whatever could be read in two ways is refused: see net/server.h. Nothing is mended.
#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "net/http.h"

namespace latchkey::net {

// Finds the empty line that ends a head, over bytes that arrive in pieces; each byte is looked at once.
class HeadScanner {
 public:
  enum class State {
    kIncomplete,
    kComplete,
    kBareLf,  // a line feed without a carriage return before it
  };
  // `bytes` is everything since the head's first byte, and only grows from call to call.
  State scan(std::string_view bytes);
  std::size_t length() const { return length_; }  // with the empty line; once complete
  bool has_first_line() const { return line_start_ > 0; }
  void reset() { *this = {}; }

 private:
  std::size_t seen_ = 0;
  std::size_t line_start_ = 0;
  std::size_t length_ = 0;
};

enum class BodyKind : std::uint8_t { kNone, kLength, kChunked, kUntilClose };

// What the head says about the bytes after it, and about the connection.
struct Framing {
  BodyKind body = BodyKind::kNone;
  std::uint64_t length = 0;
  bool has_length = false;  // a Content-Length was there; also when no body follows, as after HEAD
  bool keep_alive = true;
  bool expect_continue = false;  // requests only
};

// Why a head is refused: the status to answer, and a sentence for whoever sent it.
struct HeadProblem {
  int status = 400;
  std::string_view detail;
};

// `head` is a complete head as the scanner found it. `max_headers` exceeded is 431.
std::expected<Framing, HeadProblem> parse_request_head(std::string_view head, std::size_t max_headers, RequestHead& out);

// `request_method` decides whether a body follows. Until the status is final, 1xx heads come one after another, each
// without a body.
std::expected<Framing, HeadProblem> parse_response_head(std::string_view head, std::size_t max_headers,
                                                        std::string_view request_method, ResponseHead& out);

// The grammar's pieces, for those who have to judge a name or value from outside before they send it.
bool is_token(std::string_view text);
bool is_field_value(std::string_view text);

}  // namespace latchkey::net
