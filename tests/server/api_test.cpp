// What the management API does with well-meant requests.
#include <gmock/gmock.h>

#include "api_fixture.h"

namespace latchkey::api {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kNewKey =
    R"({"nickname":"Acme SMS Partner","contact_email":"ops@acme.example","access_type":"integrations",
  "restrictions":{"channels":[504,"505"],"attributes":["Alias"],"ip_ranges":["203.0.113.0/24"]},"expires_at":"2030-01-31T09:30:00Z"})";

class Api : public ApiFixture {};

TEST_F(Api, ANewKeyIsAnsweredWithItsSecretOnce) {
  const ApiAnswer made = as(operator_key, "POST", keys_path(ours), kNewKey);
  ASSERT_EQ(made.status, 201) << made.body;
  const json key = made.json();
  EXPECT_THAT(key["secret"].get<std::string>(), StartsWith("lk_live_"));
  EXPECT_EQ(key["restrictions"]["channels"], json::parse("[504,505]"));
  EXPECT_EQ(key["created_by"]["type"], "operator");
  EXPECT_EQ(key["expires_at"], "2030-01-31T09:30:00.000Z");
  EXPECT_EQ(made.field("Location"), keys_path(ours) + "/" + key["id"].get<std::string>());
  EXPECT_EQ(made.field("ETag"), "\"1\"");
  EXPECT_EQ(made.field("Cache-Control"), "no-store");
  const ApiAnswer read = as(operator_key, "GET", made.field("Location"));
  EXPECT_EQ(read.status, 200);
  EXPECT_FALSE(read.json().contains("secret"));
  EXPECT_THAT(as(operator_key, "GET", keys_path(ours)).body,
              Not(HasSubstr(key["secret"].get<std::string>().substr(11, 20))));
}

TEST_F(Api, MistakesOfShapeAndOfMeaningAreToldTogether) {
  const ApiAnswer answer = as(
      operator_key, "POST", keys_path(ours),
      R"({"nickname":7,"contact_email":"nobody","access_typ":"x","restrictions":{"channels":[999,true],"moons":[]},"expires_at":"2001-01-01T00:00:00Z"})");
  ASSERT_EQ(answer.status, 422);
  std::vector<std::string> pointers;
  for (const json& error : answer.json()["errors"]) pointers.push_back(error["pointer"]);
  EXPECT_THAT(pointers,
              testing::UnorderedElementsAre("/nickname", "/contact_email", "/access_type", "/access_typ",
                                            "/restrictions/channels/1", "/restrictions/moons", "/expires_at"));
}

TEST_F(Api, ARepeatedRequestMakesNoSecondKey) {
  const Fields once = {{"Idempotency-Key", "attempt-1"}};
  const ApiAnswer first = as(operator_key, "POST", keys_path(ours), kNewKey, once);
  ASSERT_EQ(first.status, 201);
  // Written differently, asked for the same.
  std::string same = kNewKey;
  same.replace(same.find("504"), 3, "\"504\"");
  const ApiAnswer second = as(operator_key, "POST", keys_path(ours), same, once);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.field("Idempotent-Replayed"), "true");
  EXPECT_EQ(second.json()["id"], first.json()["id"]);
  EXPECT_FALSE(second.json().contains("secret"));
  EXPECT_EQ(as(operator_key, "POST", keys_path(ours),
               R"({"nickname":"Other","contact_email":"o@acme.example","access_type":"admin"})", once)
                .status,
            409);
  EXPECT_EQ(as(operator_key, "POST", keys_path(theirs), kNewKey, once).status, 201);  // another tenant's business
  EXPECT_EQ(as(operator_key, "POST", keys_path(ours), kNewKey, {{"Idempotency-Key", std::string(129, 'x')}}).status,
            400);
  EXPECT_EQ(as(operator_key, "GET", keys_path(ours)).json()["total"], 1);
}

TEST_F(Api, AChangeOfWhatHasChangedMeanwhileIsRefused) {
  const std::string path = keys_path(ours) + "/" + make_key(ours)["id"].get<std::string>();
  const ApiAnswer changed = as(operator_key, "PATCH", path, R"({"nickname":"New"})", {{"If-Match", "\"1\""}});
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.field("ETag"), "\"2\"");
  for (const char* tag : {"\"1\"", "W/\"2\"", "\"two\"", "2"}) {
    EXPECT_EQ(as(operator_key, "PATCH", path, R"({"nickname":"Newer"})", {{"If-Match", tag}}).status, 412) << tag;
  }
  EXPECT_EQ(as(operator_key, "PATCH", path, R"({"nickname":"Newer"})", {{"If-Match", "*"}}).status, 200);
}

