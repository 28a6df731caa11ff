#include "net/chunked.h"

#include <algorithm>
#include <charconv>

#include "net/http_head.h"

namespace latchkey::net {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

ChunkedDecoder::Step ChunkedDecoder::next(std::string_view in) {
  std::size_t i = 0;
  while (i < in.size() && at_ != At::kDone && at_ != At::kBad) {
    if (at_ == At::kData) {
      const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - i));
      left_ -= taken;
      if (left_ == 0) at_ = At::kDataCr;
      return {State::kData, in.substr(i, taken), i + taken};
    }
    at_ = advance(in[i++]);
  }
  const State state = at_ == At::kDone ? State::kDone : at_ == At::kBad ? State::kBad : State::kNeedMore;
  return {state, {}, i};
}

ChunkedDecoder::At ChunkedDecoder::advance(char c) {
  const int hex = hex_value(c);
  const auto expect = [c](char wanted, At then) { return c == wanted ? then : At::kBad; };
  switch (at_) {
    case At::kSizeStart:
      if (hex < 0) return At::kBad;
      left_ = static_cast<std::uint64_t>(hex);
      digits_ = 1;
      return At::kSize;
    case At::kSize:
      if (hex >= 0) {
        if (++digits_ > 15) return At::kBad;
        left_ = left_ * 16 + static_cast<std::uint64_t>(hex);
        return At::kSize;
      }
      if (c == ';') return At::kExtension;
      return expect('\r', At::kSizeLf);
    case At::kExtension:
      if (c == '\r') return At::kSizeLf;
      return is_field_value({&c, 1}) && ++ignored_ <= kMaxIgnored ? At::kExtension : At::kBad;
    case At::kSizeLf: return expect('\n', left_ == 0 ? At::kLineStart : At::kData);
    case At::kDataCr: return expect('\r', At::kDataLf);
    case At::kDataLf: return expect('\n', At::kSizeStart);
    case At::kLineStart:
      if (c == '\r') return At::kEndLf;
      [[fallthrough]];
    case At::kTrailerName:
      if (c == ':' && at_ == At::kTrailerName) return At::kTrailerValue;
      return is_token({&c, 1}) && ++ignored_ <= kMaxIgnored ? At::kTrailerName : At::kBad;
    case At::kTrailerValue:
      if (c == '\r') return At::kTrailerLf;
      return is_field_value({&c, 1}) && ++ignored_ <= kMaxIgnored ? At::kTrailerValue : At::kBad;
    case At::kTrailerLf: return expect('\n', At::kLineStart);
    case At::kEndLf: return expect('\n', At::kDone);
    case At::kData:
    case At::kDone:
    case At::kBad: break;
  }
  return At::kBad;
}

void append_chunk_size(std::string& out, std::size_t size) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, size, 16).ptr;
  out.append(digits, end);
  out += "\r\n";
}

}  // namespace latchkey::net
