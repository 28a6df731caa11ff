// Leak reports over HTTP, and what the API then tells of a key.
#include "api_fixture.h"
#include "delivery/base64.h"
#include "credential/report_signature.h"

namespace latchkey::api {
namespace {

using nlohmann::json;

class ApiLeaks : public ApiFixture {
 protected:
  // A key that reports can find, and its secret.
  json known_key(const std::string& nickname = "Acme SMS Partner") {
    json made = make_key(ours, nickname);
    const KeyId id = *KeyId::parse(made["id"].get<std::string>());
    known_secrets.known[made["secret"]] = {id, ours.id, store->find_key(id)->key.secrets.front().number};
    return made;
  }
  Fields signature(const std::string& body, const std::string& scanner = "ci") const {
    return {{"Latchkey-Scanner", scanner},
            {"Latchkey-Signature", credential::hmac_field(Secret::copy_of(kScannerSecret), body, clock.now())}};
  }
  ApiAnswer send(const std::string& body, Fields fields) {
    fields.emplace_back("Content-Type", "application/json");
    return ask("POST", "/v1/leak-reports", fields, body);
  }
  ApiAnswer report(const json& document) { return send(document.dump(), signature(document.dump())); }
  static json found(const std::string& token) {
    return {{"token", token}, {"type", "latchkey_api_key"}, {"url", "https://git.example/a"}, {"source", "commit"}};
  }
  json shown(const json& key) {
    return as(operator_key, "GET", keys_path(ours) + "/" + key["id"].get<std::string>()).json();
  }
};

TEST_F(ApiLeaks, AReportedSecretIsShownOnItsKey) {
  const json key = known_key();
  EXPECT_EQ(shown(key)["exposure"], nullptr);
  const ApiAnswer answer = report(json::array({found(key["secret"])}));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json expected = {
      {"secret_id", key["secrets"][0]["id"]},   {"how", "leak_report"}, {"first_at", format_rfc3339(clock.now())},
      {"last_at", format_rfc3339(clock.now())}, {"count", 1},           {"source", "ci/commit"},
      {"url", "https://git.example/a"}};
  EXPECT_EQ(shown(key)["exposure"], expected);
  const json listed = as(operator_key, "GET", keys_path(ours)).json();
  EXPECT_EQ(listed["data"][0]["exposure"], expected);

  json whole = expected;
  whole.update({{"action", "none"}, {"acted_at", nullptr}, {"works", true}});
  const std::string path = keys_path(ours) + "/" + key["id"].get<std::string>() + "/exposures";
  EXPECT_EQ(as(operator_key, "GET", path).json(), (json{{"data", json::array({whole})}, {"next_cursor", nullptr}}));
  EXPECT_EQ(as(operator_key, "GET", path + "?limit=1").status, 400);
}

TEST_F(ApiLeaks, TheAnswerTellsOfFormAlone) {
  const json live = known_key(), revoked = known_key();
  ASSERT_TRUE(keys->revoke(ours.id, *KeyId::parse(revoked["id"].get<std::string>()), std::nullopt));
  const Secret unknown = credential::generate(credential::KeyFormat{}, random);
  std::string typo = live["secret"];
  typo.back() = typo.back() == 'a' ? 'b' : 'a';
  const ApiAnswer answer = report({found(live["secret"]), found(revoked["secret"]),
                                   found(std::string(unknown.expose())), found(typo), found("ghp_x")});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json feedback = answer.json();
  ASSERT_EQ(feedback.size(), 5u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(feedback[i]["label"], i < 3 ? "true_positive" : "false_positive") << i;
  EXPECT_EQ(feedback[0]["token_type"], "latchkey_api_key");
  const credential::Digest hash = credential::sha256("ghp_x");
  EXPECT_EQ(feedback[4]["token_hash"], delivery::to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()}));
  for (const json& key : {live, revoked})
    EXPECT_EQ(answer.body.find(key["secret"].get<std::string>()), std::string::npos);
}

TEST_F(ApiLeaks, WhateverIsWrongWithASignatureTheAnswerIsTheSame) {
  const json key = known_key();
  const std::string body = json::array({found(key["secret"])}).dump();
  Fields twice = signature(body);
  twice.push_back(twice.back());
  std::set<std::string> answers;
  for (Fields fields : {Fields{}, signature("[]"), signature(body, "nobody"), twice,
                        Fields{{"Github-Public-Key-Identifier", "x"}, {"Github-Public-Key-Signature", "x"}}}) {
    fields.emplace_back("X-Request-Id", "same");
    const ApiAnswer answer = send(body, fields);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code(), "signature_refused");
    answers.insert(answer.body);
  }
  EXPECT_EQ(answers.size(), 1u);
  EXPECT_EQ(shown(key)["exposure"], nullptr);

  // Who goes on is told to wait; a good signature from the same address is taken all the same.
  const ApiAnswer late = send(body, {});
  EXPECT_EQ(late.status, 429);
  EXPECT_EQ(late.code(), "too_many_reports");
  EXPECT_NE(late.field("Retry-After"), "");
  EXPECT_EQ(send(body, signature(body)).status, 200);
  clock.advance_ms(120'000);
  EXPECT_EQ(send(body, {}).status, 403);
}

TEST_F(ApiLeaks, AnOldReportIsNotTaken) {
  const std::string body = "[]";
  const Fields fields = signature(body);
  EXPECT_EQ(send(body, fields).status, 200);
  clock.advance_ms(credential::kSignatureLifeMs + 1'000);
  EXPECT_EQ(send(body, fields).status, 403);
}

TEST_F(ApiLeaks, TheFormOfAReportIsChecked) {
  const auto status_of = [&](const std::string& body) { return send(body, signature(body)).status; };
  EXPECT_EQ(status_of("[]"), 200);
  EXPECT_EQ(status_of(R"([{"token":"x"},{"token":"y","url":null,"more":[1]}])"), 200);
  EXPECT_EQ(status_of("{}"), 400);
  EXPECT_EQ(status_of("[{"), 400);
  EXPECT_EQ(status_of("[1]"), 422);
  EXPECT_EQ(status_of("[{}]"), 422);
  EXPECT_EQ(status_of(R"([{"token":1}])"), 422);
  EXPECT_EQ(status_of(R"([{"token":"x","type":")" + std::string(201, 't') + "\"}]"), 422);
  json many = json::array();
  for (std::size_t i = 0; i < exposure::kMaxReportedTokens; ++i) many.push_back(found("x"));
  EXPECT_EQ(status_of(many.dump()), 200);
  many.push_back(found("x"));
  EXPECT_EQ(status_of(many.dump()), 422);
  EXPECT_EQ(status_of("[\"" + std::string(1024 * 1024, 'x') + "\"]"), 413);
  Fields text = signature("[]");
  text.emplace_back("Content-Type", "text/plain");
  EXPECT_EQ(ask("POST", "/v1/leak-reports", text, "[]").status, 415);
}

TEST_F(ApiLeaks, OnlyAFewReportsAreTakenAtOnce) {
  const exposure::LeakReports::Turn first(*leak_reports);
  EXPECT_EQ(send("[]", signature("[]")).status, 200);
  const exposure::LeakReports::Turn second(*leak_reports);
  const ApiAnswer refused = send("[]", signature("[]"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.code(), "overloaded");
}

}  // namespace
}  // namespace latchkey::api
