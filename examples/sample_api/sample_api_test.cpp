#include "sample_api/sample_api.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "catalog/load.h"
#include "sample_api/operations.h"

namespace latchkey::sample {
namespace {

using nlohmann::json;

struct Reply {
  int status;
  json body;
};

Reply call(Api& api, std::string_view method, std::string_view path, std::string_view query = {},
           std::string_view body = {}) {
  Answer answer = api.answer(method, path, *parse_query(query), body);
  std::string text = answer.body;
  while (answer.next && answer.next(text)) {
  }
  return {answer.status, text.empty() ? json() : json::parse(text)};
}

struct Shape {
  std::string_view operation, query;
  std::vector<std::string> members;  // of the answer, or of each of its rows
};

const std::vector<Shape>& shapes() {
  static const std::vector<std::string> action = {"ActionID", "ActionName"}, promo = {"ActionID", "PromoCode"},
                                        group = {"TargetGroupID", "TargetGroupName"},
                                        customer = {"CustomerID", "ActionID", "CampaignID"},
                                        segment = {"ValueSegmentID", "ValueSegmentName"},
                                        template_ = {"TemplateID", "TemplateName"};
  static const std::vector<std::string> interaction = {"Date",      "CampaignID", "RecipientGroupID", "ActionID",
                                                       "ChannelID", "TemplateID", "EventID"};
  static const std::vector<std::string> one_time = {"CustomerID", "RecipientGroupID", "ActionID", "ChannelID",
                                                    "CustomerAttributes"};
  static const std::vector<Shape> all = {
      {"GetLastDataUpdate", "", {"Date"}},
      {"GetRegisteredEventListeners", "", {"EventTypeID", "ListenerURL"}},
      {"GetCustomerAttributeList", "", {"RealFieldName", "Description"}},
      {"GetLifecycleStageList", "", {"StageID", "StageName"}},
      {"GetMicrosegmentList", "", {"MicrosegmentID", "MicrosegmentName"}},
      {"GetMicrosegmentChangers", "", {"CustomerID", "InitialMicrosegmentID", "FinalMicrosegmentID"}},
      {"GetAllActions", "", action},
      {"GetActionsByTargetGroup", "TargetGroupID=2", action},
      {"GetActionID", "ActionName=Action%203", action},
      {"GetActionName", "ActionID=3", action},
      {"GetActionDetailsByTargetGroup", "TargetGroupID=2", {"ActionID", "ActionDetails"}},
      {"GetPromoCodes", "Date=2026-05-01", promo},
      {"GetPromoCodesByCampaign", "CampaignID=100", promo},
      {"GetPromoCodesByTargetGroup", "TargetGroupID=2", promo},
      {"GetExecutedCampaignDetails", "Date=2026-05-01", {"CampaignID", "TargetGroupID"}},
      {"GetCampaignDetails", "CampaignID=107", {"CampaignID", "TargetGroupName", "Channels"}},
      {"GetExecutionChannels", "", {"ChannelID", "ChannelName"}},
      {"GetExecutedCampaignsByChannel", "ChannelID=505&Date=2026-05-01", {"CampaignID"}},
      {"GetExecutedCampaignChannelDetails", "CampaignID=100&ChannelID=502", {"CampaignID", "TemplateID", "ListID"}},
      {"GetTargetGroupsByDate", "Date=2026-05-01", group},
      {"GetTargetGroupID", "TargetGroupName=Group%204", group},
      {"GetTargetGroupName", "TargetGroupID=4", group},
      {"GetTargetGroupDetails", "", {"TargetGroupID", "TargetGroupName", "TargetGroupPriority"}},
      {"GetCurrentlyTargetedCustomers", "", customer},
      {"GetCanceledCampaignCustomers", "CampaignID=100", customer},
      {"GetCustomerLastActionExecuted", "CustomerID=8D871", customer},
      {"GetCustomerActionsByTargetGroup", "TargetGroupID=2&Date=2026-05-01", customer},
      {"GetCustomerOneTimeActionsByCampaign", "CampaignID=242&CustomerAttributes=Alias;Country", one_time},
      {"GetCustomerOneTimeActionsByDate", "Date=2026-05-01&CustomerAttributes=Alias", one_time},
      {"GetCustomersByAction", "ActionID=3", customer},
      {"GetCustomersActionEndedByDate", "Date=2026-05-01", customer},
      {"GetCustomerSendDetailsByCampaign", "CampaignID=100", {"CustomerID", "TemplateID", "ScheduledTime"}},
      {"GetCustomerSendDetailsByChannel",
       "ChannelID=504&CampaignID=100",
       {"CustomerID", "TemplateID", "ScheduledTime"}},
      {"GetCustomerExecutionDetailsByCampaign",
       "CampaignID=100",
       {"CustomerID", "ActionID", "PromoCode", "ScheduleTime"}},
      {"GetCustomerActionDetailsByDate", "Date=2026-05-01", customer},
      {"GetCustomerFutureValues", "", {"CustomerID", "FutureValue"}},
      {"GetCampaignInteractionCustomers", "CampaignID=100&EventID=2", {"CustomerID", "CampaignID", "EventID"}},
      {"GetCustomerChannelInteractions", "CustomerID=841231", interaction},
      {"GetCustomerAttributes", "CustomerID=8D871", {"CustomerID", "Alias", "Country", "Email"}},
      {"GetCustomerAttributeChangers",
       "ChangedCustomerAttribute=OptimailUnsubscribed&CustomerAttributes=Alias;Country",
       {"CustomerID", "InitialCustomerAttribute", "FinalCustomerAttribute", "CustomerAttributes"}},
      {"GetValueSegments", "", segment},
      {"GetValueSegmentID", "ValueSegmentName=Segment%202", segment},
      {"GetValueSegmentName", "ValueSegmentID=2", segment},
      {"GetCustomersByValueSegment", "ValueSegmentID=2", {"CustomerID"}},
      {"GetValueSegmentChangers", "", {"CustomerID", "InitialValueSegmentID", "FinalValueSegmentID"}},
      {"GetChannelTemplates", "ChannelID=504", template_},
      {"GetChannelTemplatesDetails", "", template_},
      {"GetPromotions", "", {"PromoCode", "PromotionName"}},
      {"GetUnsubscribers", "BrandID=99", {"CustomerID", "BrandID"}},
  };
  return all;
}

TEST(SampleApi, AnswersEveryReadingOperationInItsShape) {
  Api api;
  const auto loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  ASSERT_NE(loaded.catalog, nullptr);
  std::size_t reading = 0;
  for (const auto& operation : loaded.catalog->operations()) {
    if (operation.method != "GET") continue;
    ++reading;
    const auto shape = std::ranges::find(shapes(), operation.id, &Shape::operation);
    ASSERT_NE(shape, shapes().end()) << operation.id;
    const Reply reply = call(api, "GET", operation.path, shape->query);
    ASSERT_EQ(reply.status, 200) << operation.id << " " << reply.body;
    ASSERT_FALSE(reply.body.empty()) << operation.id;
    const json rows = reply.body.is_array() ? reply.body : json::array({reply.body});
    for (const auto& row : rows) {
      for (const auto& member : shape->members)
        ASSERT_TRUE(row.contains(member)) << operation.id << " lacks " << member;
    }
    EXPECT_EQ(call(api, "POST", operation.path).status, 405) << operation.id;
  }
  EXPECT_EQ(reading, shapes().size());
  EXPECT_EQ(reading, read_operations().size());
}

TEST(SampleApi, RefusesAPostWithoutItsBody) {
  Api api;
  const auto loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  ASSERT_NE(loaded.catalog, nullptr);
  for (const auto& operation : loaded.catalog->operations()) {
    if (operation.method != "POST") continue;
    EXPECT_EQ(call(api, "POST", operation.path, {}, "7").status, 400) << operation.id;  // 7 is no body of any of them
    EXPECT_EQ(call(api, "GET", operation.path).status, 405) << operation.id;
  }
}

TEST(SampleApi, RefusesParametersThatCannotBe) {
  Api api;
  for (const std::string_view query :
       {"ChannelID=x", "Date=yesterday", "Date=2026-13-01", "$top=-1", "CustomerAttributes=Nope"}) {
    EXPECT_EQ(call(api, "GET", "/current/actions/GetExecutedCampaignsByChannel", query).status, 400) << query;
  }
  EXPECT_EQ(call(api, "GET", "/current/actions/GetCampaignDetails").body["message"], "CampaignID must be given.");
  EXPECT_EQ(call(api, "GET", "/current/customers/GetCustomerAttributes", "CustomerID=").status, 400);
}

TEST(SampleApi, HonorsChannelAttributesAndPaging) {
  Api api;
  const Reply rows = call(api, "GET", "/CURRENT/customers/getcustomeronetimeactionsbycampaign",
                          "CampaignID=242&channelid=504&CustomerAttributes=Alias;Country&$top=5&$skip=2");
  ASSERT_EQ(rows.body.size(), 5u);
  for (const auto& row : rows.body) {
    EXPECT_EQ(row["ChannelID"], 504);
    EXPECT_EQ(row["CustomerAttributes"].size(), 2u);
  }
  EXPECT_EQ(call(api, "GET", "/current/customers/GetCustomersByAction", "CustomerAttributes=Nope").status, 400);
  EXPECT_GE(call(api, "GET", "/current/customers/GetCustomerExecutionDetailsByCampaign", "$top=20000").body.size(),
            20'000u);
}

TEST(SampleApi, InteractionsAreOnSeveralChannels) {
  Api api;
  std::set<int> channels;
  for (const auto& row :
       call(api, "GET", "/current/customers/GetCustomerChannelInteractions", "CustomerID=841231").body)
    channels.insert(row["ChannelID"].get<int>());
  EXPECT_TRUE(channels.contains(504) && channels.contains(505));
}

TEST(SampleApi, RefusesBadBodiesAndRepeatedMessages) {
  Api api;
  const char* metrics = "/current/integrations/UpdateCampaignMetrics";
  EXPECT_EQ(call(api, "POST", metrics, {},
                 R"([{"ChannelID":504,"CampaignID":7,"TemplateID":1,"MetricID":2,"MetricValue":10}])")
                .status,
            200);
  EXPECT_EQ(call(api, "POST", metrics, {}, R"([{"ChannelID":"x"}])").status, 400);
  EXPECT_EQ(call(api, "POST", metrics, {}, "{").status, 400);
  const char* mail =
      R"({"BrandID":99,"FromEmail":"a@b.example","Subject":"s","Html":"h","Recipients":[{"Email":"c@d.example"}],"UniqueMessageID":"m1"})";
  EXPECT_EQ(call(api, "POST", "/current/transactionalmail/SendFinalizedTransactionalMail", {}, mail).body["SendID"],
            235311);
  EXPECT_EQ(call(api, "POST", "/current/transactionalmail/SendFinalizedTransactionalMail", {}, mail).status, 409);
  EXPECT_EQ(call(api, "GET", "/current/general/Nope").status, 404);
  EXPECT_EQ(call(api, "GET", "/elsewhere").status, 404);
}

}  // namespace
}  // namespace latchkey::sample
