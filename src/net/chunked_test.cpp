#include "net/chunked.h"

#include <gtest/gtest.h>

#include <vector>

namespace latchkey::net {
namespace {

struct Decoded {
  ChunkedDecoder::State state;
  std::string data;
  std::size_t consumed;
};

// Feeds the pieces one after the other, as they would arrive.
Decoded decode(const std::vector<std::string_view>& pieces) {
  ChunkedDecoder decoder;
  Decoded out{ChunkedDecoder::State::kNeedMore, {}, 0};
  for (std::string_view piece : pieces) {
    for (;;) {
      const auto step = decoder.next(piece);
      out.state = step.state;
      out.consumed += step.consumed;
      out.data += step.data;
      piece.remove_prefix(step.consumed);
      if (step.state != ChunkedDecoder::State::kData) break;
    }
    if (out.state != ChunkedDecoder::State::kNeedMore) break;
  }
  return out;
}

TEST(ChunkedDecoder, ReadsTheSameWhereverTheBytesAreCut) {
  const std::string_view body = "5\r\nhello\r\n00A;x=\"1\"\r\n, world!!!\r\n1\r\n.\r\n0\r\nChecksum: 1\r\nOther:\r\n\r\n";
  for (std::size_t first = 0; first <= body.size(); ++first) {
    for (std::size_t second = first; second <= body.size(); ++second) {
      const Decoded out = decode({body.substr(0, first), body.substr(first, second - first), body.substr(second)});
      ASSERT_EQ(out.state, ChunkedDecoder::State::kDone) << first << " " << second;
      ASSERT_EQ(out.data, "hello, world!!!.");
      ASSERT_EQ(out.consumed, body.size());
    }
  }
}

TEST(ChunkedDecoder, ReadsByteByByte) {
  const std::string_view body = "1f\r\n0123456789012345678901234567890\r\n0\r\n\r\n";
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < body.size(); ++i) bytes.push_back(body.substr(i, 1));
  const Decoded out = decode(bytes);
  EXPECT_EQ(out.state, ChunkedDecoder::State::kDone);
  EXPECT_EQ(out.data.size(), 31u);
}

TEST(ChunkedDecoder, LeavesWhatFollowsTheBody) {
  const Decoded out = decode({"0\r\n\r\nGET / HTTP/1.1\r\n"});
  EXPECT_EQ(out.state, ChunkedDecoder::State::kDone);
  EXPECT_EQ(out.consumed, 5u);
}

TEST(ChunkedDecoder, WhateverHasTwoReadingsIsRefused) {
  using namespace std::string_view_literals;
  for (const std::string_view body : {
           "\r\n"sv, "g\r\n"sv, "-1\r\n"sv, "+1\r\n"sv, "0x1\r\n"sv, " 1\r\n"sv, "1 \r\n"sv, "1\n"sv, "1\r\r\n"sv, "1\rx"sv, "1\t;x\r\n"sv,
           "1\r\nab"sv, "1\r\na\n"sv, "1\r\na\r\r"sv, "1\r\na\r\n\r\n"sv, "1;a\nb\r\n"sv, "1;a\0b\r\n"sv, "0\r\n\n"sv, "0\r\n\rx"sv,
           "0\r\nX\r\n"sv, "0\r\n: 1\r\n"sv, "0\r\nX : 1\r\n"sv, "0\r\n X: 1\r\n"sv, "0\r\nX: a\nb\r\n"sv, "0\r\nX: a\0\r\n"sv,
           "1000000000000000\r\n"sv, "fffffffffffffffff\r\n"sv,
       }) {
    EXPECT_EQ(decode({body}).state, ChunkedDecoder::State::kBad) << body;
  }
}

TEST(ChunkedDecoder, StaysBad) {
  ChunkedDecoder decoder;
  EXPECT_EQ(decoder.next("x").state, ChunkedDecoder::State::kBad);
  EXPECT_EQ(decoder.next("0\r\n\r\n").state, ChunkedDecoder::State::kBad);
}

TEST(ChunkedDecoder, ExtensionsAndTrailersAreBounded) {
  const std::string much(9'000, 'a');
  EXPECT_EQ(decode({"1;" + much}).state, ChunkedDecoder::State::kBad);
  EXPECT_EQ(decode({"0\r\nX: " + much}).state, ChunkedDecoder::State::kBad);
  std::string many;
  for (int i = 0; i < 3'000; ++i) many += "1;ext\r\na\r\n";
  EXPECT_EQ(decode({many}).state, ChunkedDecoder::State::kBad);
}

TEST(ChunkSize, IsPlainHexadecimal) {
  std::string out;
  append_chunk_size(out, 0x1a2b);
  EXPECT_EQ(out, "1a2b\r\n");
}

}  // namespace
}  // namespace latchkey::net
