// Bodies, both ways.
#include "net_fixture.h"

namespace latchkey::net {
namespace {

std::string post(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string text_of(std::size_t size) {
  std::string out;
  out.reserve(size);
  while (out.size() < size) out += static_cast<char>('a' + out.size() % 23);
  return out;
}

std::string chunked(const std::string& body, std::size_t chunk) {
  std::string out = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  char size[32];
  for (std::size_t at = 0; at < body.size(); at += chunk) {
    const std::string part = body.substr(at, chunk);
    std::snprintf(size, sizeof size, "%zx\r\n", part.size());
    out += size + part + "\r\n";
  }
  return out + "0\r\n\r\n";
}

TEST(RequestBody, OfAnySizeArrivesWhole) {
  ServerUnderTest server(echo);
  RawConnection connection = server.connect();
  for (const std::size_t size : {0u, 1u, 4'000u, 4'096u, 33'000u, 1'000'000u}) {
    const std::string body = text_of(size);
    EXPECT_EQ(connection.ask(post(body)).body, "POST /\n" + body) << size;
    EXPECT_EQ(connection.ask(chunked(body, 777)).body, "POST /\n" + body) << size;
  }
}

TEST(RequestBody, MayBeFollowedByTheNextRequestAtOnce) {
  ServerUnderTest server(echo);
  RawConnection connection = server.connect();
  const std::string body = text_of(50'000);
  connection.send(chunked(body, 10'000) + post("x") + chunked("y", 1) + kGet);
  EXPECT_EQ(connection.read_answer().body, "POST /\n" + body);
  EXPECT_EQ(connection.read_answer().body, "POST /\nx");
  EXPECT_EQ(connection.read_answer().body, "POST /\ny");
  EXPECT_EQ(connection.read_answer().body, "GET /\n");
}

TEST(RequestBody, IsAskedForWhenTheCallerWaits) {
  ServerUnderTest server(echo);
  RawConnection connection = server.connect();
  connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(connection.read_to("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.send("ab");
  EXPECT_EQ(connection.read_answer().body, "POST /\nab");
  // A caller that did not wait is not told to go on.
  EXPECT_EQ(connection.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nab").body, "POST /\nab");
}

TEST(RequestBody, ThatNobodyWantsIsNotAskedFor) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> { co_await exchange.respond({403, {}}, "no"); });
  RawConnection connection = server.connect();
  const Answer answer = connection.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.field("Connection"), "close");
}

TEST(RequestBody, LeftUnreadIsSkippedIfItIsShort) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> { co_await exchange.respond({403, {}}, "no"); });
  RawConnection connection = server.connect();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(connection.ask(post(text_of(40'000))).status, 403);
    EXPECT_EQ(connection.ask(chunked(text_of(40'000), 1'000)).status, 403);
  }
}

TEST(RequestBody, LeftUnreadAndLongEndsTheConnectionButNotTheAnswer) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> { co_await exchange.respond({403, {}}, "no"); });
  RawConnection connection = server.connect();
  connection.send(post(text_of(300'000)));
  const Answer answer = connection.read_answer();
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.field("Connection"), "close");
  connection.finish_sending();
  EXPECT_EQ(connection.read_all(), "");
}

TEST(RequestBody, BeyondTheMaximumIsTooLarge) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> {
    const auto body = co_await read_whole_body(exchange, 1'000);
    co_await exchange.respond({body ? 200 : body.error().code == ErrorCode::kTooLarge ? 413 : 500, {}}, "");
  });
  EXPECT_EQ(server.connect().ask(post(text_of(1'000))).status, 200);
  EXPECT_EQ(server.connect().ask(post(text_of(1'001))).status, 413);
  EXPECT_EQ(server.connect().ask(chunked(text_of(1'000), 100)).status, 200);
  EXPECT_EQ(server.connect().ask(chunked(text_of(1'001), 100)).status, 413);
  // Not even asked for.
  EXPECT_EQ(server.connect().ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n").status, 413);
}

TEST(RequestBody, ThatStallsIsATimeout) {
  ServerUnderTest server(echo, {.body_timeout_ms = 1});
  RawConnection connection = server.connect();
  EXPECT_EQ(connection.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na").status, 408);
}

TEST(RequestBody, ThatIsCutOffIsClosed) {
  std::promise<ErrorCode> seen;
  ServerUnderTest server([&](Exchange& exchange) -> Task<void> {
    const auto body = co_await read_whole_body(exchange, 1'000);
    seen.set_value(body ? ErrorCode::kInternal : body.error().code);
    co_await exchange.respond({400, {}}, "");
  });
  RawConnection connection = server.connect();
  connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
  connection.finish_sending();
  EXPECT_EQ(seen.get_future().get(), ErrorCode::kClosed);
  EXPECT_EQ(connection.read_answer().status, 400);
}

Task<void> in_parts(Exchange& exchange) {
  const bool counted = exchange.request().target == "/counted";
  const std::string part = text_of(30'000);
  co_await exchange.start({200, {}}, counted ? std::optional<std::uint64_t>(10 * part.size() + 3) : std::nullopt);
  for (int i = 0; i < 10; ++i) co_await exchange.write(part);
  co_await exchange.write("");
  co_await exchange.write("end");
  co_await exchange.finish();
}

TEST(AnswerBody, InPartsArrivesWhole) {
  ServerUnderTest server(in_parts);
  std::string expected;
  for (int i = 0; i < 10; ++i) expected += text_of(30'000);
  expected += "end";
  RawConnection connection = server.connect();
  const Answer counted = connection.ask("GET /counted HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(counted.field("Content-Length"), "300003");
  EXPECT_TRUE(counted.body == expected);
  const Answer chunks = connection.ask(kGet);
  EXPECT_EQ(chunks.field("Transfer-Encoding"), "chunked");
  EXPECT_TRUE(chunks.body == expected);
  // HTTP/1.0 has no chunks: the end of the connection is the end of the answer.
  const Answer old = connection.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(old.field("Transfer-Encoding"), "");
  EXPECT_EQ(old.field("Connection"), "close");
  EXPECT_TRUE(old.body == expected);
}

TEST(AnswerBody, LeavesBeforeTheHandlerWaits) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> {
    co_await exchange.start({200, {}}, std::nullopt);
    co_await exchange.write("first");
    co_await Loop::current().sleep_ms(3'600'000);
  });
  RawConnection connection = server.connect();
  connection.send(kGet);
  connection.read_to("\r\n\r\n");
  EXPECT_EQ(connection.read_exactly(10), "5\r\nfirst\r\n");
}

TEST(AnswerBody, ThatIsAbandonedCannotBeTakenForWhole) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> {
    co_await exchange.start({200, {}}, exchange.request().target == "/counted" ? std::optional<std::uint64_t>(100) : std::nullopt);
    co_await exchange.write("part");
    if (exchange.request().target == "/abort") exchange.abort();
  });
  for (const char* target : {"/", "/counted", "/abort"}) {
    for (const char* version : {"1.1", "1.0"}) {
      RawConnection connection = server.connect();
      connection.send("GET " + std::string(target) + " HTTP/" + version + "\r\nHost: a\r\n\r\n");
      const std::string all = connection.read_all();
      EXPECT_EQ(all.find("0\r\n\r\n"), std::string::npos) << target << version;
      EXPECT_TRUE(connection.was_reset()) << target << version;
    }
  }
}

TEST(AnswerBody, OfAnotherLengthThanAnnouncedIsCutOff) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> {
    co_await exchange.start({200, {}}, 5);
    const bool longer = exchange.request().target == "/longer";
    const auto wrote = co_await exchange.write(longer ? "123456" : "1234");
    EXPECT_EQ(wrote.has_value(), !longer);
    if (longer) co_return;
    const auto finished = co_await exchange.finish();
    EXPECT_FALSE(finished);
  });
  for (const char* target : {"/longer", "/shorter"}) {
    RawConnection connection = server.connect();
    connection.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    connection.read_all();
    EXPECT_TRUE(connection.was_reset()) << target;
  }
}

TEST(AnswerBody, ThatNobodyReadsEndsWithAnError) {
  std::promise<ErrorCode> seen;
  ServerUnderTest server(
      [&](Exchange& exchange) -> Task<void> {
        co_await exchange.start({200, {}}, std::nullopt);
        const std::string part(1'000'000, 'x');
        for (;;) {
          const auto wrote = co_await exchange.write(part);
          if (wrote) continue;
          seen.set_value(wrote.error().code);
          co_return;
        }
      },
      {.body_timeout_ms = 1});
  RawConnection connection = server.connect();
  connection.send(kGet);
  EXPECT_EQ(seen.get_future().get(), ErrorCode::kTimeout);
}

TEST(AnswerBody, ToACallerThatHasLeftEndsWithAnError) {
  std::promise<ErrorCode> seen;
  ServerUnderTest server([&](Exchange& exchange) -> Task<void> {
    co_await exchange.start({200, {}}, std::nullopt);
    const std::string part(1'000'000, 'x');
    for (;;) {
      const auto wrote = co_await exchange.write(part);
      if (wrote) continue;
      seen.set_value(wrote.error().code);
      co_return;
    }
  });
  RawConnection connection = server.connect();
  connection.send(kGet);
  connection.read_some();
  connection.close_with_reset();
  EXPECT_EQ(seen.get_future().get(), ErrorCode::kClosed);
}

}  // namespace
}  // namespace latchkey::net
