// What calling an upstream guarantees, against an upstream that the test plays by hand.
#include "net/upstream.h"

#include "net_fixture.h"

namespace latchkey::net {
namespace {

struct Called {
  std::optional<ErrorCode> failure;
  std::string message;
  bool reused = false;
  int status = 0;
  std::optional<std::uint64_t> content_length;
  std::string body;
};

struct Request {
  std::string method = "GET";
  std::string target = "/";
  std::vector<Header> headers = {};
  BodyFraming framing = BodyFraming::none();
  std::vector<std::string> parts = {};
  bool fresh = false;
};

Task<Called> call(UpstreamPool& pool, Request request) {
  Called out;
  const auto failed = [&out](const Error& error) {
    out.failure = error.code;
    out.message = error.message;
    return out;
  };
  auto opened = co_await pool.open(request.fresh);
  if (!opened) co_return failed(opened.error());
  UpstreamCall& upstream = **opened;
  out.reused = upstream.reused();
  if (auto sent = co_await upstream.send_head(request.method, request.target, request.headers, request.framing); !sent) {
    co_return failed(sent.error());
  }
  for (const std::string& part : request.parts) {
    if (auto sent = co_await upstream.write_body(part); !sent) co_return failed(sent.error());
  }
  if (auto sent = co_await upstream.finish_body(); !sent) co_return failed(sent.error());
  const auto head = co_await upstream.read_head();
  if (!head) co_return failed(head.error());
  out.status = (*head)->status;
  out.content_length = upstream.content_length();
  for (;;) {
    const auto part = co_await upstream.read_body();
    if (!part) co_return failed(part.error());
    if (part->empty()) co_return out;
    out.body += *part;
  }
}

// An upstream of the test's own, and a pool that calls it.
class UpstreamTest : public ::testing::Test {
 protected:
  ~UpstreamTest() override {
    loops.stop();
  }
  Url url() const { return Url::parse("http://127.0.0.1:" + std::to_string(upstream.port()) + "/base").value(); }
  std::future<Called> begin(Request request = {}) {
    return std::async(std::launch::async, [this, request] {
      return run_on<Called>(loops.first(), [this, request] { return call(pool, request); });
    });
  }

