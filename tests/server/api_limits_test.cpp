// Limits of keys and tenants in the management API: set, told, and how they stand.
#include <gmock/gmock.h>

#include "api_fixture.h"
#include "limit/effective_limits.h"

namespace latchkey::api {
namespace {

using nlohmann::json;

class ApiLimits : public ApiFixture {
 protected:
  ApiLimits() { limiter.observe(clock.now(), clock.steady_ns()); }
  // A key with these limits; its path.
  std::string key_with(const json& limits, const std::string& access_type = "admin") {
    const json body = {{"nickname", "Limited"},
                       {"contact_email", "ops@acme.example"},
                       {"access_type", access_type},
                       {"limits", limits}};
    const ApiAnswer made = as(operator_key, "POST", keys_path(ours), body.dump());
    EXPECT_EQ(made.status, 201) << made.body;
    return keys_path(ours) + "/" + made.json()["id"].get<std::string>();
  }
  json refusal_of(const json& limits, const std::string& path) {
    const ApiAnswer answer = as(operator_key, "PATCH", path, json{{"limits", limits}}.dump());
    EXPECT_EQ(answer.status, 422) << answer.body;
    json pointers = json::array();
    for (const json& error : answer.json()["errors"]) pointers.push_back(error["pointer"]);
    return pointers;
  }
  // As a check would.
  void use(const std::string& path, std::uint8_t rate_class, std::uint32_t cost) {
    const auto key = store->find_key(KeyId::parse(path.substr(path.rfind('/') + 1)).value())->key;
    const auto tenant = *store->find_tenant(ours.id);
    const auto of_key = limit::effective_for_key(key.limits, *loaded.catalog);
    const auto of_tenant = limit::effective_for_tenant(tenant.limits, *loaded.catalog);
    const limit::DemandList demands(*loaded.catalog, rate_class, {key.id.bytes(), of_key},
                                    {tenant.id.bytes(), of_tenant});
    std::vector<limit::Standing> standings;
    EXPECT_TRUE(limiter.take(demands.span(), cost, clock.steady_ns(), standings).admitted);
  }
  std::string tenant_path() const { return "/v1/tenants/" + ours.id.to_string(); }
};

TEST_F(ApiLimits, OfAKeyAreToldAsTheyWereSet) {
  const std::string path = key_with(json::parse(
      R"({"rate_limits":[{"name":"default","requests":20},{"name":"hourly","requests":9,"window_seconds":3600,"rate_class":"transactional-mail"}],
          "quotas":[{"name":"daily","period":"day","requests":1000}]})"));
  EXPECT_EQ(as(operator_key, "GET", path).json()["limits"],
            json::parse(
                R"({"rate_limits":[{"name":"default","requests":20,"window_seconds":10,"rate_class":null},
                         {"name":"hourly","requests":9,"window_seconds":3600,"rate_class":"transactional-mail"}],
          "quotas":[{"name":"daily","period":"day","requests":1000}]})"));
  const ApiAnswer changed = as(operator_key, "PATCH", path, R"({"limits":{"quotas":[]}})");
  EXPECT_EQ(changed.json()["limits"], json::parse(R"({"rate_limits":[],"quotas":[]})"));
  EXPECT_EQ(changed.field("ETag"), "\"2\"");
}

TEST_F(ApiLimits, OfAKeyThatAreWrongAreRefusedWithTheirPlace) {
  const std::string path = key_with(json::parse(R"({})"));
  EXPECT_EQ(refusal_of(json::parse(R"({"rate_limits":[{"name":"default","requests":51}]})"), path),
            json::parse(R"(["/limits/rate_limits/0/requests"])"));
  EXPECT_EQ(
      refusal_of(json::parse(R"({"rate_limits":[{"name":"a","requests":"5","window_seconds":1.5},7],"quota":[]})"),
                 path),
      json::parse(
          R"(["/limits/rate_limits/0/requests","/limits/rate_limits/0/window_seconds","/limits/rate_limits/1","/limits/quota"])"));
  EXPECT_EQ(refusal_of(json::parse(R"({"quotas":[{"period":"day","requests":5}]})"), path),
            json::parse(R"(["/limits/quotas/0/name"])"));
  EXPECT_EQ(refusal_of(json::parse(R"(null)"), path), json::parse(R"(["/limits"])"));
  json many = json::array();
  for (int i = 0; i < 5'000; ++i) many.push_back(json::object());
  EXPECT_LE(refusal_of({{"rate_limits", many}}, path).size(), 120u);
}

TEST_F(ApiLimits, OfATenantAreTheOperatorsToSet) {
  const json limits = json::parse(
      R"({"rate_limits":[{"name":"all","requests":500,"window_seconds":10,"rate_class":null}],"quotas":[{"name":"monthly","period":"month","requests":9}]})");
  const std::string body = json{{"limits", limits}}.dump();
  for (const Role role : {Role::kOwner, Role::kAdmin, Role::kViewer}) {
    EXPECT_EQ(as(person(ours, role), "PATCH", tenant_path(), body).code(), "permission_denied");
  }
  EXPECT_EQ(as(operator_key, "PATCH", tenant_path(), body).json()["limits"], limits);
  EXPECT_EQ(as(person(ours, Role::kViewer), "GET", tenant_path()).json()["limits"], limits);
  const ApiAnswer made = as(operator_key, "POST", "/v1/tenants", json{{"name", "New"}, {"limits", limits}}.dump());
  EXPECT_EQ(made.json()["limits"], limits);
  EXPECT_EQ(refusal_of(json::parse(R"({"rate_limits":[{"name":"all","requests":500}]})"), tenant_path()),
            json::parse(R"(["/limits/rate_limits/0/window_seconds"])"));
}

TEST_F(ApiLimits, StandingsTellWhatIsLeftAndTakeNothing) {
  ASSERT_EQ(
      as(operator_key, "PATCH", tenant_path(),
         R"({"limits":{"rate_limits":[{"name":"all","requests":500,"window_seconds":10}],"quotas":[{"name":"monthly","period":"month","requests":900}]}})")
          .status,
      200);
  const std::string path = key_with(json::parse(
      R"({"rate_limits":[{"name":"minute","requests":100,"window_seconds":60}],"quotas":[{"name":"daily","period":"day","requests":40}]})"));
  use(path, 0, 30);
  json standings;
  for (int i = 0; i < 3; ++i) standings = as(person(ours, Role::kViewer), "GET", path + "/limits").json();
  EXPECT_EQ(standings, json::parse(R"({"counted":"local","rate_limits":[
      {"scope":"key","name":"default","rate_class":"default","requests":50,"window_seconds":10,"used":30,"remaining":20,"more_after_seconds":10,"own":false},
      {"scope":"key","name":"minute","rate_class":"default","requests":100,"window_seconds":60,"used":30,"remaining":70,"more_after_seconds":60,"own":true},
      {"scope":"key","name":"transactional-mail","rate_class":"transactional-mail","requests":10,"window_seconds":1,"used":0,"remaining":10,"more_after_seconds":0,"own":false},
      {"scope":"tenant","name":"all","rate_class":null,"requests":500,"window_seconds":10,"used":30,"remaining":470,"more_after_seconds":10,"own":true}],
    "quotas":[
      {"scope":"key","name":"daily","period":"day","requests":40,"used":30,"remaining":10,"resets_at":"2026-01-02T00:00:00.000Z"},
      {"scope":"tenant","name":"monthly","period":"month","requests":900,"used":30,"remaining":870,"resets_at":"2026-02-01T00:00:00.000Z"}]})"))
      << standings.dump(1);
  const json of_tenant = as(person(ours, Role::kViewer), "GET", tenant_path() + "/limits").json();
  EXPECT_EQ(of_tenant["rate_limits"], json::array({standings["rate_limits"][3]}));
  EXPECT_EQ(of_tenant["quotas"], json::array({standings["quotas"][1]}));
}

TEST_F(ApiLimits, StandingsOfAKeyLeaveOutClassesThatItCantUse) {
  const json standings = as(operator_key, "GET", key_with(json::parse("{}"), "integrations") + "/limits").json();
  ASSERT_EQ(standings["rate_limits"].size(), 1u);
  EXPECT_EQ(standings["rate_limits"][0]["rate_class"], "default");
  EXPECT_TRUE(as(operator_key, "GET", tenant_path() + "/limits").json()["rate_limits"].empty());
}

TEST_F(ApiLimits, TheCatalogTellsItsRateClasses) {
  const json catalog = as(operator_key, "GET", "/v1/catalog").json();
  ASSERT_EQ(catalog["rate_classes"].size(), 2u);
  const json& rest = catalog["rate_classes"][0];
  EXPECT_EQ(rest["id"], "default");
  EXPECT_EQ(rest["is_default"], true);
  EXPECT_EQ(rest["limits"], json::parse(R"([{"name":"default","requests":50,"window_seconds":10,"most":50}])"));
  const json& mail = catalog["rate_classes"][1];
  EXPECT_EQ(mail["operations"], json::parse(R"(["SendTransactionalMail"])"));
  EXPECT_EQ(rest["operations"].size() + 1, loaded.catalog->operations().size());
  EXPECT_EQ(catalog["costs"], json::object());
}

}  // namespace
}  // namespace latchkey::api
