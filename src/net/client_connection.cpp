#include "net/client_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "net/answer.h"

namespace latchkey::net {
namespace {

constexpr std::size_t kFirstInBytes = 8 * 1024;
constexpr std::size_t kKeptInBytes = 16 * 1024;  // a larger buffer is not kept in the pool
constexpr std::size_t kBodyInBytes = 64 * 1024;
constexpr std::size_t kCopiedBytes = 8 * 1024;
constexpr int kMaxInterimHeads = 16;

std::unexpected<Error> hung_up() {
  return fail(ErrorCode::kClosed, "The upstream has closed the connection before the request's end.");
}

bool is_target(std::string_view target) {
  return std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

ClientConnection::ClientConnection(LoopCore& clock, Ref<Stream> stream, const Url& url, const UpstreamLimits& limits)
    : clock_(clock), stream_(std::move(stream)), url_(url), limits_(limits) {}

ClientConnection::~ClientConnection() { stream_->close(); }

std::unexpected<Error> ClientConnection::broken(IoStatus status) {
  is_broken_ = true;
  if (status == IoStatus::kTimeout) return fail(ErrorCode::kTimeout, "The upstream took too long.");
  return fail(ErrorCode::kClosed, "The upstream has closed the connection.");
}

std::unexpected<Error> ClientConnection::corrupt(std::string_view detail) {
  is_broken_ = true;
  return fail(ErrorCode::kCorrupt, "The upstream's answer is not well-formed HTTP.", std::string(detail));
}

void ClientConnection::append_head(std::string_view method, std::string_view target, const std::vector<Header>& headers,
                                   BodyFraming framing) {
  LK_CHECK(is_token(method) && target.starts_with('/') && is_target(target));
  out_.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  append_field(out_, "Host", url_.authority());
  for (const Header& field : headers) {
    if (!is_framing_field(field.name) && !same_name(field.name, "Host")) append_field(out_, field.name, field.value);
  }
  if (framing.kind == BodyFraming::Kind::kChunked) {
    out_ += "Transfer-Encoding: chunked\r\n";
  } else if (framing.kind == BodyFraming::Kind::kLength || method == "POST" || method == "PUT" || method == "PATCH") {
    append_field(out_, "Content-Length", fmt::format_int(framing.length).c_str());
  }
  out_ += "\r\n";
}

Task<Result<void>> ClientConnection::send_head(std::string_view method, std::string_view target,
                                               const std::vector<Header>& headers, BodyFraming framing) {
  LK_CHECK(sending_ == Step::kReady);
  is_head_request_ = method == "HEAD";
  request_framing_ = framing;
  request_left_ = framing.kind == BodyFraming::Kind::kLength ? framing.length : 0;
  append_head(method, target, headers, framing);
  const bool has_body = framing.kind == BodyFraming::Kind::kChunked || request_left_ > 0;
  sending_ = has_body ? Step::kSending : Step::kSent;
  if (has_body) co_return {};
  co_return co_await send({}, {});
}

Task<Result<void>> ClientConnection::write_body(std::string_view part) {
  if (sending_ == Step::kBroken) co_return hung_up();
  if (part.empty()) co_return {};
  LK_CHECK(sending_ == Step::kSending);
  if (request_framing_.kind == BodyFraming::Kind::kChunked) {
    append_chunk_size(out_, part.size());
    co_return co_await send(part, "\r\n");
  }
  LK_CHECK(part.size() <= request_left_);
  request_left_ -= part.size();
  if (request_left_ == 0) sending_ = Step::kSent;
  co_return co_await send(part, {});
}

Task<Result<void>> ClientConnection::finish_body() {
  if (sending_ == Step::kBroken) co_return hung_up();
  if (sending_ == Step::kSent) co_return {};
  LK_CHECK(sending_ == Step::kSending);
  if (request_framing_.kind == BodyFraming::Kind::kLength) {
    sending_ = Step::kBroken;
    co_return fail(ErrorCode::kInternal, "The request's body is shorter than announced.");
  }
  out_ += kLastChunk;
  sending_ = Step::kSent;
  co_return co_await send({}, {});
}

Task<Result<void>> ClientConnection::send(std::string_view part, std::string_view after) {
  if (part.size() <= kCopiedBytes) {
    out_.append(part).append(after);
    part = after = {};
  }
  const IoStatus sent = co_await stream_->write({{out_, part, after}}, limits_.body_timeout_ms);
  out_.clear();
  if (sent != IoStatus::kOk) {
    // The answer may still be there to read: an upstream that refuses a body often answers before it hangs up.
    sending_ = Step::kBroken;
    if (sent == IoStatus::kTimeout) co_return fail(ErrorCode::kTimeout, "The upstream took too long to read the request.");
    co_return hung_up();
  }
  co_return {};
}

bool ClientConnection::make_room() {
  if (in_end_ < in_size_) return true;
  if (unread_.size() >= limits_.max_head_bytes) return false;
  in_size_ = std::min(limits_.max_head_bytes, std::max(kFirstInBytes, in_size_ * 2));
  auto larger = std::make_unique_for_overwrite<char[]>(in_size_);
  if (!unread_.empty()) std::memcpy(larger.get(), unread_.data(), unread_.size());
  in_ = std::move(larger);
  in_end_ = unread_.size();
  unread_ = {in_.get(), in_end_};
  return true;
}

Result<bool> ClientConnection::parse_head() {
  for (;;) {
    switch (scanner_.scan(unread_)) {
      case HeadScanner::State::kIncomplete: return false;
      case HeadScanner::State::kBareLf: return corrupt("A line of the head ends without CRLF.");
      case HeadScanner::State::kComplete: break;
    }
    const std::string_view bytes = unread_.substr(0, scanner_.length());
    const auto framing = parse_response_head(bytes, limits_.max_headers, is_head_request_ ? "HEAD" : "", head_);
    if (!framing) return corrupt(framing.error().detail);
    unread_.remove_prefix(bytes.size());
    scanner_.reset();
    if (head_.status == 101) return corrupt("The upstream switches protocols, which nobody asked for.");
    if (head_.status < 200) {
      if (++interim_heads_ > kMaxInterimHeads) return corrupt("The upstream sends interim answers without end.");
      continue;
    }
    framing_ = *framing;
    body_left_ = framing->length;
    const bool has_body = framing->body != BodyKind::kNone && !(framing->body == BodyKind::kLength && framing->length == 0);
    receiving_ = has_body ? Step::kReceiving : Step::kReceived;
    return true;
  }
}

Task<Result<const ResponseHead*>> ClientConnection::read_head() {
  LK_CHECK(receiving_ == Step::kReady);
  if (is_broken_) co_return broken(IoStatus::kClosed);
  if (!out_.empty()) {
    const Result<void> sent = co_await send({}, {});
    if (!sent) co_return std::unexpected(sent.error());
  }
  const std::int64_t deadline = clock_.after_ms(limits_.head_timeout_ms);
  for (;;) {
    if (!make_room()) co_return corrupt("The answer's head is too long.");
    const IoResult got = co_await stream_->read({in_.get() + in_end_, in_size_ - in_end_}, deadline);
    if (got.status != IoStatus::kOk) co_return broken(got.status);
    if (unread_.empty()) unread_ = {in_.get() + in_end_, 0};
    unread_ = {unread_.data(), unread_.size() + got.bytes};
    in_end_ += got.bytes;
    const Result<bool> complete = parse_head();
    if (!complete) co_return std::unexpected(complete.error());
    if (*complete) co_return &head_;
  }
}

std::optional<std::uint64_t> ClientConnection::content_length() const {
  if (!framing_.has_length) return std::nullopt;
  return framing_.length;
}

// Takes the next part of the body out of what has arrived; false when more has to be read first.
bool ClientConnection::take_body(std::string_view& part, bool& malformed) {
  if (framing_.body == BodyKind::kChunked) {
    const ChunkedDecoder::Step step = decoder_.next(unread_);
    unread_.remove_prefix(step.consumed);
    part = step.data;
    malformed = step.state == ChunkedDecoder::State::kBad;
    if (step.state == ChunkedDecoder::State::kDone) receiving_ = Step::kReceived;
    return step.state != ChunkedDecoder::State::kNeedMore;
  }
  const bool counted = framing_.body == BodyKind::kLength;
  part = counted ? unread_.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, unread_.size()))) : unread_;
  unread_.remove_prefix(part.size());
  if (counted) {
    body_left_ -= part.size();
    if (body_left_ == 0) receiving_ = Step::kReceived;
  }
  return !part.empty();
}

