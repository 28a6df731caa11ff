#include "sample_api/sample_api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "catalog/load.h"

namespace latchkey::sample {
namespace {

using nlohmann::json;

struct Reply {
  int status;
  json body;
};

Reply call(Api& api, std::string_view method, std::string_view path, std::string_view query = {}, std::string_view body = {}) {
  Answer answer = api.answer(method, path, *parse_query(query), body);
  std::string text = answer.body;
  while (answer.next && answer.next(text)) {
  }
  return {answer.status, text.empty() ? json() : json::parse(text)};
}

TEST(SampleApi, AnswersEveryOperationOfTheCatalog) {
  Api api;
  const auto loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  ASSERT_NE(loaded.catalog, nullptr);
  for (const auto& operation : loaded.catalog->operations()) {
    const Reply reply = call(api, operation.method, operation.path, {}, operation.method == "POST" ? "7" : "");
    if (operation.method == "GET") {
      EXPECT_EQ(reply.status, 200) << operation.id;
      EXPECT_FALSE(reply.body.empty()) << operation.id;
    } else {
      EXPECT_EQ(reply.status, 400) << operation.id;  // 7 is no body of any of them
    }
    EXPECT_EQ(call(api, operation.method == "GET" ? "POST" : "GET", operation.path).status, 405) << operation.id;
  }
}

TEST(SampleApi, HonorsChannelAttributesAndPaging) {
  Api api;
  const Reply rows = call(api, "GET", "/CURRENT/customers/getcustomeronetimeactionsbycampaign", "CampaignID=242&channelid=504&CustomerAttributes=Alias;Country&$top=5&$skip=2");
  ASSERT_EQ(rows.body.size(), 5u);
  for (const auto& row : rows.body) {
    EXPECT_EQ(row["ChannelID"], 504);
    EXPECT_EQ(row["CustomerAttributes"].size(), 2u);
  }
  EXPECT_EQ(call(api, "GET", "/current/customers/GetCustomersByAction", "CustomerAttributes=Nope").status, 400);
  EXPECT_GE(call(api, "GET", "/current/customers/GetCustomerExecutionDetailsByCampaign", "$top=20000").body.size(), 20'000u);
}

TEST(SampleApi, InteractionsAreOnSeveralChannels) {
  Api api;
  std::set<int> channels;
  for (const auto& row : call(api, "GET", "/current/customers/GetCustomerChannelInteractions", "CustomerID=841231").body) channels.insert(row["ChannelID"].get<int>());
  EXPECT_TRUE(channels.contains(504) && channels.contains(505));
}

TEST(SampleApi, RefusesBadBodiesAndRepeatedMessages) {
  Api api;
  const char* metrics = "/current/integrations/UpdateCampaignMetrics";
  EXPECT_EQ(call(api, "POST", metrics, {}, R"([{"ChannelID":504,"CampaignID":7,"TemplateID":1,"MetricID":2,"MetricValue":10}])").status, 200);
  EXPECT_EQ(call(api, "POST", metrics, {}, R"([{"ChannelID":"x"}])").status, 400);
  EXPECT_EQ(call(api, "POST", metrics, {}, "{").status, 400);
  const char* mail = R"({"BrandID":99,"FromEmail":"a@b.example","Subject":"s","Html":"h","Recipients":[{"Email":"c@d.example"}],"UniqueMessageID":"m1"})";
  EXPECT_EQ(call(api, "POST", "/current/transactionalmail/SendFinalizedTransactionalMail", {}, mail).body["SendID"], 235311);
  EXPECT_EQ(call(api, "POST", "/current/transactionalmail/SendFinalizedTransactionalMail", {}, mail).status, 409);
  EXPECT_EQ(call(api, "GET", "/current/general/Nope").status, 404);
  EXPECT_EQ(call(api, "GET", "/elsewhere").status, 404);
}

}  // namespace
}  // namespace latchkey::sample
