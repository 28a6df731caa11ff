// Least privilege and trials in the management API.
#include <gmock/gmock.h>

#include "api_fixture.h"

namespace latchkey::api {
namespace {

using nlohmann::json;

class ApiLeastPrivilege : public ApiFixture {
 protected:
  ApiLeastPrivilege() {
    const json body = {{"nickname", "Partner"},
                       {"contact_email", "ops@acme.example"},
                       {"access_type", "integrations"},
                       {"restrictions", {{"channels", {504, 505}}}}};
    const json made = as(operator_key, "POST", keys_path(ours), body.dump()).json();
    key = KeyId::parse(made["id"].get<std::string>()).value();
    path = keys_path(ours) + "/" + key.to_string();
  }
  // As the checks would have counted it, `days_ago`.
  void use(const std::string& operation, const std::string& channel, const char* address, int days_ago = 0,
           std::uint64_t count = 1) {
    const Instant at = clock.now().plus_ms(-days_ago * store::kDayMs);
    store::UsageBatch batch;
    batch.cells.push_back({key, ours.id, at.unix_ms / store::kMinuteMs, operation, "allowed", 2, count, {}});
    batch.addresses.push_back({key, ours.id, at.unix_ms / store::kDayMs, IpAddress::parse(address).value(), at, at,
                               count});
    batch.observations.push_back({key, ours.id, ObservedKind::kOperation, operation, at, at, count});
    if (!channel.empty()) batch.observations.push_back({key, ours.id, ObservedKind::kChannel, channel, at, at, count});
    ASSERT_TRUE(usage->add(batch));
  }
  json get(const std::string& more = "") {
    const ApiAnswer answer = as(operator_key, "GET", path + "/least-privilege" + more);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  ApiAnswer try_it(const json& restrictions) {
    return as(operator_key, "PUT", path + "/trial", json{{"restrictions", restrictions}}.dump());
  }

  KeyId key;
  std::string path;
};

TEST_F(ApiLeastPrivilege, TellsWhatWasUsedAndProposesIt) {
  clock.advance_ms(40 * store::kDayMs);
  use("GetExecutedCampaignsByChannel", "505", "203.0.113.9", 3, 7);
  use("GetLastDataUpdate", "", "2001:db8::5", 0, 2);
  use("GetCampaignDetails", "504", "198.51.100.1", 35);
  const json found = get();
  EXPECT_EQ(found["days"], 30);
  EXPECT_EQ(found["requests"], 9);
  EXPECT_EQ(found["observed_since"], format_rfc3339({(clock.now().unix_ms / store::kDayMs - 29) * store::kDayMs}));
  EXPECT_EQ(found["operations"].size(), 22u);
  std::map<std::string, json> operations;
  for (const json& one : found["operations"]) operations[one["id"]] = one;
  EXPECT_EQ(operations["GetExecutedCampaignsByChannel"]["requests"], 7);
  EXPECT_EQ(operations["GetExecutedCampaignsByChannel"]["used"], true);
  EXPECT_EQ(operations["GetExecutedCampaignsByChannel"]["last_used_at"],
            format_rfc3339(clock.now().plus_ms(-3 * store::kDayMs)));
  EXPECT_EQ(operations["GetCampaignDetails"]["used"], false);
  EXPECT_EQ(operations["GetCampaignDetails"]["last_used_at"], nullptr);
  EXPECT_EQ(found["channels"]["items"],
            json::parse(fmt::format(R"([{{"id":504,"name":"Email","used":false,"last_used_at":null}},
    {{"id":505,"name":"SMS","used":true,"last_used_at":"{}"}}])",
                                    format_rfc3339(clock.now().plus_ms(-3 * store::kDayMs)))));
  EXPECT_EQ(found["attributes"]["items"].size(), 26u);
  EXPECT_EQ(found["networks"], json::parse(R"(["203.0.113.0/24","2001:db8::/64"])"));
  EXPECT_EQ(found["addresses"].size(), 2u);
  EXPECT_EQ(found["proposal"],
            json::parse(
                R"({"operations":["GetLastDataUpdate","GetExecutedCampaignsByChannel"],"channels":[505],"attributes":[],
    "ip_ranges":["203.0.113.0/24","2001:db8::/64"]})"));
  EXPECT_EQ(found["removes"], json::parse(R"({"operations":20,"channels":1,"attributes":0})"));
  EXPECT_EQ(found["notes"].size(), 1u);
  EXPECT_EQ(found["trial"], nullptr);

