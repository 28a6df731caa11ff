// Who may do what in the management API, over every endpoint that api/openapi.yaml lists.
#include <yaml-cpp/yaml.h>

#include "api_fixture.h"

namespace latchkey::api {
namespace {

struct Operation {
  std::string method, path, id;
};

std::vector<Operation> operations() {
  std::vector<Operation> out;
  const YAML::Node document = YAML::LoadFile(LATCHKEY_SOURCE_DIR "/api/openapi.yaml");
  for (const auto& path : document["paths"]) {
    for (const auto& [lower, upper] : {std::pair{"get", "GET"}, std::pair{"post", "POST"}, std::pair{"put", "PUT"},
                                       std::pair{"patch", "PATCH"}, std::pair{"delete", "DELETE"}}) {
      // What has servers of its own is not served by the management API.
      if (const YAML::Node node = path.second[lower]; node && !node["servers"])
        out.push_back({upper, path.first.as<std::string>(), node["operationId"].as<std::string>()});
    }
  }
  return out;
}

void fill(std::string& path, const std::string& name, const std::string& value) {
  if (const std::size_t at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
}

std::string filled(std::string path, const std::string& tenant, const std::string& key) {
  fill(path, "{tenant}", tenant);
  fill(path, "{id}", key);
  return path;
}

const Fields kFixedId = {{"X-Request-Id", "same"}};
constexpr Role kRoles[] = {Role::kOwner, Role::kAdmin, Role::kViewer};

class ApiAccess : public ApiFixture {};

TEST_F(ApiAccess, EveryOperationOfTheDocumentIsServed) {
  ASSERT_GE(operations().size(), 20u);
  for (const Operation& operation : operations()) {
    const ApiAnswer answer = ask(operation.method, filled(operation.path, "x", "y"), kFixedId);
    EXPECT_NE(answer.status, 405) << operation.id;
    if (answer.status == 404) {
      EXPECT_EQ(answer.body.find("see /docs"), std::string::npos) << operation.id;
    }
  }
}

TEST_F(ApiAccess, WithoutACredentialThereIsNothingButTheOpenEndpoints) {
  const std::vector<std::string> open = {"login",        "logout",      "getHealth",   "getReadiness",
                                         "getOwnApiKey", "getHandOver", "openHandOver", "reportLeaks", "getRequestForm", "submitRequest"};
  const std::string key = make_key(ours)["id"];
  for (const Operation& operation : operations()) {
    if (std::find(open.begin(), open.end(), operation.id) != open.end()) continue;
    const ApiAnswer answer = ask(operation.method, filled(operation.path, ours.id.to_string(), key));
    EXPECT_EQ(answer.status, 401) << operation.id;
    EXPECT_EQ(answer.code(), "unauthenticated");
    EXPECT_EQ(answer.field("WWW-Authenticate"), "Bearer realm=\"latchkey\"");
  }
}

TEST_F(ApiAccess, AnotherTenantIsTheSame404AsNoTenant) {
  const std::string their_key = make_key(theirs)["id"];
  for (const Role role : kRoles) {
    const Credential who = person(ours, role);
    for (const Operation& operation : operations()) {
      if (operation.path.find("{tenant}") == std::string::npos) continue;
      const auto answer = [&](const std::string& tenant) {
        return as(who, operation.method, filled(operation.path, tenant, their_key),
                  operation.method == "GET" ? "" : "{\"x\":", kFixedId);
      };
      const ApiAnswer real = answer(theirs.id.to_string());
      EXPECT_EQ(real.status, 404) << operation.id;
      for (const std::string& other :
           {std::string("ten_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5"), std::string("nonsense"), std::string("%2e%2e")}) {
        const ApiAnswer made_up = answer(other);
        EXPECT_EQ(made_up.status, 404) << operation.id;
        EXPECT_EQ(made_up.body, real.body) << operation.id << ' ' << other;
      }
    }
  }
  EXPECT_EQ(as(operator_key, "GET", keys_path(theirs) + "/" + their_key).json()["version"], 1);
}

TEST_F(ApiAccess, AnotherTenantsKeyIsTheSame404AsNoKey) {
  const std::string their_key = make_key(theirs)["id"];
  const Credential owner = person(ours, Role::kOwner);
  for (const Operation& operation : operations()) {
    if (operation.path.find("{id}") == std::string::npos) continue;
    std::vector<std::string> bodies;
    for (const std::string& key :
         {their_key, std::string("key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5"), std::string("nonsense")}) {
      const ApiAnswer answer = as(owner, operation.method, filled(operation.path, ours.id.to_string(), key),
                                  operation.method == "GET" ? "" : "{}", kFixedId);
      EXPECT_EQ(answer.status, 404) << operation.id << ' ' << key;
      bodies.push_back(answer.body);
    }
    EXPECT_TRUE(bodies[0] == bodies[1] && bodies[1] == bodies[2]) << operation.id;
    // Nor may an operator reach it by the wrong tenant.
    EXPECT_EQ(as(operator_key, operation.method, filled(operation.path, ours.id.to_string(), their_key),
                 operation.method == "GET" ? "" : "{}")
                  .status,
              404);
  }
  EXPECT_EQ(as(operator_key, "GET", keys_path(theirs) + "/" + their_key).json()["version"], 1);
}

struct Row {
  bool owner, admin, viewer;
};
// What a person may do within their own tenant. Anything that is not in this table fails the test.
const std::map<std::string, Row>& rows() {
  static const std::map<std::string, Row> all = {
      {"getTenant", {true, true, true}},
      {"updateTenant", {false, false, false}},
      {"listUsers", {true, true, true}},
      {"createUser", {true, false, false}},
      {"listApiKeys", {true, true, true}},
      {"createApiKey", {true, true, false}},
      {"importApiKeys", {false, false, false}},
      {"exportApiKeys", {true, true, true}},
      {"getApiKey", {true, true, true}},
      {"updateApiKey", {true, true, false}},
      {"disableApiKey", {true, true, false}},
      {"enableApiKey", {true, true, false}},
      {"deleteApiKey", {true, true, false}},
      {"restoreApiKey", {true, true, false}},
      {"rotateApiKey", {true, true, false}},
      {"finishRotation", {true, true, false}},
      {"cancelRotation", {true, true, false}},
      {"revokeSecret", {true, true, false}},
      {"listHandOvers", {true, true, true}},
      {"withdrawHandOver", {true, true, false}},
      {"listRequestLinks", {true, true, true}},
      {"createRequestLink", {true, true, false}},
      {"getRequestLink", {true, true, true}},
      {"withdrawRequestLink", {true, true, false}},
      {"declineRequestLink", {true, true, false}},
      {"activateRequestLink", {true, true, false}},
      {"getKeyPolicy", {true, true, true}},
      {"putKeyPolicy", {true, false, false}},
      {"listHandOverPlaces", {true, true, true}},
      {"revokeApiKey", {true, true, false}},
      {"listTenants", {true, true, true}},
      {"createTenant", {false, false, false}},
      {"verifyApiKey", {false, false, false}},
      {"getCatalog", {true, true, true}},
      {"getSession", {true, true, true}},
      {"getTenantLimits", {true, true, true}},
      {"getApiKeyLimits", {true, true, true}},
      {"getTenantUsage", {true, true, true}},
      {"listTenantRefusals", {true, true, true}},
      {"getApiKeyUsage", {true, true, true}},
      {"listApiKeyAddresses", {true, true, true}},
      {"listApiKeyRefusals", {true, true, true}},
      {"listAlerts", {true, true, true}},
      {"acknowledgeAlert", {true, true, false}},
      {"getAlertRules", {true, true, true}},
      {"updateAlertRules", {true, true, false}},
      {"listWebhooks", {true, true, true}},
      {"createWebhook", {true, true, false}},
      {"getWebhook", {true, true, true}},
      {"updateWebhook", {true, true, false}},
      {"deleteWebhook", {true, true, false}},
      {"testWebhook", {true, true, false}},
      {"listDeliveries", {true, true, true}},
      {"replayDelivery", {true, true, false}},
      {"rotateWebhookSecret", {true, true, false}},
      {"getLeastPrivilege", {true, true, true}},
      {"getTrial", {true, true, true}},
      {"startTrial", {true, true, false}},
      {"endTrial", {true, true, false}},
      {"applyTrial", {true, true, false}},
      {"listApiKeyExposures", {true, true, true}},
      {"listNodes", {true, true, false}},
      {"forgetNode", {false, false, false}},
  };
  return all;
}

TEST_F(ApiAccess, RolesPermitWhatATableSays) {
  const std::vector<std::string> open = {"login",        "logout",      "getHealth",   "getReadiness",
                                         "getOwnApiKey", "getHandOver", "openHandOver", "reportLeaks", "getRequestForm", "submitRequest"};
  const std::string key = make_key(ours)["id"], alert = make_alert(ours);
  const auto [webhook, delivery] = make_webhook(ours);
  ASSERT_EQ(
      as(operator_key, "POST", keys_path(ours) + "/" + key + "/rotate", R"({"hand_over":{"kind":"link"}})").status,
      200);
  const std::pair<std::string, std::string> others[] = {
      {"{delivery}", delivery},
      {"{secret}", "sec_0000000000000000"},
      {"{request_link}", as(operator_key, "POST", "/v1/tenants/" + ours.id.to_string() + "/request-links").json()["id"]},
      {"{hand_over}", as(operator_key, "GET", keys_path(ours) + "/" + key + "/hand-overs").json()["data"][0]["id"]}};
  ASSERT_EQ(as(operator_key, "PUT", keys_path(ours) + "/" + key + "/trial", R"({"restrictions":{}})").status, 200);
  // The id that a path of this kind names.
  const auto id_in = [&](const std::string& path) {
    if (path.find("/alerts/") != std::string::npos) return alert;
    return path.find("/webhooks/") != std::string::npos ? webhook : key;
  };
  const Credential people_by_role[] = {person(ours, Role::kOwner), person(ours, Role::kAdmin),
                                       person(ours, Role::kViewer)};
  for (const Operation& operation : operations()) {
    if (std::find(open.begin(), open.end(), operation.id) != open.end()) continue;
    ASSERT_TRUE(rows().contains(operation.id)) << operation.id;
    const Row& row = rows().at(operation.id);
    const bool permitted[] = {row.owner, row.admin, row.viewer};
    for (std::size_t i = 0; i < 3; ++i) {
      // A body that is no JSON: whoever may do it is told so, and nothing changes.
      std::string path = filled(operation.path, ours.id.to_string(), id_in(operation.path));
      for (const auto& [name, value] : others) fill(path, name, value);
      const ApiAnswer answer = as(people_by_role[i], operation.method, path, operation.method == "GET" ? "" : "{");
      EXPECT_EQ(answer.status, !permitted[i]               ? 403
                               : operation.method == "GET" ? 200
                                                           : 400)
          << operation.id << " by role " << i;
      if (!permitted[i]) {
        EXPECT_EQ(answer.code(), "permission_denied");
      }
    }
  }
}

TEST_F(ApiAccess, AWriteWithACookieMustComeFromOurPages) {
  const Credential admin = person(ours, Role::kAdmin);
  const Credential other = person(ours, Role::kAdmin);
  const std::string path = keys_path(ours),
                    body = R"({"nickname":"x","contact_email":"ops@acme.example","access_type":"admin"})";
  const auto post = [&](Fields more) {
    more.push_back(admin.fields.front());
    more.emplace_back("Content-Type", "application/json");
    return ask("POST", path, more, body);
  };
  const std::pair<std::string, std::string> token = {"X-CSRF-Token", admin.csrf_token};
  for (const Fields& fields :
       {Fields{}, Fields{{"X-CSRF-Token", ""}}, Fields{{"X-CSRF-Token", other.csrf_token}}, Fields{token, token},
        Fields{token, {"Origin", "https://evil.example"}}, Fields{token, {"Origin", "null"}},
        Fields{token, {"Sec-Fetch-Site", "cross-site"}}, Fields{token, {"Sec-Fetch-Site", "same-site"}}}) {
    const ApiAnswer answer = post(fields);
    EXPECT_EQ(answer.status, 403) << answer.body;
    EXPECT_EQ(answer.code(), "csrf_required");
  }
  EXPECT_EQ(post({token}).status, 201);
  EXPECT_EQ(post({token, {"Origin", "http://localhost"}, {"Sec-Fetch-Site", "same-origin"}}).status, 201);
}

TEST_F(ApiAccess, TwoCredentialsAreNone) {
  const Credential admin = person(ours, Role::kAdmin);
  for (const Fields& fields :
       {Fields{operator_key.fields[0], admin.fields[0]}, Fields{operator_key.fields[0], operator_key.fields[0]},
        Fields{admin.fields[0], admin.fields[0]}}) {
    const ApiAnswer answer = ask("GET", "/v1/tenants", fields);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.code(), "ambiguous_credentials");
  }
}

TEST_F(ApiAccess, WhatIsNoOperatorKeyOpensNothing) {
  const std::string key = make_key(ours)["secret"];
  const std::string& right = operator_key.fields[0].second;
  std::string nearly = right;
  nearly.back() = nearly.back() == 'a' ? 'b' : 'a';
  for (const std::string& value : {"Bearer " + key, std::string("Bearer"), std::string("Bearer x"),
                                   "Basic " + right.substr(7), nearly, right + "x"}) {
    EXPECT_EQ(ask("GET", "/v1/tenants", {{"Authorization", value}}).status, 401) << value.substr(0, 12);
  }
  EXPECT_EQ(ask("GET", "/v1/tenants", {{"X-API-KEY", key}}).status, 401);
}

TEST_F(ApiAccess, ASessionEndsWhenItIsSaid) {
  const Credential admin = person(ours, Role::kAdmin);
  EXPECT_EQ(as(admin, "GET", "/v1/session").status, 200);
  clock.advance_ms(13LL * 3'600'000);
  EXPECT_EQ(as(admin, "GET", "/v1/session").status, 401);
  EXPECT_EQ(as(admin, "POST", "/v1/logout").status, 204);  // can be repeated
}

TEST_F(ApiAccess, VerifyIsForOperatorsAndOwnApiKeyForItsKey) {
  EXPECT_EQ(ask("POST", "/v1/api-keys/verify").status, 401);
  EXPECT_EQ(as(person(ours, Role::kOwner), "POST", "/v1/api-keys/verify", "{}").status, 403);
  EXPECT_EQ(verify_calls, 0);
  EXPECT_EQ(as(operator_key, "POST", "/v1/api-keys/verify", "{}").body, "verdict");
  EXPECT_EQ(verify_calls, 1);
  const ApiAnswer own = ask("GET", "/v1/api-key");
  EXPECT_EQ(own.body, "own key");
  EXPECT_EQ(own.field("X-Content-Type-Options"), "nosniff");
}

TEST_F(ApiAccess, ANameThatWasReboundToLoopbackIsNotServed) {
  for (const char* path : {"/", "/v1/tenants", "/v1/api-key", "/healthz", "/openapi.yaml"}) {
    EXPECT_EQ(ask("GET", path, {{"Host", "evil.example"}, operator_key.fields[0]}).status, 421) << path;
  }
}

}  // namespace
}  // namespace latchkey::api
