// What a server guarantees about connections and answers, over real sockets.
#include <sys/resource.h>

#include <atomic>

#include "net/task.h"
#include "net_fixture.h"

namespace latchkey::net {
namespace {

using ::testing::Test;

TEST(Server, AnswersOneRequestAfterTheOther) {
  ServerUnderTest server(echo);
  RawConnection connection = server.connect();
  for (int i = 0; i < 3; ++i) {
    const Answer answer = connection.ask("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /" + std::to_string(i) + "\n");
    EXPECT_EQ(answer.field("Server"), "test");
    EXPECT_EQ(answer.field("Content-Type"), "text/plain");
    EXPECT_EQ(answer.field("Date").size(), 29u);
    EXPECT_EQ(answer.field("Connection"), "");
  }
  const ServerCounters counters = server.server.counters();
  EXPECT_EQ(counters.accepted, 1u);
  EXPECT_EQ(counters.requests, 3u);
  EXPECT_EQ(counters.open_connections, 1u);
}

TEST(Server, KnowsItsPeer) {
  Peer seen;
  ServerUnderTest server([&](Exchange& exchange) -> Task<void> {
    seen = exchange.peer();
    co_await exchange.respond({204, {}}, "");
  });
  EXPECT_EQ(server.connect().ask(kGet).status, 204);
  EXPECT_EQ(seen.address.to_string(), "127.0.0.1");
  EXPECT_NE(seen.port, 0);
  EXPECT_FALSE(seen.tls);
}

TEST(Server, PipelinedRequestsAreAnsweredInOrder) {
  ServerUnderTest server(echo);
  RawConnection connection = server.connect();
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  connection.send(requests);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(connection.read_answer().body, "GET /" + std::to_string(i) + "\n");
}

TEST(Server, AnAnswerHeldBackForThePipelineDoesNotWaitForTheNextHandler) {
  std::promise<Exchange*> waiting;
  ServerUnderTest server([&](Exchange& exchange) -> Task<void> {
    if (exchange.request().target == "/slow") co_await Loop::current().sleep_ms(3'600'000);
    co_await exchange.respond({200, {}}, "quick");
  });
  RawConnection connection = server.connect();
  connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(connection.read_answer().body, "quick");
}

TEST(Server, ARequestMayArriveByteByByte) {
  ServerUnderTest server(echo);
  RawConnection connection = server.connect();
  for (const char c : std::string("\r\nPOST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")) connection.send({&c, 1});
  EXPECT_EQ(connection.read_answer().body, "POST /x\nabc");
}

TEST(Server, CloseIsHonouredAndAnnounced) {
  ServerUnderTest server(echo);
  RawConnection connection = server.connect();
  const Answer answer = connection.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(connection.read_all(), "");
  EXPECT_FALSE(connection.was_reset());
}

TEST(Server, Http10ClosesUnlessAskedToStay) {
  ServerUnderTest server(echo);
  RawConnection once = server.connect();
  EXPECT_EQ(once.ask("GET / HTTP/1.0\r\n\r\n").field("Connection"), "close");
  EXPECT_EQ(once.read_all(), "");

  RawConnection stays = server.connect();
  EXPECT_EQ(stays.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").field("Connection"), "keep-alive");
  EXPECT_EQ(stays.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").status, 200);
}

TEST(Server, HeadGetsTheHeadOnly) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> {
    if (exchange.request().target == "/parts") {
      co_await exchange.start({200, {}}, std::nullopt);
      co_await exchange.write("body");
      co_await exchange.finish();
      co_return;
    }
    co_await exchange.respond({200, {}}, "body");
  });
  RawConnection connection = server.connect();
  connection.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(connection.read_answer(true).field("Content-Length"), "4");
  connection.send("HEAD /parts HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(connection.read_answer(true).status, 200);
  EXPECT_EQ(connection.ask(kGet).body, "body");
}

TEST(Server, AnswersWithoutContentHaveNoLength) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> {
    co_await exchange.respond({exchange.request().target == "/304" ? 304 : 204, {}}, "left out");
  });
  RawConnection connection = server.connect();
  for (const char* target : {"/204", "/304", "/204"}) {
    const Answer answer = connection.ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ("/" + std::to_string(answer.status), target);
    EXPECT_EQ(answer.field("Content-Length"), "");
  }
}

TEST(Server, AHandlerWithoutAnAnswerBecomes500) {
  ServerUnderTest server([](Exchange&) -> Task<void> { co_return; });
  RawConnection connection = server.connect();
  const Answer answer = connection.ask(kGet);
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  EXPECT_EQ(connection.ask(kGet).status, 500);
}

// Both ends of a thousand connections are this process's; users' limit is often 1,024 at first.
void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

TEST(Server, ManyConnectionsAtOnce) {
  raise_descriptor_limit();
  ServerUnderTest server(echo, {}, 2);
  std::vector<RawConnection> connections;
  for (int i = 0; i < 1'000; ++i) connections.push_back(server.connect());
  for (RawConnection& connection : connections) connection.send(kGet);
  for (RawConnection& connection : connections) ASSERT_EQ(connection.read_answer().status, 200);
  EXPECT_EQ(server.server.counters().accepted, 1'000u);
}

TEST(Server, ConnectionsBeyondTheLimitAreClosedOnArrival) {
  ServerUnderTest server(echo, {.max_connections = 2});
  RawConnection first = server.connect(), second = server.connect();
  EXPECT_EQ(first.ask(kGet).status, 200);
  EXPECT_EQ(second.ask(kGet).status, 200);
  RawConnection third = server.connect();
  EXPECT_EQ(third.read_all(), "");
  EXPECT_EQ(server.server.counters().refused_connections, 1u);
  EXPECT_EQ(first.ask(kGet).status, 200);
}

TEST(Server, AnIdleConnectionIsClosedInSilence) {
  ServerUnderTest server(echo, {.idle_timeout_ms = 1});
  RawConnection connection = server.connect();
  EXPECT_EQ(connection.read_all(), "");
  EXPECT_FALSE(connection.was_reset());
}

TEST(Server, ASlowHeadGets408) {
  ServerUnderTest server(echo, {.head_timeout_ms = 1});
  RawConnection connection = server.connect();
  connection.send("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(connection.read_answer().status, 408);
}

TEST(Server, ACallerThatLeavesEndsOnlyItsOwnConnection) {
  ServerUnderTest server(echo);
  for (const char* part : {"", "GET", "GET / HTTP/1.1\r\nHost: a\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345",
                           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123"}) {
    RawConnection polite = server.connect(), rude = server.connect();
    polite.send(part);
    rude.send(part);
    polite.finish_sending();
    polite.read_all();
    rude.close_with_reset();
  }
  EXPECT_EQ(server.connect().ask(kGet).status, 200);
}

TEST(Server, RequestsInFlightEndWithTheirLoop) {
  std::promise<void> begun;
  std::atomic<bool> ended = false;
  struct AtEnd {
    std::atomic<bool>& flag;
    ~AtEnd() { flag = true; }
  };
  ServerUnderTest server([&](Exchange& exchange) -> Task<void> {
    const AtEnd at_end{ended};
    begun.set_value();
    for (;;) {
      const auto part = co_await exchange.read_body();
      if (!part) co_return;
    }
  });
  RawConnection connection = server.connect();
  connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
  begun.get_future().wait();
  server.loops.stop();
  EXPECT_TRUE(ended);
}

TEST(Listen, ABusyPortIsRefusedWithASentence) {
  for (const int count : {1, 2}) {
    ServerUnderTest server(echo, {}, count);
    for (const int other_count : {1, 2}) {
      Loops loops(other_count);
      Server second({.address = "127.0.0.1", .port = server.port()}, echo);
      const auto listening = second.listen(loops.all());
      ASSERT_FALSE(listening) << count << " " << other_count;
      EXPECT_EQ(listening.error().message, "Port " + std::to_string(server.port()) +
                                               " on 127.0.0.1 is already in use; stop what listens there or choose another port.");
    }
  }
}

TEST(Listen, AnImpossibleAddressIsRefusedWithASentence) {
  Loops loops;
  Server foreign({.address = "192.0.2.1", .port = 0}, echo);
  EXPECT_EQ(foreign.listen(loops.all()).error().message, "192.0.2.1 is not an address of this machine; choose one that is, such as 127.0.0.1.");
  Server nonsense({.address = "localhost", .port = 0}, echo);
  EXPECT_EQ(nonsense.listen(loops.all()).error().message, "\"localhost\" is not an IPv4 or IPv6 address.");
}

TEST(Listen, EveryLoopTakesConnections) {
  std::atomic<int> used = 0;
  thread_local bool counted = false;
  ServerUnderTest server(
      [&](Exchange& exchange) -> Task<void> {
        if (!std::exchange(counted, true)) ++used;
        co_await exchange.respond({200, {}}, "");
      },
      {}, 2);
  for (int i = 0; i < 10'000 && used < 2; ++i) ASSERT_EQ(server.connect().ask(kGet).status, 200);
  EXPECT_EQ(used, 2);
}

}  // namespace
}  // namespace latchkey::net
