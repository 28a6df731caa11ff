#include "net/http_head.h"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

constexpr std::size_t kMaxHeaders = 100;

std::expected<Framing, HeadProblem> read_request(std::string_view head, RequestHead& out, std::size_t max_headers = kMaxHeaders) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(head), HeadScanner::State::kComplete) << head;
  EXPECT_EQ(scanner.length(), head.size()) << head;
  return parse_request_head(head, max_headers, out);
}

TEST(HeadScanner, FindsTheEndWhereverTheBytesAreCut) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string bytes = head + "GET /next";
  for (std::size_t first = 0; first <= head.size(); ++first) {
    for (std::size_t second = first; second <= head.size(); ++second) {
      HeadScanner scanner;
      const std::string_view all = bytes;
      const auto early = scanner.scan(all.substr(0, first));
      EXPECT_EQ(early == HeadScanner::State::kComplete, first == head.size());
      if (early == HeadScanner::State::kComplete) continue;
      if (scanner.scan(all.substr(0, second)) != HeadScanner::State::kComplete) {
        ASSERT_EQ(scanner.scan(all), HeadScanner::State::kComplete);
      }
      EXPECT_EQ(scanner.length(), head.size());
    }
  }
}

TEST(HeadScanner, KnowsWhetherTheFirstLineIsThere) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan("GET / HTT"), HeadScanner::State::kIncomplete);
  EXPECT_FALSE(scanner.has_first_line());
  EXPECT_EQ(scanner.scan("GET / HTTP/1.1\r\nHo"), HeadScanner::State::kIncomplete);
  EXPECT_TRUE(scanner.has_first_line());
}

TEST(HeadScanner, RefusesALineFeedWithoutCarriageReturn) {
  for (const char* bytes : {"GET / HTTP/1.1\n", "\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n"}) {
    HeadScanner scanner;
    EXPECT_EQ(scanner.scan(bytes), HeadScanner::State::kBareLf) << bytes;
  }
}

TEST(RequestHead, IsReadAsItIs) {
  RequestHead head;
  const auto framing = read_request("PATCH /a%2Fb?x=1&y HTTP/1.1\r\nhOsT: example.com:8080\r\nX-Empty:\r\nX-Blanks: \t a b \t \r\n\r\n", head);
  ASSERT_TRUE(framing);
  EXPECT_EQ(head.method, "PATCH");
  EXPECT_EQ(head.target, "/a%2Fb?x=1&y");
  EXPECT_EQ(head.minor_version, 1);
  ASSERT_EQ(head.headers.size(), 3u);
  EXPECT_EQ(head.headers[0].name, "hOsT");
  EXPECT_EQ(head.find("Host"), "example.com:8080");
  EXPECT_EQ(head.find("x-empty"), "");
  EXPECT_EQ(head.count("x-empty"), 1);
  EXPECT_EQ(head.count("missing"), 0);
  EXPECT_EQ(head.find("X-Blanks"), "a b");
  EXPECT_EQ(framing->body, BodyKind::kNone);
  EXPECT_TRUE(framing->keep_alive);
}

struct FramingRow {
  const char* head;
  BodyKind body;
  std::uint64_t length;
  bool keep_alive;
  bool expect_continue;
};

TEST(RequestHead, SaysHowTheMessageIsFramed) {
  const FramingRow rows[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", BodyKind::kNone, 0, true, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", BodyKind::kNone, 0, false, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE , y\r\n\r\n", BodyKind::kNone, 0, false, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", BodyKind::kNone, 0, false, false},
      {"GET / HTTP/1.0\r\n\r\n", BodyKind::kNone, 0, false, false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", BodyKind::kNone, 0, true, false},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", BodyKind::kNone, 0, true, false},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0042\r\n\r\n", BodyKind::kLength, 42, true, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n", BodyKind::kLength, 7, true, false},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", BodyKind::kChunked, 0, true, false},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", BodyKind::kChunked, 0, true, false},
      {"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n", BodyKind::kLength, 1, true, true},
      {"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", BodyKind::kNone, 0, true, false},
      {"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", BodyKind::kLength, 1, false, false},
  };
  for (const FramingRow& row : rows) {
    RequestHead head;
    const auto framing = read_request(row.head, head);
    ASSERT_TRUE(framing) << row.head << framing.error().detail;
    EXPECT_EQ(framing->body, row.body) << row.head;
    EXPECT_EQ(framing->length, row.length) << row.head;
    EXPECT_EQ(framing->keep_alive, row.keep_alive) << row.head;
    EXPECT_EQ(framing->expect_continue, row.expect_continue) << row.head;
  }
}