  RawServer upstream;
  UpstreamLimits limits;
  UpstreamPool pool{url(), {.connect_timeout_ms = 10'000, .idle_timeout_ms = 60'000, .max_idle = 2, .max_open = 3}};
  Loops loops;
};

TEST_F(UpstreamTest, SendsHeadAndBodyAndReadsTheAnswer) {
  auto called = begin({.method = "POST",
                       .target = "/base/x?y=1",
                       .headers = {{"X-One", "1"}, {"host", "evil"}, {"Content-Length", "9"}, {"connection", "close"}},
                       .framing = BodyFraming::of_length(6),
                       .parts = {"abc", "def"}});
  RawConnection connection = upstream.accept();
  EXPECT_EQ(connection.read_to("\r\n\r\n"), "POST /base/x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(upstream.port()) +
                                                "\r\nX-One: 1\r\nContent-Length: 6\r\n\r\n");
  EXPECT_EQ(connection.read_exactly(6), "abcdef");
  connection.send("HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello");
  const Called out = called.get();
  EXPECT_EQ(out.status, 201);
  EXPECT_EQ(out.content_length, 5u);
  EXPECT_EQ(out.body, "hello");
}

TEST_F(UpstreamTest, SendsChunks) {
  auto called = begin({.method = "PUT", .framing = BodyFraming::chunked(), .parts = {"abc", "", std::string(20, 'x')}});
  RawConnection connection = upstream.accept();
  EXPECT_NE(connection.read_to("\r\n\r\n").find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(connection.read_to("0\r\n\r\n"), "3\r\nabc\r\n14\r\nxxxxxxxxxxxxxxxxxxxx\r\n0\r\n\r\n");
  connection.send("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(called.get().status, 204);
}

TEST_F(UpstreamTest, ARequestWithoutBodySaysSoWhereOneIsUsual) {
  auto called = begin({.method = "POST"});
  RawConnection connection = upstream.accept();
  EXPECT_NE(connection.read_to("\r\n\r\n").find("Content-Length: 0\r\n"), std::string::npos);
  connection.send("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(called.get().status, 204);
}

TEST_F(UpstreamTest, AConnectionIsUsedAgain) {
  auto first = begin();
  RawConnection connection = upstream.accept();
  for (int i = 0; i < 3; ++i) {
    connection.read_to("\r\n\r\n");
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    const Called out = first.get();
    EXPECT_EQ(out.body, "ok");
    EXPECT_EQ(out.reused, i > 0);
    first = begin();
  }
  connection.read_to("\r\n\r\n");
  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(first.get().reused);
}

TEST_F(UpstreamTest, FreshMeansANewConnection) {
  auto first = begin();
  RawConnection one = upstream.accept();
  one.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(first.get().status, 200);
  auto second = begin({.fresh = true});
  RawConnection two = upstream.accept();
  two.send("HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n");
  const Called out = second.get();
  EXPECT_EQ(out.status, 201);
  EXPECT_FALSE(out.reused);
}

// What makes a connection unfit for another call.
TEST_F(UpstreamTest, AConnectionThatIsNotCleanIsNotUsedAgain) {
  const std::pair<const char*, bool> answers[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", false},
      {"HTTP/1.1 204 No Content\r\n\r\nbody", false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok", true},
  };
  for (const auto& [answer, reusable] : answers) {
    auto first = begin({.fresh = true});
    RawConnection one = upstream.accept();
    one.send(answer);
    EXPECT_FALSE(first.get().failure) << answer;
    auto second = begin();
    if (reusable) {
      one.read_to("\r\n\r\n");
      one.read_to("\r\n\r\n");
      one.send("HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    } else {
      RawConnection two = upstream.accept();
      two.send("HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }
    const Called out = second.get();
    EXPECT_EQ(out.status, 202) << answer;
    EXPECT_EQ(out.reused, reusable) << answer;
  }
}

TEST_F(UpstreamTest, AConnectionClosedWhileIdleIsDiscarded) {
  auto first = begin();
  {
    RawConnection one = upstream.accept();
    one.read_to("\r\n\r\n");
    one.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(first.get().status, 200);
    one.finish_sending();
  }
  auto second = begin();
  RawConnection two = upstream.accept();
  two.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
  const Called out = second.get();
  EXPECT_EQ(out.status, 202);
  EXPECT_FALSE(out.reused);
}

TEST_F(UpstreamTest, AReusedConnectionThatFailsSaysThatItWasReused) {
  auto first = begin();
  RawConnection one = upstream.accept();
  one.read_to("\r\n\r\n");
  one.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(first.get().status, 200);
  auto second = begin();
  one.read_to("\r\n\r\n");
  one.close_with_reset();
  const Called out = second.get();
  EXPECT_TRUE(out.reused);
  EXPECT_EQ(out.failure, ErrorCode::kClosed);
}

TEST_F(UpstreamTest, AnAnswerWithoutLengthEndsWithTheConnection) {
  auto called = begin();
  {
    RawConnection connection = upstream.accept();
    connection.read_to("\r\n\r\n");
    connection.send("HTTP/1.1 200 OK\r\n\r\nall of it");
    connection.finish_sending();
    const Called out = called.get();
    EXPECT_EQ(out.body, "all of it");
    EXPECT_EQ(out.content_length, std::nullopt);
  }
}

TEST_F(UpstreamTest, AnswersWithoutBody) {
  for (const char* method : {"HEAD", "GET"}) {
    auto called = begin({.method = method});
    RawConnection connection = upstream.accept();
    connection.read_to("\r\n\r\n");
    const bool to_head = std::string(method) == "HEAD";
    connection.send(to_head ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n"
                            : "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n");
    const Called out = called.get();
    EXPECT_EQ(out.status, to_head ? 200 : 304);
    EXPECT_EQ(out.content_length, 1000u);
    EXPECT_EQ(out.body, "");
  }
}

TEST_F(UpstreamTest, InterimAnswersAreSkipped) {
  auto called = begin();
  RawConnection connection = upstream.accept();
  connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const Called out = called.get();
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(out.body, "ok");
}

TEST_F(UpstreamTest, AnAnswerWithTwoReadingsIsCorrupt) {
  for (const char* answer : {
           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
           "HTTP/1.1 101 Switching Protocols\r\n\r\n",
           "HTTP/2 200 OK\r\n\r\n",
           "nonsense\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
       }) {
    auto called = begin();
    RawConnection connection = upstream.accept();
    connection.read_to("\r\n\r\n");
    connection.send(answer);
    EXPECT_EQ(called.get().failure, ErrorCode::kCorrupt) << answer;
  }
}

TEST_F(UpstreamTest, HeadsAreBounded) {
  auto endless = begin();
  RawConnection one = upstream.accept();
  one.read_to("\r\n\r\n");
  one.try_send("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'));
  EXPECT_EQ(endless.get().failure, ErrorCode::kCorrupt);

  auto interim = begin();
  RawConnection two = upstream.accept();
  two.read_to("\r\n\r\n");
  std::string heads;
  for (int i = 0; i < 20; ++i) heads += "HTTP/1.1 100 Continue\r\n\r\n";
  two.send(heads);
  EXPECT_EQ(interim.get().failure, ErrorCode::kCorrupt);
}

TEST_F(UpstreamTest, ACutOffAnswerIsClosed) {
  for (const char* answer : {"", "HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhal\r\n"}) {
    auto called = begin();
    RawConnection connection = upstream.accept();
    connection.read_to("\r\n\r\n");
    connection.send(answer);
    connection.finish_sending();
    EXPECT_EQ(called.get().failure, ErrorCode::kClosed) << answer;
  }
}

TEST_F(UpstreamTest, LargeBodiesPassBothWays) {
  const std::string part(100'000, 'p');
  auto called = begin({.method = "POST", .framing = BodyFraming::of_length(10 * part.size()), .parts = std::vector<std::string>(10, part)});
  RawConnection connection = upstream.accept();
  connection.read_to("\r\n\r\n");
  EXPECT_EQ(connection.read_exactly(10 * part.size()).size(), 10 * part.size());
  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
  for (int i = 0; i < 10; ++i) connection.send(part);
  EXPECT_EQ(called.get().body.size(), 1'000'000u);
}

TEST_F(UpstreamTest, ABodyShorterThanAnnouncedIsAnError) {
  auto called = begin({.method = "POST", .framing = BodyFraming::of_length(10), .parts = {"abc"}});
  RawConnection connection = upstream.accept();
  EXPECT_EQ(called.get().failure, ErrorCode::kInternal);
  connection.read_all();
}

TEST_F(UpstreamTest, AnEarlyAnswerCanBeReadAlthoughTheBodyWasNotTaken) {
  auto out = std::async(std::launch::async, [this] {
    return run_on<int>(loops.first(), [this]() -> Task<int> {
      auto upstream_call = co_await pool.open();
      (void)co_await (*upstream_call)->send_head("POST", "/", {}, BodyFraming::of_length(100'000'000));
      (void)co_await (*upstream_call)->write_body("begun");
      const auto head = co_await (*upstream_call)->read_head();
      co_return head ? (*head)->status : 0;
    });
  });
  RawConnection connection = upstream.accept();
  connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(out.get(), 413);
}

TEST_F(UpstreamTest, OnlySoManyConnectionsAreOpen) {
  std::vector<std::future<Called>> calls;
  std::vector<RawConnection> connections;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(begin());
    connections.push_back(upstream.accept());
  }
  EXPECT_EQ(begin().get().failure, ErrorCode::kUnavailable);
  for (std::size_t i = 0; i < 3; ++i) {
    connections[i].send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(calls[i].get().status, 200);
  }
  // Two are kept idle; a fresh one makes one of them go when all places are taken.
  std::vector<std::future<Called>> again;
  again.push_back(begin({.fresh = true}));
  connections.push_back(upstream.accept());
  again.push_back(begin({.fresh = true}));
  connections.push_back(upstream.accept());
  for (std::size_t i = 0; i < 2; ++i) {
    connections[3 + i].send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(again[i].get().status, 200);
  }
}

TEST_F(UpstreamTest, NobodyThereIsUnavailable) {
  upstream.stop_listening();
  const Called out = begin().get();
  EXPECT_EQ(out.failure, ErrorCode::kUnavailable);
  EXPECT_NE(out.message.find("127.0.0.1 port " + std::to_string(upstream.port())), std::string::npos) << out.message;
}

TEST_F(UpstreamTest, ANameIsResolvedAndAllItsAddressesAreTried) {
  // "localhost" has ::1 before 127.0.0.1 where there is IPv6; the test listens on the second only.
  UpstreamPool named(Url::parse("http://localhost:" + std::to_string(upstream.port())).value(), {});
  auto called = std::async(std::launch::async, [&] { return run_on<Called>(loops.first(), [&] { return call(named, {}); }); });
  RawConnection connection = upstream.accept();
  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(called.get().status, 200);
  loops.stop();
}

TEST_F(UpstreamTest, SilenceIsATimeout) {
  UpstreamPool impatient(url(), {.head_timeout_ms = 1, .body_timeout_ms = 1});
  const auto attempt = [&] { return run_on<Called>(loops.first(), [&] { return call(impatient, {}); }); };
  auto head = std::async(std::launch::async, attempt);
  RawConnection one = upstream.accept();
  EXPECT_EQ(head.get().failure, ErrorCode::kTimeout);

  UpstreamPool patient(url(), {.body_timeout_ms = 1});
  auto body = std::async(std::launch::async, [&] { return run_on<Called>(loops.first(), [&] { return call(patient, {}); }); });
  RawConnection two = upstream.accept();
  two.read_to("\r\n\r\n");
  two.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal");
  EXPECT_EQ(body.get().failure, ErrorCode::kTimeout);
  loops.stop();
}

TEST_F(UpstreamTest, IdleConnectionsAreClosedAfterAWhile) {
  UpstreamPool brief(url(), {.idle_timeout_ms = 1});
  auto called = std::async(std::launch::async, [&] { return run_on<Called>(loops.first(), [&] { return call(brief, {}); }); });
  RawConnection connection = upstream.accept();
  connection.read_to("\r\n\r\n");
  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(called.get().status, 200);
  EXPECT_EQ(connection.read_all(), "");
  loops.stop();
}

TEST_F(UpstreamTest, ACallInFlightEndsWithItsLoop) {
  loops.first().post([this] {
    detach([](UpstreamPool& p) -> Task<void> {
      const Request request;
      (void)co_await call(p, request);
    }(pool));
  });
  RawConnection connection = upstream.accept();
  connection.read_to("\r\n\r\n");
  loops.stop();
  EXPECT_EQ(connection.read_all(), "");
}

}  // namespace
}  // namespace latchkey::net
