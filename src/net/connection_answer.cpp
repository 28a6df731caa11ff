// The answering half of a connection.
#include "base/check.h"
#include "net/connection.h"

namespace latchkey::net {
namespace {

constexpr std::size_t kCopiedBytes = 8 * 1024;     // parts up to this size are copied behind the head: one buffer, one write
constexpr std::size_t kHeldBackBytes = 16 * 1024;  // more than this is sent at once

std::unexpected<Error> broken(IoStatus status) {
  if (status == IoStatus::kTimeout) return fail(ErrorCode::kTimeout, "The caller took too long to read the answer.");
  return fail(ErrorCode::kClosed, "The caller has closed the connection.");
}

}  // namespace

AnswerFraming Connection::frame_answer(const ResponseHead& head, std::optional<std::uint64_t> length, bool streamed) {
  const bool bodiless = is_bodiless(head.status);
  const bool to_head = request_.method == "HEAD";
  answer_has_body_ = !bodiless && !to_head;
  answer_chunked_ = streamed && !length && answer_has_body_ && request_.minor_version == 1;
  answer_left_ = answer_has_body_ ? length : std::nullopt;
  close_after_ = close_after_ || !framing_.keep_alive || shard_.is_draining() || (!body_done_ && !will_discard_rest()) ||
                 (answer_has_body_ && !length && !answer_chunked_);
  return {.content_length = bodiless ? std::nullopt : length,
          .chunked = answer_chunked_,
          .close = close_after_,
          .say_keep_alive = !close_after_ && request_.minor_version == 0};
}

// Bytes may wait in out_ only where they can also leave without a coroutine that waits for them.
bool Connection::may_hold_back() const { return out_.size() <= kHeldBackBytes && stream_->can_write_now(); }

Task<Result<void>> Connection::respond(const ResponseHead& head, std::string_view body) {
  if (answer_ == Answer::kBroken) co_return broken(IoStatus::kClosed);
  LK_CHECK(answer_ == Answer::kNone);
  append_answer_head(out_, head, frame_answer(head, body.size(), false), shard_.clock().date_field(),
                     shard_.server().options.extra_headers);
  if (!answer_has_body_) body = {};
  if (body.size() <= kCopiedBytes) {
    out_ += body;
    body = {};
  }
  answer_ = Answer::kFinished;
  // More requests are here already: their answers may share a write.
  if (body.empty() && !unread_.empty() && !close_after_ && may_hold_back()) {
    shard_.flush_soon(*this);
    co_return {};
  }
  writing_ = true;
  const IoStatus sent = co_await stream_->write({{out_, body}}, shard_.server().options.limits.body_timeout_ms);
  writing_ = false;
  out_.clear();
  if (sent == IoStatus::kOk) co_return {};
  answer_ = Answer::kBroken;
  co_return broken(sent);
}

Task<Result<void>> Connection::start(const ResponseHead& head, std::optional<std::uint64_t> content_length) {
  if (answer_ == Answer::kBroken) co_return broken(IoStatus::kClosed);
  LK_CHECK(answer_ == Answer::kNone);
  append_answer_head(out_, head, frame_answer(head, content_length, true), shard_.clock().date_field(),
                     shard_.server().options.extra_headers);
  answer_ = Answer::kStreaming;
  co_return co_await send_with({}, {});
}

Task<Result<void>> Connection::write(std::string_view part) {
  LK_CHECK(answer_ != Answer::kNone && answer_ != Answer::kFinished);
  if (answer_ == Answer::kBroken) co_return broken(IoStatus::kClosed);
  if (part.empty() || !answer_has_body_) co_return {};
  if (answer_left_) {
    if (part.size() > *answer_left_) {
      abort();
      co_return fail(ErrorCode::kInternal, "The answer is longer than announced.");
    }
    *answer_left_ -= part.size();
  }
  if (answer_chunked_) append_chunk_size(out_, part.size());
  co_return co_await send_with(part, answer_chunked_ ? std::string_view("\r\n") : std::string_view());
}

Task<Result<void>> Connection::finish() {
  LK_CHECK(answer_ != Answer::kNone && answer_ != Answer::kFinished);
  if (answer_ == Answer::kBroken) co_return broken(IoStatus::kClosed);
  if (answer_left_ && *answer_left_ != 0) {
    abort();
    co_return fail(ErrorCode::kInternal, "The answer is shorter than announced.");
  }
  if (answer_chunked_) out_ += kLastChunk;
  answer_ = Answer::kFinished;
  if (out_.empty()) co_return {};
  writing_ = true;
  const IoStatus sent = co_await stream_->write({{out_}}, shard_.server().options.limits.body_timeout_ms);
  writing_ = false;
  out_.clear();
  if (sent == IoStatus::kOk) co_return {};
  answer_ = Answer::kBroken;
  co_return broken(sent);
}

// Sends `part` and `after` behind what is held back; small pieces are held back in turn, to leave together.
Task<Result<void>> Connection::send_with(std::string_view part, std::string_view after) {
  if (part.size() <= kCopiedBytes) {
    out_.append(part).append(after);
    part = after = {};
    if (may_hold_back()) {
      shard_.flush_soon(*this);
      co_return {};
    }
  }
  writing_ = true;
  const IoStatus sent = co_await stream_->write({{out_, part, after}}, shard_.server().options.limits.body_timeout_ms);
  writing_ = false;
  out_.clear();
  if (sent == IoStatus::kOk) co_return {};
  if (answer_ == Answer::kStreaming) answer_ = Answer::kBroken;
  co_return broken(sent);
}

void Connection::abort() {
  answer_ = Answer::kBroken;
  stream_->abort();
}

bool Connection::flush_now() {
  if (writing_ || out_.empty()) return true;
  Parts parts{{out_}};
  if (!stream_->write_now(parts)) return true;
  out_.erase(0, out_.size() - parts.size());
  return out_.empty();
}

}  // namespace latchkey::net