struct RefusedRow {
  std::string head;
  int status;
};

const std::string kGetLines = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kPostLines = "POST / HTTP/1.1\r\nHost: a\r\n";

void expect_refused(std::span<const RefusedRow> rows) {
  for (const RefusedRow& row : rows) {
    RequestHead head;
    const auto framing = read_request(row.head, head);
    ASSERT_FALSE(framing) << row.head;
    EXPECT_EQ(framing.error().status, row.status) << row.head << framing.error().detail;
    EXPECT_TRUE(framing.error().detail.ends_with('.')) << framing.error().detail;
  }
}

TEST(RequestHead, ARequestLineWithTwoReadingsIsRefused) {
  using namespace std::string_literals;
  const RefusedRow rows[] = {
      {"\r\n", 400},
      {"GET\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /#top HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s, 400},
      {"GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http://user@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.12\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/11\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.x\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
  };
  expect_refused(rows);
}

TEST(RequestHead, AFieldWithTwoReadingsIsRefused) {
  using namespace std::string_literals;
  const RefusedRow rows[] = {
      {kGetLines + "X : 1\r\n\r\n", 400},
      {kGetLines + "X\t: 1\r\n\r\n", 400},
      {kGetLines + ": 1\r\n\r\n", 400},
      {kGetLines + "X\r\n\r\n", 400},
      {kGetLines + "X@: 1\r\n\r\n", 400},
      {kGetLines + "X: 1\r\n 2\r\n\r\n", 400},
      {kGetLines + "X: 1\r\n\t2: 3\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {kGetLines + "X: a\rb\r\n\r\n", 400},
      {kGetLines + "X: 1\r\r\n\r\n", 400},
      {kGetLines + "X: a\0b\r\n\r\n"s, 400},
      {kGetLines + "X\0: a\r\n\r\n"s, 400},
      {kGetLines + "X: a\x7f\r\n\r\n", 400},
      {kGetLines + "X: a\x1b\r\n\r\n", 400},
  };
  expect_refused(rows);
}

TEST(RequestHead, AHostWithTwoReadingsIsRefused) {
  const RefusedRow rows[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {kGetLines + "Host: a\r\n\r\n", 400},
      {kGetLines + "host: b\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a?b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: \"a\"\r\n\r\n", 400},
  };
  expect_refused(rows);
}

TEST(RequestHead, AContentLengthWithTwoReadingsIsRefused) {
  const RefusedRow rows[] = {
      {kPostLines + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
      {kPostLines + "Content-Length: 1, 1\r\n\r\n", 400},
      {kPostLines + "Content-Length: +1\r\n\r\n", 400},
      {kPostLines + "Content-Length: -1\r\n\r\n", 400},
      {kPostLines + "Content-Length: 0x1\r\n\r\n", 400},
      {kPostLines + "Content-Length: 1 1\r\n\r\n", 400},
      {kPostLines + "Content-Length: 1.0\r\n\r\n", 400},
      {kPostLines + "Content-Length:\r\n\r\n", 400},
      {kPostLines + "Content-Length: 18446744073709551616\r\n\r\n", 413},
      {kPostLines + "Content-Length: 99999999999999999999999999\r\n\r\n", 413},
  };
  expect_refused(rows);
}

TEST(RequestHead, ATransferEncodingWithTwoReadingsIsRefused) {
  const RefusedRow rows[] = {
      {kPostLines + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {kPostLines + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", 400},
      {kPostLines + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {kPostLines + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {kPostLines + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {kPostLines + "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
      {kPostLines + "Transfer-Encoding: chunked;q=1\r\n\r\n", 501},
      {kPostLines + "Transfer-Encoding: \"chunked\"\r\n\r\n", 501},
      {kPostLines + "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {kPostLines + "Transfer-Encoding: \x0b" "chunked\r\n\r\n", 400},
      {kPostLines + "Transfer-Encoding:\r\n\r\n", 501},
  };
  expect_refused(rows);
}

TEST(RequestHead, AnUnknownExpectationIsRefused) {
  const RefusedRow rows[] = {
      {kPostLines + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", 417},
  };
  expect_refused(rows);
}

TEST(RequestHead, AnAbsoluteTargetMustNameTheSameHost) {
  RequestHead head;
  ASSERT_TRUE(read_request("GET HTTP://A.example:80/x HTTP/1.1\r\nHost: a.EXAMPLE:80\r\n\r\n", head));
  EXPECT_EQ(head.target, "HTTP://A.example:80/x");
  EXPECT_TRUE(read_request("GET https://a?x HTTP/1.1\r\nHost: a\r\n\r\n", head));
  EXPECT_TRUE(read_request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", head));
}

TEST(RequestHead, TooManyFieldsAre431) {
  std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 4; ++i) text += "X: 1\r\n";
  text += "\r\n";
  RequestHead head;
  EXPECT_TRUE(read_request(text, head, 5));
  const auto refused = read_request(text, head, 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 431);
}

struct ResponseRow {
  const char* head;
  const char* method;
  int status;
  BodyKind body;
  std::uint64_t length;
  bool keep_alive;
};

TEST(ResponseHead, SaysHowTheMessageIsFramed) {
  const ResponseRow rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "GET", 200, BodyKind::kLength, 5, true},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "GET", 200, BodyKind::kLength, 0, true},
      {"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n", "GET", 200, BodyKind::kLength, 5, true},
      {"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n", "GET", 200, BodyKind::kChunked, 0, true},
      {"HTTP/1.1 200 OK\r\n\r\n", "GET", 200, BodyKind::kUntilClose, 0, false},
      {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", "GET", 200, BodyKind::kUntilClose, 0, false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", "GET", 200, BodyKind::kLength, 5, false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", "GET", 200, BodyKind::kLength, 5, true},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", "GET", 200, BodyKind::kLength, 5, false},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD", 200, BodyKind::kNone, 5, true},
      {"HTTP/1.1 200 OK\r\n\r\n", "HEAD", 200, BodyKind::kNone, 0, true},
      {"HTTP/1.1 204 No Content\r\n\r\n", "GET", 204, BodyKind::kNone, 0, true},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "GET", 304, BodyKind::kNone, 9, true},
      {"HTTP/1.1 100 Continue\r\n\r\n", "GET", 100, BodyKind::kNone, 0, true},
      {"HTTP/1.1 599 \xe2\x98\x83\r\nContent-Length: 1\r\n\r\n", "GET", 599, BodyKind::kLength, 1, true},
  };
  for (const ResponseRow& row : rows) {
    ResponseHead head;
    const auto framing = parse_response_head(row.head, kMaxHeaders, row.method, head);
    ASSERT_TRUE(framing) << row.head << framing.error().detail;
    EXPECT_EQ(head.status, row.status) << row.head;
    EXPECT_EQ(framing->body, row.body) << row.head;
    EXPECT_EQ(framing->length, row.length) << row.head;
    EXPECT_EQ(framing->keep_alive, row.keep_alive) << row.head;
  }
}

TEST(ResponseHead, WhateverHasTwoReadingsIsRefused) {
  for (const char* text : {
           "\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
           "HTTP/2.0 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "HTTP/1.1 099 x\r\n\r\n", "HTTP/1.1 200 a\rb\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
           "HTTP/1.1 200 OK\r\nX : 1\r\n\r\n", "HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\n\r\n",
       }) {
    ResponseHead head;
    EXPECT_FALSE(parse_response_head(text, kMaxHeaders, "GET", head)) << text;
  }
}

}  // namespace
}  // namespace latchkey::net
