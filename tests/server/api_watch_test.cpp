// Alerts, their rules, and webhooks through the management API.
#include <gmock/gmock.h>

#include "api_fixture.h"

namespace latchkey::api {
namespace {

using nlohmann::json;

class ApiWatch : public ApiFixture {
 protected:
  std::string path(const std::string& rest, const Tenant* tenant = nullptr) const {
    return "/v1/tenants/" + (tenant == nullptr ? ours : *tenant).id.to_string() + rest;
  }
  json get(const std::string& rest) {
    const ApiAnswer answer = as(operator_key, "GET", path(rest));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  ApiAnswer send(std::string_view method, const std::string& rest, const json& body = json::object()) {
    return as(operator_key, method, path(rest), body.dump());
  }
  std::vector<std::string> pointers(const ApiAnswer& answer) {
    std::vector<std::string> out;
    EXPECT_EQ(answer.status, 422) << answer.body;
    for (const json& error : answer.json().at("errors")) out.push_back(error.at("pointer"));
    return out;
  }
  json rule(const json& rules, const std::string& name) {
    for (const json& one : rules.at("rules")) {
      if (one.at("rule") == name) return one;
    }
    ADD_FAILURE() << name;
    return {};
  }
};

TEST_F(ApiWatch, AlertsAreListedNewestFirstAndByStatusAndKey) {
  const std::string first = make_alert(ours, "a"), second = make_alert(ours, "b");
  make_alert(theirs);
  json page = get("/alerts");
  ASSERT_EQ(page["data"].size(), 2u);
  EXPECT_EQ(page["open"], 2);
  EXPECT_EQ(page["data"][0]["id"], second);
  EXPECT_EQ(page["data"][0]["facts"]["percent"], 80);
  EXPECT_EQ(page["data"][0]["key"], nullptr);
  page = get("/alerts?limit=1");
  ASSERT_EQ(page["data"].size(), 1u);
  page = get("/alerts?limit=1&cursor=" + page["next_cursor"].get<std::string>());
  EXPECT_EQ(page["data"][0]["id"], first);
  EXPECT_EQ(page["next_cursor"], nullptr);
  EXPECT_EQ(get("/alerts?key=key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5")["data"].size(), 0u);
  EXPECT_EQ(get("/alerts?status=acknowledged")["data"].size(), 0u);
  EXPECT_EQ(as(operator_key, "GET", path("/alerts?status=closed&key=x&page=2")).status, 400);
}

TEST_F(ApiWatch, AcknowledgingSaysWhoAndIsIdempotent) {
  const std::string id = make_alert(ours);
  const Credential admin = person(ours, Role::kAdmin);
  const ApiAnswer first = as(admin, "POST", path("/alerts/" + id + "/acknowledge"), "{}");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.json()["status"], "acknowledged");
  EXPECT_THAT(first.json()["acknowledged_by"].get<std::string>(), testing::EndsWith("@acme.example"));
  EXPECT_EQ(as(operator_key, "POST", path("/alerts/" + id + "/acknowledge")).body, first.body);
  EXPECT_EQ(get("/alerts")["open"], 0);
  EXPECT_EQ(get("/alerts?status=all")["data"].size(), 1u);
  EXPECT_EQ(as(operator_key, "POST", path("/alerts/" + id + "/acknowledge", &theirs)).status, 404);
}

TEST_F(ApiWatch, RulesChangeOnlyWhatIsSent) {
  const json before = get("/alert-rules");
  EXPECT_EQ(before["rules"].size(), kAlertRuleCount);
  const json change = {{"rules", {{{"rule", "refusal_burst"}, {"email", false}, {"settings", {{"refusals", 7}}}}}}};
  const ApiAnswer changed = send("PUT", "/alert-rules", change);
  ASSERT_EQ(changed.status, 200) << changed.body;
  const json burst = rule(changed.json(), "refusal_burst");
  EXPECT_EQ(burst["settings"], json({{"refusals", 7}, {"within_minutes", 5}, {"share_percent", 50}}));
  EXPECT_EQ(burst["defaults"], json({{"refusals", 20}, {"within_minutes", 5}, {"share_percent", 50}}));
  EXPECT_EQ(burst["email"], false);
  EXPECT_EQ(burst["webhook"], true);
  EXPECT_EQ(rule(changed.json(), "unused"), rule(before, "unused"));
  EXPECT_EQ(get("/alert-rules"), changed.json());
}

TEST_F(ApiWatch, EveryMistakeInRulesIsTold) {
  const json wrong = {{"rules",
                       {{{"rule", "refusal_burts"}},
                        {{"rule", "unused"}, {"settings", {{"days", 0}, {"dais", 1}}}, {"enabled", "yes"}},
                        {{"rule", "unused"}},
                        {{"email", true}}}}};
  const ApiAnswer answer = send("PUT", "/alert-rules", wrong);
  EXPECT_THAT(pointers(answer),
              testing::UnorderedElementsAre("/rules/0/rule", "/rules/1/enabled", "/rules/1/settings/days",
                                            "/rules/1/settings/dais", "/rules/2/rule", "/rules/3/rule"))
      << answer.body;
  EXPECT_NE(answer.body.find("Did you mean \\\"refusal_burst\\\"?"), std::string::npos);
  EXPECT_EQ(get("/alert-rules"), json::parse(as(operator_key, "GET", path("/alert-rules", &theirs)).body))
      << "nothing changed";
}

TEST_F(ApiWatch, AWebhookShowsItsSecretOnce) {
  const ApiAnswer made = send("POST", "/webhooks", {{"url", "https://hooks.example/a"}, {"events", {"alert.opened"}}});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = made.json()["id"], secret = made.json()["secret"];
  EXPECT_TRUE(secret.starts_with("whsec_"));
  EXPECT_EQ(made.field("Location"), path("/webhooks/" + id));
  for (const json& shown : {get("/webhooks/" + id), get("/webhooks")["data"][0]}) {
    EXPECT_FALSE(shown.contains("secret"));
    EXPECT_EQ(shown["status"], "active");
    EXPECT_EQ(shown["events"], json({"alert.opened"}));
    EXPECT_EQ(shown["last_delivery"], nullptr);
  }
  const ApiAnswer rotated = send("POST", "/webhooks/" + id + "/rotate-secret");
  ASSERT_EQ(rotated.status, 200);
  EXPECT_NE(rotated.json()["secret"], secret);
}

TEST_F(ApiWatch, EveryMistakeInAWebhookIsTold) {
  EXPECT_THAT(pointers(send("POST", "/webhooks",
                            {{"url", "http://hooks.example/"}, {"events", {"alert.closed"}}, {"descripton", ""}})),
              testing::UnorderedElementsAre("/url", "/events/0", "/descripton"));
  EXPECT_THAT(pointers(send("POST", "/webhooks", {{"url", "https://169.254.169.254/"}})), testing::ElementsAre("/url"));
  EXPECT_THAT(pointers(send("POST", "/webhooks")), testing::ElementsAre("/url"));
  const std::string id = make_webhook(ours).first;
  EXPECT_THAT(pointers(send("PATCH", "/webhooks/" + id, {{"status", "paused"}, {"url", "x"}})),
              testing::UnorderedElementsAre("/status", "/url"));
}

TEST_F(ApiWatch, AWebhookIsDisabledEnabledAndDeleted) {
  const auto [id, delivery] = make_webhook(ours);
  const Credential admin = person(ours, Role::kAdmin);
  const ApiAnswer disabled = as(admin, "PATCH", path("/webhooks/" + id), R"({"status":"disabled"})");
  ASSERT_EQ(disabled.status, 200) << disabled.body;
  EXPECT_THAT(disabled.json()["disabled_reason"].get<std::string>(), testing::EndsWith("@acme.example disabled it."));
  EXPECT_EQ(send("POST", "/webhooks/" + id + "/test").status, 409);
  EXPECT_EQ(send("POST", "/webhooks/" + id + "/deliveries/" + delivery + "/replay").status, 409);
  EXPECT_EQ(send("PATCH", "/webhooks/" + id, {{"status", "active"}, {"description", "Ops"}}).json()["disabled_reason"],
            nullptr);
  EXPECT_EQ(send("POST", "/webhooks/" + id + "/test").status, 202);
  const ApiAnswer gone = as(operator_key, "DELETE", path("/webhooks/" + id));
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
  EXPECT_EQ(as(operator_key, "GET", path("/webhooks/" + id)).status, 404);
  EXPECT_EQ(as(operator_key, "DELETE", path("/webhooks/" + id)).status, 404);
}

TEST_F(ApiWatch, TheDeliveryLogShowsWhatIsSentAndCanBeReplayed) {
  const auto [id, delivery] = make_webhook(ours);
  const ApiAnswer tested = send("POST", "/webhooks/" + id + "/test");
  ASSERT_EQ(tested.status, 202);
  EXPECT_EQ(tested.json()["payload"]["type"], "webhook.test");
  EXPECT_EQ(tested.json()["payload"]["data"]["webhook_id"], id);
  json page = get("/webhooks/" + id + "/deliveries?limit=1");
  ASSERT_EQ(page["data"].size(), 1u);
  EXPECT_EQ(page["data"][0], tested.json());
  page = get("/webhooks/" + id + "/deliveries?cursor=" + page["next_cursor"].get<std::string>());
  ASSERT_EQ(page["data"].size(), 1u);
  EXPECT_EQ(page["data"][0]["id"], delivery);
  EXPECT_EQ(page["data"][0]["attempts"], json::array());
  const ApiAnswer replayed = send("POST", "/webhooks/" + id + "/deliveries/" + delivery + "/replay");
  ASSERT_EQ(replayed.status, 202) << replayed.body;
  EXPECT_EQ(replayed.json()["event_id"], page["data"][0]["event_id"]);
  EXPECT_EQ(send("POST", "/webhooks/" + id + "/deliveries/dlv_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5/replay").status, 404);
  const std::string other = make_webhook(theirs).first;
  EXPECT_EQ(as(operator_key, "GET", path("/webhooks/" + other + "/deliveries")).status, 404);
}

}  // namespace
}  // namespace latchkey::api
