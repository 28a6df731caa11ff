// That restrictions on trial change nothing of what passes through the gateway.
#include "guard_fixture.h"

namespace latchkey {
namespace {

using testing_support::ask;
using testing_support::GuardFixture;
using testing_support::HttpAnswer;

constexpr const char* kApps = "/current/integrations/AddChannelApps";

// Answers with the framing and the size of the body that it got.
net::Task<void> echo_body(net::Exchange& e) {
  const auto length = e.content_length();
  auto body = co_await net::read_whole_body(e, std::size_t{64} << 20);
  net::ResponseHead head;
  head.headers = {{"Content-Type", "text/plain"}};
  const std::string says = fmt::format("{} {}", length ? std::to_string(*length) : "chunked", body ? body->size() : 0);
  (void)co_await e.respond(head, says);
}

class GatewayTrial : public GuardFixture {
 protected:
  std::string post(const std::string& key, const std::string& fields, const std::string& body) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\nX-API-KEY: {}\r\nContent-Type: "
        "application/json\r\n{}\r\n\r\n{}",
        kApps, key, fields, body);
  }
  std::string key_on_trial() {
    const std::string secret = add_key({.access_type = "integrations", .restrictions = {}});
    store::KeyRecord& record = record_of(secret);
    record.trial.emplace().trial.restrictions.channels = {"504"};
    record.trial->trial.number = 9;
    put(record);
    return secret;
  }
  store::TrialReport report(const std::string& key) {
    EXPECT_TRUE(collector_->flush());
    return usage_store_->trial(tenant_, record_of(key).key.id, 9).value();
  }
};

TEST_F(GatewayTrial, EveryBodyPassesAndIsJudgedWhereItCanBe) {
  guard::GatewayOptions options;
  options.max_checked_body_bytes = 1'000;
  start(echo_body, std::move(options));
  const std::string key = key_on_trial();
  const auto with_length = [](const std::string& body) { return fmt::format("Content-Length: {}", body.size()); };
  const std::string good = R"([{"ChannelID":504}])", other = R"([{"ChannelID":505}])", junk = "{not json",
                    large(5'000, ' ');
  for (const std::string& body : {good, other, junk, large}) {
    const HttpAnswer answer = ask(gateway_port(), post(key, with_length(body), body));
    EXPECT_EQ(answer.status, 200) << body;
    EXPECT_EQ(answer.body, fmt::format("{0} {0}", body.size()));
  }
  EXPECT_EQ(ask(gateway_port(), post(key, "Transfer-Encoding: chunked", "3\r\n[{}\r\n0\r\n\r\n")).body, "chunked 3");
  EXPECT_EQ(ask(gateway_port(), post(key, with_length(other) + "\r\nContent-Encoding: gzip", other)).status, 200);

  const store::TrialReport trial = report(key);
  EXPECT_EQ(trial.judged, 3u);
  EXPECT_EQ(trial.would_refuse, 2u);
  EXPECT_EQ(trial.not_judged, 3u) << "too large, of no stated length, compressed";
  ASSERT_EQ(trial.examples.size(), 2u);
  std::vector<std::string> codes = {trial.examples[0].outcome, trial.examples[1].outcome};
  std::ranges::sort(codes);
  EXPECT_EQ(codes, (std::vector<std::string>{"channel_not_permitted", "request_unreadable"}));
}

TEST_F(GatewayTrial, WhatIsRefusedAnywayTriesNothing) {
  start(echo_body);
  const std::string key = key_on_trial();
  const std::string request =
      fmt::format("GET /nowhere HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\nX-API-KEY: {}\r\n\r\n", key);
  EXPECT_EQ(ask(gateway_port(), request).status, 403);
  EXPECT_EQ(report(key).judged, 0u);
}

}  // namespace
}  // namespace latchkey
