// Requests with two readings never reach the handler, and end the connection. What is refused in detail is in
// http_head_test.cpp and chunked_test.cpp; here it is that the server asks them.
#include <nlohmann/json.hpp>

#include "net_fixture.h"

namespace latchkey::net {
namespace {

struct Row {
  std::string bytes;
  int status;
  const char* code;
};

TEST(Strictness, ARefusedRequestIsAProblemDocumentAndTheEndOfTheConnection) {
  int handled = 0;
  ServerUnderTest server([&](Exchange& exchange) -> Task<void> {
    ++handled;
    co_await exchange.respond({200, {}}, "");
  });
  const Row rows[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400, "bad_request"},
      {"GET / HTTP/1.1\nHost: a\n\n", 400, "bad_request"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "bad_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, "bad_request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, "not_implemented"},
      {"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501, "not_implemented"},
      {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "version_not_supported"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413, "body_too_large"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: tea\r\n\r\n", 417, "expectation_failed"},
      {"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"},
      {"\x16\x03\x01\x02\x0a\x00\r\n", 400, "bad_request"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version_not_supported"},
  };
  std::uint64_t refused = 0;
  for (const Row& row : rows) {
    RawConnection connection = server.connect();
    connection.send(row.bytes + kGet);
    const Answer answer = connection.read_answer();
    EXPECT_EQ(answer.status, row.status) << row.bytes;
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json") << row.bytes;
    EXPECT_EQ(answer.field("Connection"), "close");
    const auto problem = nlohmann::json::parse(answer.body);
    EXPECT_EQ(problem["code"], row.code) << row.bytes;
    EXPECT_EQ(problem["request_id"], answer.field("X-Request-Id"));
    connection.finish_sending();
    EXPECT_EQ(connection.read_all(), "") << row.bytes;
    EXPECT_FALSE(connection.was_reset()) << row.bytes;
    EXPECT_EQ(server.server.counters().bad_requests, ++refused);
  }
  EXPECT_EQ(handled, 0);
}

TEST(Strictness, AHeadTooLongIs431AndALineTooLong414) {
  ServerUnderTest server(echo, {.max_head_bytes = 1024});
  const std::string long_text(2'000, 'a');
  RawConnection head = server.connect();
  EXPECT_EQ(head.ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + long_text).status, 431);
  RawConnection line = server.connect();
  EXPECT_EQ(line.ask("GET /" + long_text).status, 414);
  RawConnection complete = server.connect();
  EXPECT_EQ(complete.ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + long_text + "\r\n\r\n").status, 431);
}

TEST(Strictness, AHeadOfExactlyTheLimitPasses) {
  ServerUnderTest server(echo, {.max_head_bytes = 16 * 1024});
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const std::string end = "\r\n\r\n";
  RawConnection good = server.connect();
  const std::string exact = head + std::string(16 * 1024 - head.size() - end.size(), 'x') + end;
  EXPECT_EQ(good.ask(exact).status, 200);
  EXPECT_EQ(good.ask(exact).status, 200);
  RawConnection bad = server.connect();
  EXPECT_EQ(bad.ask(head + "x" + exact.substr(head.size())).status, 431);
}

TEST(Strictness, TooManyFieldsAre431) {
  ServerUnderTest server(echo, {.max_headers = 10});
  std::string request = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 10; ++i) request += "X: 1\r\n";
  RawConnection connection = server.connect();
  EXPECT_EQ(connection.ask(request + "\r\n").status, 431);
}

TEST(Strictness, AMalformedChunkEndsTheConnectionAfterTheAnswer) {
  ServerUnderTest server(echo);
  RawConnection connection = server.connect();
  const Answer answer = connection.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nX\r\n" + kGet);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.field("Connection"), "close");
  connection.finish_sending();
  EXPECT_EQ(connection.read_all(), "");
}

}  // namespace
}  // namespace latchkey::net
