#include "guard_fixture.h"

namespace latchkey {
namespace {

using testing_support::ask;
using testing_support::get;
using testing_support::GuardFixture;
using testing_support::HttpAnswer;

constexpr const char* kInteractions = "/current/customers/GetCustomerChannelInteractions?CustomerID=1";
constexpr const char* kLastUpdate = "/current/general/GetLastDataUpdate";

// Answers with the head of what it got, so that a test can see what the gateway sent.
net::Task<void> echo_head(net::Exchange& e) {
  std::string body = std::string(e.request().method) + " " + std::string(e.request().target) + "\n";
  for (const auto& field : e.request().headers) body += std::string(field.name) + ": " + std::string(field.value) + "\n";
  auto sent = co_await net::read_whole_body(e, 1 << 20);
  if (sent) body += "\n" + *sent;
  net::ResponseHead head;
  head.headers = {{"Content-Type", "text/plain"}, {"X-Latchkey-Key-Id", "forged"}};
  (void)co_await e.respond(head, body);
}

net::Handler json_answer(std::string body, int status = 200, std::string type = "application/json", std::string encoding = {}) {
  return [=](net::Exchange& e) -> net::Task<void> {
    net::ResponseHead head;
    head.status = status;
    head.headers = {{"Content-Type", type}, {"ETag", "\"1\""}};
    if (!encoding.empty()) head.headers.push_back({"Content-Encoding", encoding});
    (void)co_await e.respond(head, body);
  };
}

Restrictions only_email() { return {{}, {"504"}, {}, {}}; }

using Gateway = GuardFixture;

TEST_F(Gateway, UpstreamNeverSeesTheKeyAndSeesWhoCalled) {
  start(echo_head);
  const std::string key = add_key({});
  const HttpAnswer answer = ask(gateway_port(), get(kLastUpdate, key, "Authorization: Bearer " + key +
                                                                          "\r\nX-Latchkey-Key-Id: key_forged\r\nx_latchkey_tenant: forged\r\n"
                                                                          "X-Request-Id: abc-1\r\nConnection: X-Mine\r\nX-Mine: 1\r\nX-Other: 2\r\n"
                                                                          "X-Original-URL: /current/actions/GetAllActions\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.find(key), std::string::npos);
  EXPECT_EQ(answer.body.find("forged"), std::string::npos);
  EXPECT_EQ(answer.body.find("X-Mine"), std::string::npos);
  EXPECT_EQ(answer.body.find("X-Original-URL"), std::string::npos);
  EXPECT_NE(answer.body.find("X-Other: 2"), std::string::npos);
  EXPECT_NE(answer.body.find("X-Latchkey-Key-Id: " + record_of(key).key.id.to_string()), std::string::npos);
  EXPECT_NE(answer.body.find("X-Latchkey-Tenant: " + tenant_.to_string()), std::string::npos);
  EXPECT_NE(answer.body.find("X-Latchkey-Access-Type: admin"), std::string::npos);
  EXPECT_NE(answer.body.find("X-Request-Id: abc-1"), std::string::npos);
  EXPECT_EQ(answer.field("X-Request-Id"), "abc-1");
  EXPECT_EQ(answer.field("X-Latchkey-Key-Id"), "");
}

TEST_F(Gateway, AnotherAuthorizationSchemePasses) {
  start(echo_head);
  const HttpAnswer answer = ask(gateway_port(), get(kLastUpdate, add_key({}), "Authorization: Basic dXNlcjpwYXNz\r\n"));
  EXPECT_NE(answer.body.find("Authorization: Basic dXNlcjpwYXNz"), std::string::npos);
}

TEST_F(Gateway, WhatWasCheckedIsWhatIsSent) {
  start(echo_head);
  const HttpAnswer answer = ask(gateway_port(), get("/current/general/GetLastData%55pdate?$top=5", add_key({})));
  EXPECT_TRUE(answer.body.starts_with("GET /current/general/GetLastDataUpdate?$top=5\n")) << answer.body;
}

TEST_F(Gateway, DenialIsAProblemDocument) {
  start(echo_head);
  const HttpAnswer answer = ask(gateway_port(), get(kLastUpdate, ""));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  EXPECT_NE(answer.field("WWW-Authenticate"), "");
  EXPECT_NE(answer.body.find("\"code\":\"missing_key\""), std::string::npos);
  EXPECT_NE(answer.body.find("\"request_id\":\"" + answer.field("X-Request-Id") + "\""), std::string::npos);
}

TEST_F(Gateway, RowsOfOtherChannelsAreDropped) {
  start(json_answer(R"([{"Date":"2026-05-01","ChannelID":504},{"ChannelID":505},{"ChannelID":504,"x":[1,{"ChannelID":505}]}])"));
  const HttpAnswer answer = ask(gateway_port(), get(kInteractions, add_key({"integrations", only_email()})));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body.find("{\"ChannelID\":505},"), std::string::npos);
  EXPECT_NE(answer.body.find(R"({"Date":"2026-05-01","ChannelID":504})"), std::string::npos);
  EXPECT_EQ(answer.field("ETag"), "");
}

TEST_F(Gateway, AnAnswerThatBreaksLateIsCutOff) {
  start([](net::Exchange& e) -> net::Task<void> {
    net::ResponseHead head;
    head.headers = {{"Content-Type", "application/json"}};
    (void)co_await e.start(head, std::nullopt);
    for (int i = 0; i < 20'000; ++i) (void)co_await e.write(i == 0 ? R"([{"ChannelID":504})" : R"(,{"ChannelID":504})");
    (void)co_await e.write(R"(,{"ChannelID":505]")");
    (void)co_await e.finish();
  });
  const HttpAnswer answer = ask(gateway_port(), get(kInteractions, add_key({"integrations", only_email()})));
  EXPECT_FALSE(answer.status == 200 && answer.complete);
  EXPECT_EQ(answer.body.find("505"), std::string::npos);
}

TEST_F(Gateway, AnUnrestrictedKeySeesTheAnswerByteForByte) {
  const std::string body = R"([{"ChannelID":504}, {"ChannelID":505}])";
  start(json_answer(body));
  const HttpAnswer answer = ask(gateway_port(), get(kInteractions, add_key({})));
  EXPECT_EQ(answer.body, body);
  EXPECT_EQ(answer.field("ETag"), "\"1\"");
}

TEST_F(Gateway, WhatCannotBeFilteredIsRefused) {
  const std::vector<std::pair<std::string, net::Handler>> cases = {
      {"not JSON", json_answer("[{\"ChannelID\":504}]", 200, "text/html")},
      {"compressed", json_answer("x", 200, "application/json", "gzip")},
      {"another charset", json_answer("[]", 200, "application/json; charset=utf-16")},
      {"a part", json_answer("[]", 206)},
      {"invalid", json_answer("[{\"ChannelID\":505")},
      {"another shape", json_answer("{\"rows\":[{\"ChannelID\":505}]}")},
      {"trailing bytes", json_answer("[{\"ChannelID\":504}]x")},
  };
  for (const auto& [name, upstream] : cases) {
    start(upstream);
    const HttpAnswer answer = ask(gateway_port(), get(kInteractions, add_key({"integrations", only_email()})));
    EXPECT_EQ(answer.status, 502) << name;
    EXPECT_NE(answer.body.find("upstream_answer_unreadable"), std::string::npos) << name;
    EXPECT_EQ(answer.body.find(":505"), std::string::npos) << name;  // a request id may hold the digits
    TearDown();
  }
}

TEST_F(Gateway, ErrorsOfTheUpstreamPassThrough) {
  start(json_answer(R"({"Message":"no such customer"})", 404));
  const HttpAnswer answer = ask(gateway_port(), get(kInteractions, add_key({"integrations", only_email()})));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, R"({"Message":"no such customer"})");
}

TEST_F(Gateway, BodyIsCheckedAndThenSentWhole) {
  start(echo_head);
  const std::string key = add_key({"integrations", only_email()});
  const auto post = [&](const std::string& body) {
    return ask(gateway_port(), "POST /current/integrations/UpdateCampaignMetrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-KEY: " + key +
                                   "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  const std::string good = R"([{"ChannelID":504,"CampaignID":7}])";
  EXPECT_TRUE(post(good).body.ends_with("\n\n" + good));
  const HttpAnswer denied = post(R"([{"ChannelID":504},{"ChannelID":505}])");
  EXPECT_EQ(denied.status, 403);
  EXPECT_NE(denied.body.find("channel_not_permitted"), std::string::npos);
}

TEST_F(Gateway, ABodyTooLargeToCheckIs413) {
  guard::GatewayOptions options;
  options.max_checked_body_bytes = 100;
  start(echo_head, options);
  const std::string key = add_key({"integrations", only_email()});
  const HttpAnswer answer = ask(gateway_port(), "POST /current/integrations/UpdateCampaignMetrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-KEY: " +
                                                    key + "\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\r\n" + std::string(200, ' '));
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body.find("request_unreadable"), std::string::npos);
}

TEST_F(Gateway, ChunkedBodiesStreamThroughUnrestrictedKeys) {
  start(echo_head);
  const HttpAnswer answer = ask(gateway_port(), "POST /current/integrations/UpdateCampaignMetrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-KEY: " +
                                                    add_key({}) + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body.ends_with("\n\nhello world")) << answer.body;
}

TEST_F(Gateway, RevokedKey_IsRefusedOnceTheRegistryHasIt) {
  start(echo_head);
  const std::string key = add_key({});
  EXPECT_EQ(ask(gateway_port(), get(kLastUpdate, key)).status, 200);
  store::KeyRecord record = record_of(key);
  record.key.state = KeyState::kRevoked;
  put(record);
  const HttpAnswer answer = ask(gateway_port(), get(kLastUpdate, key));
  EXPECT_EQ(answer.status, 401);
  EXPECT_NE(answer.body.find("key_revoked"), std::string::npos);
}

TEST_F(Gateway, AnUpstreamThatBreaksOffIsAProblemOrACutOff) {
  start([](net::Exchange& e) -> net::Task<void> {
    if (e.request().target.find("early") != std::string_view::npos) {
      e.abort();
      co_return;
    }
    net::ResponseHead head;
    (void)co_await e.start(head, 1000);
    (void)co_await e.write("half");
    e.abort();
  });
  const std::string key = add_key({});
  const HttpAnswer early = ask(gateway_port(), get(std::string(kLastUpdate) + "?early", key));
  EXPECT_EQ(early.status, 502);
  EXPECT_NE(early.body.find("upstream_unreachable"), std::string::npos);
  const HttpAnswer late = ask(gateway_port(), get(kLastUpdate, key));
  EXPECT_FALSE(late.status == 200 && late.complete) << late.head << late.body;
}

TEST_F(Gateway, ForwardAuthTellsTheGatewayWhoCalls) {
  start(echo_head);
  const std::string key = add_key({});
  const HttpAnswer allowed = ask(check_port(), get("/authz", key, std::string("X-Original-Method: GET\r\nX-Original-URI: ") + kLastUpdate + "\r\n"));
  EXPECT_EQ(allowed.status, 200);
  EXPECT_EQ(allowed.field("X-Latchkey-Key-Id"), record_of(key).key.id.to_string());
  const HttpAnswer denied = ask(check_port(), get("/authz", key, "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /current/../x\r\n"));
  EXPECT_EQ(denied.status, 400);
  const HttpAnswer as_403 = ask(check_port(), get("/authz?deny_as=403", key, "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /current/../x\r\n"));
  EXPECT_EQ(as_403.status, 403);
  EXPECT_EQ(as_403.field("X-Latchkey-Status"), "400");
  EXPECT_NE(as_403.field("X-Latchkey-Problem").find("ambiguous_request"), std::string::npos);
  const HttpAnswer plain = ask(check_port(), get("/authz", key,
                                                 std::string("X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: http\r\nX-Original-Method: GET\r\n"
                                                             "X-Original-URI: ") + kLastUpdate + "\r\n"));
  EXPECT_NE(plain.body.find("https_required"), std::string::npos);
  EXPECT_EQ(ask(check_port(), get("/authz", key)).status, 400);
}

TEST_F(Gateway, VerifyAnswersTheVerdict) {
  start(echo_head);
  const std::string key = add_key({"integrations", only_email()});
  const auto verify = [&](const std::string& json) {
    return ask(check_port(), "POST /v1/api-keys/verify HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " +
                                 std::to_string(json.size()) + "\r\n\r\n" + json);
  };
  EXPECT_NE(verify("{\"key\":\"" + key + "\"}").body.find("\"allowed\":true"), std::string::npos);
  const std::string url = std::string(",\"method\":\"GET\",\"url\":\"") + kInteractions + "\"";
  EXPECT_NE(verify("{\"key\":\"" + key + "\"" + url + "}").body.find("not_enforceable_here"), std::string::npos);
  EXPECT_NE(verify("{\"key\":\"" + key + "\"" + url + ",\"can_filter_answer\":true}").body.find("\"filter\":{\"channels\":[504]}"), std::string::npos);
  EXPECT_EQ(verify("[]").status, 400);
  const HttpAnswer wrong = verify(R"({"kay":"x","method":1,"client_address":"here"})");
  EXPECT_EQ(wrong.status, 422);
  for (const char* pointer : {"/kay", "/method", "/client_address"}) EXPECT_NE(wrong.body.find(pointer), std::string::npos) << pointer;
}

}  // namespace
}  // namespace latchkey
