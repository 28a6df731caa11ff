// One server connection: reads request after request, hands each to the handler, and is itself the Exchange that the
// handler answers through. Lives in its own coroutine's frame, on its loop.
//
// Buffers: `in_` holds the head that the handler's views point into, and whatever arrived with it. Body bytes that come
// later go to `body_in_`, so that the head stays where it is. `out_` gathers an answer's pieces into one write.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/answer.h"
#include "net/chunked.h"
#include "net/http_head.h"
#include "net/server.h"
#include "net/shard.h"
#include "net/stream.h"

namespace latchkey::net {

class Connection final : public Exchange {
 public:
  Connection(Shard& shard, Ref<Stream> stream, const Peer& peer);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<void> run();

  // For the shard.
  void end_if_idle();
  void abort_now() { stream_->abort(); }
  // Sends held-back bytes as far as that goes without waiting; true when none are left or none can be sent.
  bool flush_now();

  const RequestHead& request() const override { return request_; }
  const Peer& peer() const override { return peer_; }
  bool has_body() const override { return framing_.body != BodyKind::kNone; }
  std::optional<std::uint64_t> content_length() const override;
  Task<Result<std::string_view>> read_body(std::uint64_t max_total) override;
  Task<Result<void>> respond(const ResponseHead& head, std::string_view body) override;
  Task<Result<void>> start(const ResponseHead& head, std::optional<std::uint64_t> content_length) override;
  Task<Result<void>> write(std::string_view part) override;
  Task<Result<void>> finish() override;
  bool started() const override { return answer_ != Answer::kNone; }
  void abort() override;

 private:
  friend class Shard;
  enum class Answer : std::uint8_t { kNone, kStreaming, kFinished, kBroken };
  enum class Received : std::uint8_t { kRequest, kMore, kRefused };

  // Reading heads.
  Received parse_next();
  void begin_request(const Framing& framing);
  bool make_room();
  void gather_unread();
  Task<void> refuse(HeadProblem problem);

  // Reading bodies.
  bool take_body(std::string_view& part, bool& malformed);
  bool will_discard_rest() const;
  Task<bool> discard_rest();
  void drop_body_buffer();

  // Answering.
  AnswerFraming frame_answer(const ResponseHead& head, std::optional<std::uint64_t> length, bool streamed);
  Task<Result<void>> send_with(std::string_view part, std::string_view after);
  Task<void> answer_for_handler();
  Task<bool> flush();
  Task<void> linger();
  bool may_hold_back() const;

  Shard& shard_;
  Ref<Stream> stream_;
  const Peer peer_;
  Connection* previous_ = nullptr;  // the shard's list
  Connection* next_ = nullptr;

  std::unique_ptr<char[]> in_;
  std::size_t in_size_ = 0;     // allocated
  std::size_t in_end_ = 0;      // filled
  std::string_view unread_;     // within in_ or body_in_
  std::unique_ptr<char[]> body_in_;
  HeadScanner scanner_;
  bool skipped_empty_line_ = false;
  bool idle_ = false;           // waiting for a request's first byte
  std::int64_t head_deadline_ms_ = 0;
  HeadProblem problem_;

  RequestHead request_;
  Framing framing_;
  ChunkedDecoder decoder_;
  std::uint64_t body_left_ = 0;   // for a body of known length
  std::uint64_t body_seen_ = 0;
  bool body_done_ = true;
  bool continue_wanted_ = false;  // "100 Continue" is still owed

  std::string out_;
  Answer answer_ = Answer::kNone;
  bool writing_ = false;        // out_ is being sent
  bool flush_queued_ = false;
  bool close_after_ = false;
  bool answer_has_body_ = true;
  bool answer_chunked_ = false;
  std::optional<std::uint64_t> answer_left_;
};

}  // namespace latchkey::net
