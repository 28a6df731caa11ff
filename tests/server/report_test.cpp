// What is told of a request when it is over, over real sockets: every one is counted once, however it ends.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guard_fixture.h"

namespace latchkey {
namespace {

using testing_support::ask;
using testing_support::get;
using testing_support::GuardFixture;

constexpr const char* kLastUpdate = "/current/general/GetLastDataUpdate";
constexpr const char* kUpdate = "/current/integrations/UpdateCampaignMetrics";

net::Task<void> answer_ok(net::Exchange& e) {
  const net::ResponseHead head;
  (void)co_await e.respond(head, "{}");
}

// Sends and closes, without waiting for an answer.
void send_and_leave(std::uint16_t port, const std::string& bytes) {
  const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  ::close(connection);
}

class Report : public GuardFixture {
 protected:
  double count_of(const std::string& series) const {
    const std::string text = metrics_.text();
    const std::size_t at = text.find("\n" + series + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
  }
  // A request is counted when it is over, which is after its answer arrived.
  void expect_eventually(const std::string& series, double count) const {
    while (count_of(series) < count) std::this_thread::yield();
    EXPECT_EQ(count_of(series), count) << series;
  }
};

TEST_F(Report, ARequestThatWasAnsweredIsCountedOnceByOutcomeStatusAndTime) {
  start(answer_ok);
  const std::string key = add_key({});
  for (int i = 0; i < 3; ++i) ask(gateway_port(), get(kLastUpdate, key));
  for (int i = 0; i < 2; ++i) ask(gateway_port(), get("/nowhere", key));
  ask(check_port(), get("/authz", key, std::string("X-Original-Method: GET\r\nX-Original-URI: ") + kLastUpdate + "\r\n"));
  ask(check_port(), get("/authz?deny_as=403", key));
  expect_eventually(R"(latchkey_requests_total{guard="gateway",outcome="allowed"})", 3);
  expect_eventually(R"(latchkey_requests_total{guard="gateway",outcome="unknown_operation"})", 2);
  expect_eventually(R"(latchkey_responses_total{guard="gateway",status_class="2xx"})", 3);
  expect_eventually(R"(latchkey_responses_total{guard="gateway",status_class="4xx"})", 2);
  expect_eventually(R"(latchkey_request_duration_seconds_count{guard="gateway"})", 5);
  expect_eventually("latchkey_upstream_duration_seconds_count", 3);
  expect_eventually(R"(latchkey_requests_total{guard="forward_auth",outcome="allowed"})", 1);
  // The truth, and not the status that the gateway in between asked for.
  expect_eventually(R"(latchkey_requests_total{guard="forward_auth",outcome="ambiguous_request"})", 1);
}

TEST_F(Report, ACallerWhoseBodyBreaksOffIsCountedWithoutAStatus) {
  start(answer_ok);
  send_and_leave(gateway_port(), std::string("POST ") + kUpdate + " HTTP/1.1\r\nHost: a\r\nX-API-KEY: " + add_key({}) +
                                     "\r\nContent-Length: 100\r\n\r\n[{");
  expect_eventually(R"(latchkey_requests_total{guard="gateway",outcome="request_unreadable"})", 1);
  EXPECT_EQ(count_of(R"(latchkey_responses_total{guard="gateway",status_class="none"})"), 1);
}

TEST_F(Report, AnUpstreamThatDoesNotAnswerIsAnErrorWithTheTimeItWasWaitedFor) {
  start([](net::Exchange& e) -> net::Task<void> {
    e.abort();
    co_return;
  });
  ask(gateway_port(), get(kLastUpdate, add_key({})));
  expect_eventually("latchkey_upstream_errors_total", 1);
  expect_eventually(R"(latchkey_responses_total{guard="gateway",status_class="5xx"})", 1);
  expect_eventually("latchkey_upstream_duration_seconds_count", 1);
}

TEST_F(Report, ARequestThatTheServerBreaksOffAtItsEndIsCounted) {
  // Never answers; its connection goes when the servers are drained.
  start([](net::Exchange&) -> net::Task<void> { co_await net::Loop::current().sleep_ms(3'600'000); });
  send_and_leave(gateway_port(), get(kLastUpdate, add_key({})));
  while (gateway_requests() == 0) std::this_thread::yield();
  TearDown();
  EXPECT_EQ(count_of(R"(latchkey_request_duration_seconds_count{guard="gateway"})"), 1);
}

}  // namespace
}  // namespace latchkey
