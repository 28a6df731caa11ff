// Heads and chunked bodies from anyone: no input crashes, and what is accepted has one reading.
//
// The first byte says where to cut the rest in two, so that what arrives in pieces is read like what arrives whole.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/chunked.h"
#include "net/http_head.h"

namespace latchkey::net {
namespace {

constexpr std::size_t kMaxHeaders = 50;

HeadScanner::State scan(std::string_view bytes, std::size_t cut, HeadScanner& scanner) {
  const HeadScanner::State early = scanner.scan(bytes.substr(0, cut));
  return early == HeadScanner::State::kIncomplete ? scanner.scan(bytes) : early;
}

// What a second reader, who knows nothing but lines and colons, finds.
void check_request(std::string_view head, const RequestHead& request, const Framing& framing) {
  LK_CHECK(head.starts_with(request.method) && head.ends_with("\r\n\r\n"));
  LK_CHECK(request.target.find_first_of(std::string_view(" \t\r\n\0", 5)) == std::string_view::npos);
  LK_CHECK(request.headers.size() <= kMaxHeaders);
  for (const Header& field : request.headers) {
    LK_CHECK(is_token(field.name) && is_field_value(field.value));
    LK_CHECK(!field.value.starts_with(' ') && !field.value.ends_with(' '));
  }
  LK_CHECK(request.count("Host") <= 1 && request.count("Content-Length") + request.count("Transfer-Encoding") <= 1);
  LK_CHECK((framing.body == BodyKind::kChunked) == (request.count("Transfer-Encoding") == 1));
}

// The whole body, as the decoder gives it in the pieces.
std::pair<ChunkedDecoder::State, std::string> decode(std::string_view bytes, std::size_t cut) {
  ChunkedDecoder decoder;
  std::string data;
  for (std::string_view piece : {bytes.substr(0, cut), bytes.substr(cut)}) {
    for (;;) {
      const ChunkedDecoder::Step step = decoder.next(piece);
      LK_CHECK(step.consumed <= piece.size() && step.data.size() <= step.consumed);
      piece.remove_prefix(step.consumed);
      data += step.data;
      if (step.state == ChunkedDecoder::State::kDone || step.state == ChunkedDecoder::State::kBad) return {step.state, data};
      if (step.state == ChunkedDecoder::State::kNeedMore) break;
    }
  }
  return {ChunkedDecoder::State::kNeedMore, data};
}

}  // namespace
}  // namespace latchkey::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace latchkey::net;
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const std::size_t cut = std::size_t{bytes[0]} * input.size() / 255;

  HeadScanner whole, pieces;
  const HeadScanner::State state = scan(input, 0, whole);
  LK_CHECK(scan(input, cut, pieces) == state);
  if (state == HeadScanner::State::kComplete) {
    LK_CHECK(whole.length() == pieces.length());
    const std::string_view head = input.substr(0, whole.length());
    RequestHead request;
    if (const auto framing = parse_request_head(head, kMaxHeaders, request)) check_request(head, request, *framing);
    ResponseHead response;
    if (parse_response_head(head, kMaxHeaders, "GET", response)) LK_CHECK(response.status >= 100 && response.status <= 999);
  }
  const auto decoded = decode(input, 0);
  LK_CHECK(decode(input, cut) == decoded);
  return 0;
}
