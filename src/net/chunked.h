// The chunked transfer coding (RFC 9112, 7.1), read strictly and in whatever pieces the bytes arrive.
//
//   ChunkedDecoder decoder;
//   for (;;) {
//     auto step = decoder.next(bytes);
//     bytes.remove_prefix(step.consumed);
//     if (step.state == kData) use(step.data); else break;   // kNeedMore, kDone, kBad
//   }
//
// Sizes are plain hexadecimal, lines end with CRLF, extensions and trailer fields are checked, bounded and dropped.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey::net {

class ChunkedDecoder {
 public:
  enum class State { kNeedMore, kData, kDone, kBad };
  struct Step {
    State state;
    std::string_view data;  // for kData; a part of the input
    std::size_t consumed;   // of the input
  };
  Step next(std::string_view in);
  void reset() { *this = {}; }

 private:
  enum class At : std::uint8_t {
    kSizeStart, kSize, kExtension, kSizeLf, kData, kDataCr, kDataLf,
    kLineStart, kTrailerName, kTrailerValue, kTrailerLf, kEndLf, kDone, kBad,
  };
  At advance(char c);

  // Extensions and trailers together; they carry nothing that we use.
  static constexpr std::uint32_t kMaxIgnored = 8 * 1024;
  std::uint64_t left_ = 0;  // of the chunk's data; or its size while that is being read
  std::uint32_t ignored_ = 0;
  std::uint8_t digits_ = 0;
  At at_ = At::kSizeStart;
};

// "1a2b\r\n": what precedes a chunk of this size.
void append_chunk_size(std::string& out, std::size_t size);
constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace latchkey::net
