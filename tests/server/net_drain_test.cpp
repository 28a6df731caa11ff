// How a server ends.
#include <atomic>

#include "net_fixture.h"

namespace latchkey::net {
namespace {

// Holds requests until the test lets them go.
class Gate {
 public:
  Task<void> handle(Exchange& exchange) {
    entered_.set_value();
    while (!open_) co_await Loop::current().sleep_ms(1);
    co_await exchange.respond({200, {}}, "finished");
  }
  void wait_for_entry() { entered_.get_future().wait(); }
  void open() { open_ = true; }

 private:
  std::promise<void> entered_;
  std::atomic<bool> open_ = false;
};

TEST(Drain, FinishesWhatIsInFlightAndEndsIdleConnections) {
  Gate gate;
  ServerUnderTest server([&](Exchange& exchange) { return gate.handle(exchange); });
  RawConnection idle = server.connect(), busy = server.connect();
  busy.send(kGet);
  gate.wait_for_entry();
  std::thread draining([&] { server.server.drain(60'000); });
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_FALSE(idle.was_reset());
  gate.open();
  const Answer answer = busy.read_answer();
  EXPECT_EQ(answer.body, "finished");
  EXPECT_EQ(answer.field("Connection"), "close");
  draining.join();
  EXPECT_EQ(server.server.counters().open_connections, 0u);
  EXPECT_THROW(server.connect(), std::runtime_error);
}

TEST(Drain, ClosesTheRestWhenTheTimeIsOver) {
  ServerUnderTest server([](Exchange& exchange) -> Task<void> {
    (void)co_await read_whole_body(exchange, 100);
    co_await exchange.respond({200, {}}, "");
  });
  RawConnection connection = server.connect();
  connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
  connection.read_to("\r\n\r\n");
  server.server.drain(1);
  EXPECT_EQ(connection.read_all(), "");
  EXPECT_EQ(server.server.counters().open_connections, 0u);
}

TEST(Drain, WithNothingToDoReturns) {
  ServerUnderTest server(echo, {}, 2);
  server.server.drain(60'000);
  server.server.drain(60'000);
}

TEST(Drain, AfterTheLoopsHaveStoppedReturns) {
  ServerUnderTest server(echo, {}, 2);
  RawConnection connection = server.connect();
  EXPECT_EQ(connection.ask(kGet).status, 200);
  server.loops.stop();
  server.server.drain(60'000);
  EXPECT_EQ(connection.read_all(), "");
}

TEST(Drain, ThePortIsFreeAfterwards) {
  ServerUnderTest server(echo);
  server.server.drain(60'000);
  Server next({.address = "127.0.0.1", .port = server.port()}, echo);
  EXPECT_TRUE(next.listen(server.loops.all()));
  EXPECT_EQ(RawConnection::to(next.port()).ask(kGet).status, 200);
  next.drain(60'000);
}

}  // namespace
}  // namespace latchkey::net
