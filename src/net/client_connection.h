// One connection to an upstream and the exchange that is under way on it. Between exchanges it may wait in a pool.
//
// Buffers: `in_` holds the head that the answer's views point into, and what arrived with it; body bytes that come later
// go to `body_in_`. `out_` gathers the pieces of a request into one write.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/chunked.h"
#include "net/http_head.h"
#include "net/stream.h"
#include "net/upstream.h"

namespace latchkey::net {

class ClientConnection {
 public:
  // `url` and `limits` must outlive the connection.
  ClientConnection(LoopCore& clock, Ref<Stream> stream, const Url& url, const UpstreamLimits& limits);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  Task<Result<void>> send_head(std::string_view method, std::string_view target, const std::vector<Header>& headers,
                               BodyFraming framing);
  Task<Result<void>> write_body(std::string_view part);
  Task<Result<void>> finish_body();
  Task<Result<const ResponseHead*>> read_head();
  std::optional<std::uint64_t> content_length() const;
  Task<Result<std::string_view>> read_body();

  // The exchange is over to its last byte, both ways, and both sides keep the connection.
  bool is_reusable() const;
  void prepare_reuse();
  // Nothing has arrived since; in particular not the other side's end.
  bool is_quiet() const { return stream_->is_quiet(); }

 private:
  enum class Step : std::uint8_t { kReady, kSending, kSent, kReceiving, kReceived, kBroken };

  void append_head(std::string_view method, std::string_view target, const std::vector<Header>& headers, BodyFraming framing);
  Task<Result<void>> send(std::string_view part, std::string_view after);
  bool make_room();
  // An answer's head if it is complete; 1xx are taken off and forgotten.
  Result<bool> parse_head();
  bool take_body(std::string_view& part, bool& malformed);
  std::unexpected<Error> broken(IoStatus status);
  std::unexpected<Error> corrupt(std::string_view detail);

  LoopCore& clock_;
  Ref<Stream> stream_;
  const Url& url_;
  const UpstreamLimits& limits_;

  Step sending_ = Step::kReady;    // kReady, kSending, kSent
  Step receiving_ = Step::kReady;  // kReady, kReceiving (the body), kReceived
  bool is_broken_ = false;
  bool is_head_request_ = false;
  BodyFraming request_framing_;
  std::uint64_t request_left_ = 0;
  std::string out_;

  std::unique_ptr<char[]> in_;
  std::size_t in_size_ = 0;  // allocated
  std::size_t in_end_ = 0;   // filled
  std::string_view unread_;  // within in_ or body_in_
  std::unique_ptr<char[]> body_in_;
  HeadScanner scanner_;
  int interim_heads_ = 0;
  ResponseHead head_;
  Framing framing_;
  ChunkedDecoder decoder_;
  std::uint64_t body_left_ = 0;
};

}  // namespace latchkey::net
