#include "net/connection.h"

#include <algorithm>
#include <cstring>

#include "base/log.h"

namespace latchkey::net {
namespace {

constexpr std::size_t kFirstInBytes = 4 * 1024;
constexpr std::size_t kKeptInBytes = 8 * 1024;  // a larger buffer is given back between requests
constexpr std::size_t kBodyInBytes = 32 * 1024;
constexpr std::uint64_t kDiscardedBytes = 64 * 1024;  // of a body that the handler left unread
constexpr std::int64_t kLingerMs = 2'000;

std::unexpected<Error> broken(IoStatus status) {
  if (status == IoStatus::kTimeout) return fail(ErrorCode::kTimeout, "The other side took too long.");
  return fail(ErrorCode::kClosed, "The other side has closed the connection.");
}

}  // namespace

Connection::Connection(Shard& shard, Ref<Stream> stream, const Peer& peer)
    : shard_(shard), stream_(std::move(stream)), peer_(peer) {
  shard_.enter(*this);
}

Connection::~Connection() {
  stream_->close();
  shard_.leave(*this);
}

Task<void> Connection::run() {
  const ListenLimits& limits = shard_.server().options.limits;
  for (;;) {
    gather_unread();
    Received received = parse_next();
    while (received == Received::kMore) {
      if (!make_room()) {
        problem_ = scanner_.has_first_line() ? HeadProblem{431, "The request's head is too long."}
                                             : HeadProblem{414, "The request's first line is too long."};
        received = Received::kRefused;
        break;
      }
      if (!co_await flush()) co_return;
      idle_ = unread_.empty();
      if (idle_ && shard_.is_draining()) co_return;
      const std::int64_t deadline = idle_ ? shard_.clock().after_ms(limits.idle_timeout_ms) : head_deadline_ms_;
      const IoResult got = co_await stream_->read({in_.get() + in_end_, in_size_ - in_end_}, deadline);
      if (got.status == IoStatus::kTimeout && !idle_) {
        problem_ = {408, "The request's head did not arrive in time."};
        received = Received::kRefused;
        break;
      }
      if (got.status != IoStatus::kOk) co_return;
      if (idle_) head_deadline_ms_ = shard_.clock().after_ms(limits.head_timeout_ms);
      idle_ = false;
      in_end_ += got.bytes;
      unread_ = {unread_.empty() ? in_.get() + in_end_ - got.bytes : unread_.data(), unread_.size() + got.bytes};
      received = parse_next();
    }
    if (received == Received::kRefused) {
      co_await refuse(problem_);
      co_return;
    }
    shard_.counters().requests.add();
    co_await shard_.server().handler(*this);
    if (answer_ != Answer::kFinished) {
      co_await answer_for_handler();
      if (answer_ != Answer::kFinished) co_return;
    }
    if (!body_done_ && !close_after_ && !co_await discard_rest()) close_after_ = true;
    if (close_after_) break;
    drop_body_buffer();
  }
  if (!co_await flush()) co_return;
  if (!body_done_ || !unread_.empty() || !stream_->is_quiet()) co_await linger();
}

Task<bool> Connection::flush() {
  if (out_.empty() || writing_) co_return true;
  writing_ = true;
  const IoStatus sent = co_await stream_->write({{out_}}, shard_.server().options.limits.body_timeout_ms);
  writing_ = false;
  out_.clear();
  co_return sent == IoStatus::kOk;
}

Connection::Received Connection::parse_next() {
  const ListenLimits& limits = shard_.server().options.limits;
  const auto refused = [this](HeadProblem problem) {
    problem_ = problem;
    return Received::kRefused;
  };
  HeadScanner::State state = scanner_.scan(unread_);
  // One empty line before a request is what some old clients send after a body (RFC 9112, 2.2).
  if (state == HeadScanner::State::kComplete && scanner_.length() == 2 && !skipped_empty_line_) {
    skipped_empty_line_ = true;
    unread_.remove_prefix(2);
    scanner_.reset();
    state = scanner_.scan(unread_);
  }
  if (state == HeadScanner::State::kBareLf) return refused({400, "A line of the request's head ends without CRLF."});
  if (state == HeadScanner::State::kIncomplete) return Received::kMore;
  if (scanner_.length() > limits.max_head_bytes) return refused({431, "The request's head is too long."});

  const std::string_view head = unread_.substr(0, scanner_.length());
  const auto framing = parse_request_head(head, limits.max_headers, request_);
  if (!framing) return refused(framing.error());
  unread_.remove_prefix(head.size());
  begin_request(*framing);
  return Received::kRequest;
}

void Connection::begin_request(const Framing& framing) {
  scanner_.reset();
  skipped_empty_line_ = false;
  framing_ = framing;
  decoder_.reset();
  body_left_ = framing.length;
  body_seen_ = 0;
  body_done_ = framing.body == BodyKind::kNone;
  continue_wanted_ = framing.expect_continue;
  answer_ = Answer::kNone;
  close_after_ = false;
}

// What is left of the previous read becomes the beginning of the next head.
void Connection::gather_unread() {
  head_deadline_ms_ = shard_.clock().after_ms(shard_.server().options.limits.head_timeout_ms);
  if (unread_.empty()) {
    in_end_ = 0;
    unread_ = {};
    if (in_size_ > kKeptInBytes) {
      in_.reset();
      in_size_ = 0;
    }
    return;
  }
  if (!body_in_ || unread_.data() < body_in_.get() || unread_.data() >= body_in_.get() + kBodyInBytes) return;
  if (in_size_ < unread_.size()) {
    in_size_ = unread_.size();
    in_ = std::make_unique_for_overwrite<char[]>(in_size_);
  }
  std::memcpy(in_.get(), unread_.data(), unread_.size());
  in_end_ = unread_.size();
  unread_ = {in_.get(), in_end_};
  body_in_.reset();
}

// Room for at least one more byte of the head; false if that would be more than a head may have.
bool Connection::make_room() {
  if (in_end_ < in_size_) return true;
  const std::size_t max_bytes = shard_.server().options.limits.max_head_bytes;
  if (unread_.size() >= max_bytes) return false;
  if (unread_.size() < in_size_ / 2) {
    if (!unread_.empty()) std::memmove(in_.get(), unread_.data(), unread_.size());
  } else {
    in_size_ = std::min(max_bytes, std::max(kFirstInBytes, in_size_ * 2));
    in_size_ = std::max(in_size_, unread_.size() + 1);
    auto larger = std::make_unique_for_overwrite<char[]>(in_size_);
    if (!unread_.empty()) std::memcpy(larger.get(), unread_.data(), unread_.size());
    in_ = std::move(larger);
  }
  in_end_ = unread_.size();
  unread_ = {in_.get(), in_end_};
  return true;
}

Task<void> Connection::refuse(HeadProblem problem) {
  shard_.counters().bad_requests.add();
  const std::string id = shard_.make_request_id();
  const std::string body = problem_document(problem.status, problem.detail, id);
  const ResponseHead head{problem.status,
                          {{"Content-Type", "application/problem+json"}, {"X-Request-Id", id}, {"Cache-Control", "no-store"}}};
  append_answer_head(out_, head, {.content_length = body.size(), .close = true}, shard_.clock().date_field(),
                     shard_.server().options.extra_headers);
  out_ += body;
  if (co_await flush()) co_await linger();
}

// Closing with bytes unread would reset the connection, and with it the answer that is still on its way
// (RFC 9112, 9.6): so the end is announced, and what still comes is dropped for a while.
Task<void> Connection::linger() {
  idle_ = true;
  if (!stream_->shutdown_write()) co_return;
  const std::int64_t deadline = shard_.clock().after_ms(kLingerMs);
  char dropped[4096];
  std::uint64_t total = 0;
  while (total < 16 * kDiscardedBytes && !shard_.is_draining()) {
    const IoResult got = co_await stream_->read(dropped, deadline);
    if (got.status != IoStatus::kOk) break;
    total += got.bytes;
  }
}

void Connection::end_if_idle() {
  if (idle_) stream_->interrupt_read();
}

void Connection::drop_body_buffer() {
  if (body_in_ && unread_.empty()) body_in_.reset();
}

std::optional<std::uint64_t> Connection::content_length() const {
  if (framing_.body != BodyKind::kLength) return std::nullopt;
  return framing_.length;
}

// Takes the next part of the body out of what has arrived; false when more has to be read first.
bool Connection::take_body(std::string_view& part, bool& malformed) {
  if (framing_.body == BodyKind::kLength) {
    part = unread_.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, unread_.size())));
    unread_.remove_prefix(part.size());
    body_left_ -= part.size();
    body_done_ = body_left_ == 0;
    return !part.empty();
  }
  const ChunkedDecoder::Step step = decoder_.next(unread_);
  unread_.remove_prefix(step.consumed);
  part = step.data;
  body_done_ = step.state == ChunkedDecoder::State::kDone;
  malformed = step.state == ChunkedDecoder::State::kBad;
  return step.state != ChunkedDecoder::State::kNeedMore;
}