TEST_F(Api, AKeyIsDisabledEnabledAndRevoked) {
  const std::string path = keys_path(ours) + "/" + make_key(ours, "Ann's app")["id"].get<std::string>();
  EXPECT_EQ(as(operator_key, "POST", path + "/disable").json()["status"], "disabled");  // no body at all
  EXPECT_EQ(as(operator_key, "POST", path + "/enable", "{}").json()["status"], "active");
  EXPECT_EQ(as(operator_key, "POST", path + "/revoke", R"({"nickname":"Another"})").code(), "conflict");
  const ApiAnswer revoked = as(operator_key, "POST", path + "/revoke", R"({"nickname":"Ann's app"})");
  EXPECT_EQ(revoked.json()["status"], "revoked");
  EXPECT_EQ(as(operator_key, "POST", path + "/revoke", "{}").body, revoked.body);
  EXPECT_EQ(as(operator_key, "POST", path + "/enable", "{}").status, 409);
  EXPECT_EQ(as(operator_key, "PATCH", path, R"({"nickname":"x"})").status, 409);
  EXPECT_EQ(as(operator_key, "POST", path + "/disable", R"({"reason":"x"})").status, 422);
  EXPECT_EQ(as(operator_key, "POST", path + "/destroy", "{}").status, 404);
}

TEST_F(Api, ListsArePagedAndStrict) {
  for (int i = 0; i < 5; ++i) make_key(ours, "Key " + std::to_string(i));
  const json first = as(operator_key, "GET", keys_path(ours) + "?limit=3&sort=nickname").json();
  EXPECT_EQ(first["data"].size(), 3u);
  EXPECT_EQ(first["total"], 5);
  const std::string next = first["next_cursor"];
  const json second = as(operator_key, "GET", keys_path(ours) + "?limit=3&sort=nickname&cursor=" + next).json();
  EXPECT_EQ(second["data"].size(), 2u);
  EXPECT_TRUE(second["next_cursor"].is_null());
  EXPECT_EQ(as(operator_key, "GET", keys_path(ours) + "?q=key%203").json()["total"], 1);
  for (const char* query : {"?limit=0", "?limit=x", "?status=asleep", "?sort=colour", "?cursor=x", "?limt=1",
                            "?limit=1&limit=1", "?q=%FF"}) {
    const ApiAnswer answer = as(operator_key, "GET", keys_path(ours) + query);
    EXPECT_EQ(answer.status, 400) << query;
  }
}

TEST_F(Api, PeopleSignInAndOut) {
  const auto made =
      people->create(ours.id, {.email = "dana@acme.example", .name = "", .role = Role::kAdmin, .password = {}});
  ASSERT_TRUE(made);
  const json login = {{"email", "Dana@acme.example"}, {"password", std::string(made->password.expose())}};
  const Fields content = {{"Content-Type", "application/json"}};
  ASSERT_EQ(ask("POST", "/v1/login", content, R"({"email":"dana@acme.example","password":"wrong"})").code(),
            "invalid_credentials");
  const ApiAnswer in = ask("POST", "/v1/login", content, login.dump());
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(in.json()["user"]["email"], "dana@acme.example");
  EXPECT_EQ(in.json()["tenants"][0]["id"], ours.id.to_string());
  const std::string cookie = in.field("Set-Cookie");
  EXPECT_THAT(cookie, StartsWith("__Host-latchkey="));
  EXPECT_THAT(cookie, HasSubstr("; Path=/; Secure; HttpOnly; SameSite=Strict"));
  const Credential dana{{{"Cookie", cookie.substr(0, cookie.find(';'))}}, in.json()["csrf_token"]};
  EXPECT_EQ(as(dana, "GET", "/v1/session").json()["csrf_token"], dana.csrf_token);
  EXPECT_EQ(as(dana, "POST", keys_path(ours), kNewKey).json()["created_by"]["name"], "dana@acme.example");
  const ApiAnswer out = as(dana, "POST", "/v1/logout");
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(out.field("Set-Cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(as(dana, "GET", "/v1/session").status, 401);
}

TEST_F(Api, GuessingAPasswordHasToWait) {
  const Fields content = {{"Content-Type", "application/json"}};
  ApiAnswer answer;
  for (int i = 0; i < 6; ++i)
    answer = ask("POST", "/v1/login", content, R"({"email":"nobody@acme.example","password":"guess"})");
  EXPECT_EQ(answer.status, 429);
  EXPECT_GT(std::stoi(answer.field("Retry-After")), 0);
}

TEST_F(Api, ManyWhoSignInAtOnceWaitForOneAnother) {
  const Fields content = {{"Content-Type", "application/json"}};
  std::vector<std::thread> callers;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&, i] {
      const std::string body = fmt::format(R"({{"email":"person{}@acme.example","password":"guess"}})", i);
      answered += ask("POST", "/v1/login", content, body).status == 401 ? 1 : 0;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, 12);
}

TEST_F(Api, OperatorsMakeTenantsAndPeople) {
  const ApiAnswer tenant =
      as(operator_key, "POST", "/v1/tenants", R"({"name":"New","cid":77,"enabled_channels":["504"]})");
  ASSERT_EQ(tenant.status, 201) << tenant.body;
  EXPECT_EQ(tenant.json()["enabled_channels"], json::parse("[504]"));
  const std::string path = "/v1/tenants/" + tenant.json()["id"].get<std::string>();
  EXPECT_EQ(tenant.field("Location"), path);
  EXPECT_EQ(as(operator_key, "PATCH", path, R"({"status":"suspended"})").json()["status"], "suspended");
  EXPECT_EQ(as(operator_key, "PATCH", path, R"({"status":"asleep","cid":1})").json()["errors"].size(), 2u);
  const ApiAnswer person = as(operator_key, "POST", path + "/users", R"({"email":"sam@new.example","role":"viewer"})");
  ASSERT_EQ(person.status, 201) << person.body;
  EXPECT_FALSE(person.json()["password"].get<std::string>().empty());
  EXPECT_EQ(as(operator_key, "POST", path + "/users", R"({"email":"sam@new.example"})").status, 409);
  EXPECT_EQ(as(operator_key, "GET", path + "/users").json()["data"].size(), 1u);
  EXPECT_EQ(as(operator_key, "GET", "/v1/tenants?limit=2").json()["data"].size(), 2u);
}

TEST_F(Api, TheCatalogOffersWhatTheCatalogSays) {
  const json catalog = as(operator_key, "GET", "/v1/catalog").json();
  EXPECT_EQ(catalog["gateway_url"], "https://api.example");
  EXPECT_EQ(catalog["operation_count"], loaded.catalog->operations().size());
  std::size_t listed = 0;
  for (const json& group : catalog["groups"]) listed += group["operations"].size();
  EXPECT_EQ(listed, loaded.catalog->operations().size());
  EXPECT_EQ(catalog["channels"][1]["id"], 504);
  EXPECT_EQ(catalog["access_types"].size(), 3u);
}

TEST_F(Api, BodiesThatAreNotJsonAreRefused) {
  const std::string path = keys_path(ours);
  const auto post = [&](const Fields& more, const std::string& body) {
    Fields fields = more;
    fields.push_back(operator_key.fields[0]);
    return ask("POST", path, fields, body);
  };
  EXPECT_EQ(post({}, kNewKey).status, 415);
  EXPECT_EQ(post({{"Content-Type", "text/plain"}}, kNewKey).status, 415);
  EXPECT_EQ(post({{"Content-Type", "application/json; charset=latin1"}}, kNewKey).status, 415);
  EXPECT_EQ(post({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}, kNewKey).status, 415);
  EXPECT_EQ(post({{"Content-Type", "Application/JSON; charset=UTF-8"}}, kNewKey).status, 201);
  const ApiAnswer twice = post({{"Content-Type", "application/json"}}, R"({"nickname":"a","nickname":"b"})");
  EXPECT_EQ(twice.code(), "invalid_json");
  EXPECT_EQ(twice.json()["errors"][0]["pointer"], "/nickname");
  EXPECT_EQ(post({{"Content-Type", "application/json"}}, std::string(1024 * 1024 + 1, ' ')).status, 413);
}

TEST_F(Api, EveryAnswerCarriesARequestIdAndWhatKeepsBrowsersSafe) {
  for (const char* path : {"/", "/v1/tenants", "/v1/nothing", "/healthz", "/docs", "/nothing.js"}) {
    const ApiAnswer answer = ask("GET", path, {{"X-Request-Id", "trace-1"}});
    EXPECT_EQ(answer.field("X-Request-Id"), "trace-1") << path;
    EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(answer.field("Referrer-Policy"), "no-referrer") << path;
    EXPECT_EQ(answer.field("Cross-Origin-Opener-Policy"), "same-origin") << path;
    EXPECT_THAT(answer.field("Content-Security-Policy"), HasSubstr("frame-ancestors 'none'")) << path;
    EXPECT_EQ(answer.field("Strict-Transport-Security"), "") << path;  // not over plain HTTP
  }
  EXPECT_THAT(ask("GET", "/").field("Content-Security-Policy"), HasSubstr("script-src 'self'"));
  EXPECT_THAT(ask("GET", "/", {{"X-Request-Id", "a\"b"}}).field("X-Request-Id"), StartsWith("req_"));
}

TEST_F(Api, ProbesAreAnsweredByTheState) {
  EXPECT_EQ(ask("GET", "/healthz").json()["status"], "ok");
  readiness = {Readiness::State::kOk, 12};
  EXPECT_EQ(ask("GET", "/readyz").json()["keys"], 12);
  readiness.state = Readiness::State::kStopping;
  const ApiAnswer stopping = ask("GET", "/readyz");
  EXPECT_EQ(stopping.status, 503);
  EXPECT_EQ(stopping.json()["status"], "stopping");
}

TEST_F(Api, PathsAndMethodsThatAreNotThereAreToldApart) {
  EXPECT_EQ(ask("GET", "/v1/nothing").status, 404);
  EXPECT_EQ(ask("GET", "/authz").status, 404);  // or a gateway that asks here would take the console for a permission
  const ApiAnswer wrong = ask("DELETE", "/v1/tenants");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.field("Allow"), "GET, HEAD, POST");
  EXPECT_EQ(ask("POST", "/settings").status, 405);
  EXPECT_EQ(ask("GET", "/settings/general/api-keys").status, 200);
  EXPECT_EQ(ask("GET", "/assets/nothing.js").status, 404);
  const ApiAnswer head = as(operator_key, "HEAD", "/v1/catalog");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.body.empty());
}

}  // namespace
}  // namespace latchkey::api