  const json longer = get("?days=40");
  EXPECT_EQ(longer["requests"], 10);
  EXPECT_EQ(longer["removes"]["channels"], 0);
  EXPECT_EQ(get("?days=1")["requests"], 2);
  EXPECT_EQ(as(operator_key, "GET", path + "/least-privilege?days=366").status, 400);
}

TEST_F(ApiLeastPrivilege, WithoutUseThereIsNothingToPropose) {
  const json found = get();
  EXPECT_EQ(found["proposal"], nullptr);
  EXPECT_EQ(found["requests"], 0);
  EXPECT_EQ(found["observed_since"], format_rfc3339(clock.now())) << "since the key was made";
}

TEST_F(ApiLeastPrivilege, NetworksAreProposedOnlyWhereAddressesAreKeptThatLong) {
  clock.advance_ms(200 * store::kDayMs);
  use("GetLastDataUpdate", "", "203.0.113.9");
  EXPECT_EQ(get("?days=90")["proposal"]["ip_ranges"].size(), 1u);
  EXPECT_EQ(get("?days=91")["proposal"]["ip_ranges"].size(), 0u);
}

TEST_F(ApiLeastPrivilege, ATrialIsStartedToldAndApplied) {
  EXPECT_EQ(as(operator_key, "GET", path + "/trial").status, 404);
  EXPECT_EQ(as(operator_key, "POST", path + "/trial/apply").status, 404);
  const json wanted = {{"operations", {"GetLastDataUpdate"}},
                       {"channels", {505}},
                       {"attributes", json::array()},
                       {"ip_ranges", {"203.0.113.0/24"}}};
  const ApiAnswer started = try_it(wanted);
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_EQ(started.json()["restrictions"], wanted);
  EXPECT_EQ(started.json()["started_at"], format_rfc3339(clock.now()));
  EXPECT_EQ(started.json()["started_by"]["type"], "operator");
  EXPECT_EQ(started.json()["requests"], 0);

  store::UsageBatch batch;
  const std::int64_t number = store->find_key(key)->trial->trial.number;
  batch.trials.push_back({key, ours.id, number, "allowed", "GetLastDataUpdate", clock.now(),
                          IpAddress::v4(203, 0, 113, 9), "", 5});
  batch.trials.push_back({key, ours.id, number, "operation_not_permitted", "GetCampaignDetails", clock.now(),
                          IpAddress::v4(203, 0, 113, 9), "Why.", 2});
  batch.trials.push_back({key, ours.id, number, "not_judged", "AddChannelApps", clock.now(),
                          IpAddress::v4(203, 0, 113, 9), "", 1});
  ASSERT_TRUE(usage->add(batch));
  const json trial = as(operator_key, "GET", path + "/trial").json();
  EXPECT_EQ(trial["requests"], 7);
  EXPECT_EQ(trial["would_refuse"], 2);
  EXPECT_EQ(trial["not_judged"], 1);
  EXPECT_EQ(trial["examples"],
            json::parse(fmt::format(
                R"([{{"at":"{}","code":"operation_not_permitted","detail":"Why.","operation":"GetCampaignDetails",
    "address":"203.0.113.9","count":2}}])",
                format_rfc3339(clock.now()))));
  EXPECT_EQ(get()["trial"], trial);
  EXPECT_EQ(as(operator_key, "GET", path).json()["version"], 1);

  EXPECT_EQ(as(operator_key, "POST", path + "/trial/apply", "", {{"If-Match", "\"2\""}}).status, 412);
  EXPECT_EQ(as(operator_key, "POST", path + "/trial/apply", R"({"nickname":"x"})").status, 422);
  const ApiAnswer applied = as(operator_key, "POST", path + "/trial/apply", "", {{"If-Match", "\"1\""}});
  ASSERT_EQ(applied.status, 200) << applied.body;
  EXPECT_EQ(applied.json()["restrictions"], wanted);
  EXPECT_EQ(applied.field("ETag"), "\"2\"");
  EXPECT_EQ(as(operator_key, "GET", path + "/trial").status, 404);
}

TEST_F(ApiLeastPrivilege, AnotherTrialBeginsWithCountsOfItsOwn) {
  ASSERT_EQ(try_it({{"channels", {504}}}).status, 200);
  store::UsageBatch batch;
  batch.trials.push_back({key,
                          ours.id,
                          store->find_key(key)->trial->trial.number,
                          "allowed",
                          "GetLastDataUpdate",
                          clock.now(),
                          {},
                          "",
                          5});
  ASSERT_TRUE(usage->add(batch));
  const Credential admin = person(ours, Role::kAdmin);
  const ApiAnswer other = as(admin, "PUT", path + "/trial", R"({"restrictions":{"channels":[505]}})");
  ASSERT_EQ(other.status, 200) << other.body;
  EXPECT_EQ(other.json()["requests"], 0);
  EXPECT_EQ(other.json()["started_by"]["type"], "user");
  EXPECT_EQ(as(admin, "DELETE", path + "/trial").status, 204);
  EXPECT_EQ(as(admin, "DELETE", path + "/trial").status, 204);
  EXPECT_EQ(as(admin, "GET", path + "/trial").status, 404);
}

TEST_F(ApiLeastPrivilege, ATrialIsValidatedLikeRestrictionsAnywhere) {
  const auto pointers = [&](const std::string& body) {
    const ApiAnswer answer = as(operator_key, "PUT", path + "/trial", body);
    EXPECT_EQ(answer.status, 422) << answer.body;
    std::vector<std::string> out;
    for (const json& error : answer.json()["errors"]) out.push_back(error["pointer"]);
    return out;
  };
  EXPECT_THAT(pointers(R"({"restrictions":{"channels":[999],"operations":["Nothing"]}})"),
              testing::UnorderedElementsAre("/restrictions/channels/0", "/restrictions/operations/0"));
  EXPECT_THAT(pointers(R"({"restrictions":{"channels":[999,true]},"x":1})"),
              testing::UnorderedElementsAre("/restrictions/channels/0", "/restrictions/channels/1", "/x"));
  EXPECT_THAT(pointers("{}"), testing::ElementsAre("/restrictions"));
  EXPECT_EQ(as(operator_key, "GET", path + "/trial").status, 404);
  ASSERT_EQ(as(operator_key, "POST", path + "/revoke").status, 200);
  EXPECT_EQ(try_it({{"channels", {504}}}).status, 409);
}

}  // namespace
}  // namespace latchkey::api
