// Who serves, and receipts, as the management API tells of them.
#include "api_fixture.h"

namespace latchkey::api {
namespace {

class ApiNodes : public ApiFixture {};

TEST_F(ApiNodes, ListsTheOnlyNodeOfAServerOnSqlite) {
  const auto nodes = as(operator_key, "GET", "/v1/nodes").json();
  ASSERT_EQ(nodes["data"].size(), 1u);
  EXPECT_EQ(nodes["data"][0]["name"], "the-node");
  EXPECT_EQ(nodes["data"][0]["state"], "current");
  EXPECT_EQ(nodes["data"][0]["self"], true);
  EXPECT_EQ(nodes["data"][0]["store"], "sqlite");
  EXPECT_EQ(nodes["data"][0]["lag"], 0);
  EXPECT_EQ(nodes["head"], *store->last_sequence());
  EXPECT_TRUE(nodes["max_staleness_seconds"].is_null());
}

TEST_F(ApiNodes, NoNodeIsForgottenThatIsNotThere) {
  EXPECT_EQ(as(operator_key, "DELETE", "/v1/nodes/nod_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5").status, 404);
  EXPECT_EQ(as(operator_key, "DELETE", "/v1/nodes/nonsense").status, 404);
}

TEST_F(ApiNodes, AChangeOfAKeyHasAReceiptIfItIsAskedFor) {
  const std::string path = keys_path(ours) + "/" + std::string(make_key(ours)["id"]);
  EXPECT_FALSE(as(operator_key, "POST", path + "/disable").json().contains("receipt"));
  EXPECT_FALSE(as(operator_key, "POST", path + "/enable?wait=none").json().contains("receipt"));
  const std::tuple<const char*, std::string, const char*> changes[] = {
      {"PATCH", path + "?wait=all", R"({"nickname":"other"})"},
      {"POST", path + "/disable?wait=all&wait_timeout=1", ""},
      {"POST", path + "/disable?wait=all", ""},
      {"POST", path + "/enable?wait=all", ""},
      {"POST", path + "/rotate?wait=all", R"({"overlap_seconds":60})"},
      {"POST", path + "/rotation/finish?wait=all", ""},
      {"DELETE", path + "?wait=all&nickname=other", ""},
      {"POST", path + "/restore?wait=all", ""},
      {"POST", path + "/revoke?wait=all", ""}};
  for (const auto& [method, target, body] : changes) {
    const ApiAnswer answer = as(operator_key, method, target, body);
    ASSERT_EQ(answer.status, 200) << target << ' ' << answer.body;
    const auto receipt = answer.json()["receipt"];
    EXPECT_EQ(receipt["complete"], true) << target;
    EXPECT_EQ(receipt["wait"], "all");
    EXPECT_EQ(receipt["sequence"], *store->last_sequence());
    EXPECT_EQ(receipt["refused_everywhere_by"], receipt["committed_at"]);
    ASSERT_EQ(receipt["nodes"].size(), 1u);
    EXPECT_EQ(receipt["nodes"][0]["state"], "confirmed");
    EXPECT_TRUE(receipt["nodes"][0]["stale_by"].is_null());
  }
}

TEST_F(ApiNodes, AChangeOfATenantHasAReceiptToo) {
  const auto tenant =
      as(operator_key, "PATCH", "/v1/tenants/" + ours.id.to_string() + "?wait=all", R"({"status":"suspended"})").json();
  EXPECT_EQ(tenant["status"], "suspended");
  EXPECT_EQ(tenant["receipt"]["complete"], true);
}

TEST_F(ApiNodes, WaitingForAnythingElseIsRefusedBeforeTheChange) {
  const std::string path = keys_path(ours) + "/" + std::string(make_key(ours)["id"]);
  for (const char* query :
       {"?wait=some", "?wait=all&wait_timeout=61", "?wait=all&wait_timeout=x", "?wait=all&wait=all", "?waits=all"}) {
    EXPECT_EQ(as(operator_key, "POST", path + "/revoke" + query).status, 400) << query;
  }
  EXPECT_EQ(as(operator_key, "GET", path).json()["status"], "active");
}

}  // namespace
}  // namespace latchkey::api