Task<Result<std::string_view>> Connection::read_body(std::uint64_t max_total) {
  if (body_done_) co_return std::string_view{};
  const auto too_large = [] { return fail(ErrorCode::kTooLarge, "The request's body is too large."); };
  if (framing_.body == BodyKind::kLength && framing_.length > max_total) co_return too_large();
  const std::int64_t progress_ms = shard_.server().options.limits.body_timeout_ms;
  if (continue_wanted_) {
    continue_wanted_ = false;
    if (unread_.empty() && answer_ == Answer::kNone) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  std::string_view part;
  bool malformed = false;
  while (!take_body(part, malformed)) {
    if (!co_await flush()) co_return broken(IoStatus::kClosed);
    if (!body_in_) body_in_ = std::make_unique_for_overwrite<char[]>(kBodyInBytes);
    const IoResult got = co_await stream_->read({body_in_.get(), kBodyInBytes}, shard_.clock().after_ms(progress_ms));
    if (got.status != IoStatus::kOk) {
      close_after_ = true;
      co_return broken(got.status);
    }
    unread_ = {body_in_.get(), got.bytes};
  }
  body_seen_ += part.size();
  if (malformed) {
    close_after_ = true;
    co_return fail(ErrorCode::kInvalidArgument, "The request's body is not a well-formed chunked body.");
  }
  if (body_seen_ > max_total) co_return too_large();
  co_return part;
}

bool Connection::will_discard_rest() const {
  if (continue_wanted_) return false;
  return framing_.body == BodyKind::kChunked || body_left_ <= kDiscardedBytes;
}

Task<bool> Connection::discard_rest() {
  const std::uint64_t most = body_seen_ + kDiscardedBytes;
  while (!body_done_) {
    const auto part = co_await read_body(most);
    if (!part) co_return false;
  }
  co_return true;
}

// Follows a handler that returned without a whole answer.
Task<void> Connection::answer_for_handler() {
  if (answer_ == Answer::kNone) {
    log::error("net.no_answer", {{"method", request_.method}});
    const std::string id = shard_.make_request_id();
    const std::string body = problem_document(500, "The server has no answer to this request.", id);
    const ResponseHead head{500, {{"Content-Type", "application/problem+json"}, {"X-Request-Id", id}}};
    (void)co_await respond(head, body);
  } else if (answer_ == Answer::kStreaming) {
    abort();
  }
}

}  // namespace latchkey::net