Task<Result<std::string_view>> ClientConnection::read_body() {
  if (receiving_ == Step::kReceived) co_return std::string_view{};
  if (is_broken_) co_return broken(IoStatus::kClosed);
  LK_CHECK(receiving_ == Step::kReceiving);
  std::string_view part;
  bool malformed = false;
  while (!take_body(part, malformed)) {
    if (!body_in_) body_in_ = std::make_unique_for_overwrite<char[]>(kBodyInBytes);
    const IoResult got = co_await stream_->read({body_in_.get(), kBodyInBytes}, clock_.after_ms(limits_.body_timeout_ms));
    if (got.status == IoStatus::kEnd && framing_.body == BodyKind::kUntilClose) {
      receiving_ = Step::kReceived;
      co_return std::string_view{};
    }
    if (got.status != IoStatus::kOk) co_return broken(got.status);
    unread_ = {body_in_.get(), got.bytes};
  }
  if (malformed) co_return corrupt("The answer's body is not a well-formed chunked body.");
  co_return part;
}

bool ClientConnection::is_reusable() const {
  return !is_broken_ && sending_ == Step::kSent && receiving_ == Step::kReceived && framing_.keep_alive && unread_.empty() &&
         out_.empty();
}

void ClientConnection::prepare_reuse() {
  sending_ = receiving_ = Step::kReady;
  interim_heads_ = 0;
  decoder_.reset();
  unread_ = {};
  in_end_ = 0;
  body_in_.reset();
  if (in_size_ > kKeptInBytes) {
    in_.reset();
    in_size_ = 0;
  }
}

}  // namespace latchkey::net
