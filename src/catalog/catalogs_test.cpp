// The catalogs that are shipped: that they are sound, and that they say what they should.
#include <gtest/gtest.h>

#include <set>

#include "catalog/answer_filter.h"
#include "catalog/load.h"
#include "catalog/read_request.h"

namespace latchkey::catalog {
namespace {

std::unique_ptr<const Catalog> shipped(const char* name) {
  LoadResult loaded = load_catalog_file(std::string(LATCHKEY_SOURCE_DIR "/catalogs/") + name);
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << diagnostic.to_string();
  return std::move(loaded.catalog);
}

std::string written(const std::vector<Step>& path) {
  std::string out;
  for (const Step& step : path) out += step.each() ? "[]" : (out.empty() ? "" : ".") + step.member;
  return out.empty() ? "the whole" : out;
}

std::string written(Subject subject) { return subject == Subject::kChannel ? "channel" : "attribute"; }

std::string written(WhenAbsent when_absent, const std::vector<std::string>& everything) {
  std::string out = when_absent == WhenAbsent::kEverything ? ", absent is all" : "";
  for (const std::string& value : everything) out += fmt::format(", '{}' is all", value);
  return out;
}

// One line for each place: "query ChannelID: channel, absent is all".
std::vector<std::string> places(const Operation& operation) {
  std::vector<std::string> out;
  for (const ParameterPlace& place : operation.path_parameters)
    out.push_back(fmt::format("path {}: {}", place.name, written(place.subject)));
  for (const ParameterPlace& place : operation.query) {
    out.push_back(fmt::format("query {}: {}{}{}{}", place.name, written(place.subject),
                              written(place.when_absent, place.everything),
                              place.separators.empty() ? "" : ", parted by " + place.separators,
                              place.delimiter_parameter.empty() ? "" : " and " + place.delimiter_parameter));
  }
  for (const BodyPlace& place : operation.body) {
    out.push_back(fmt::format("body {}: {}{}", written(place.path), written(place.subject),
                              written(place.when_absent, place.everything)));
  }
  for (const AnswerPlace& place : operation.answer) {
    std::string how;
    switch (place.rule) {
      case AnswerRule::kDropElement: how = "drop"; break;
      case AnswerRule::kRemoveMembers: how = "remove, keep"; break;
      case AnswerRule::kPositional: how = "as " + place.parameter; break;
    }
    for (const std::string& name : place.keep) how += " " + name;
    out.push_back(fmt::format("answer {}: {}, {}", written(place.path), written(place.subject), how));
  }
  return out;
}

using Expected = std::map<std::string, std::vector<std::string>>;

void expect_places(const Catalog& catalog, const Expected& expected) {
  for (const Operation& operation : catalog.operations()) {
    const auto at = expected.find(operation.id);
    EXPECT_EQ(places(operation), at == expected.end() ? std::vector<std::string>{} : at->second) << operation.id;
  }
  for (const auto& [id, lines] : expected) EXPECT_NE(catalog.find_operation(id), nullptr) << id;
}

std::vector<std::string> permitted(const Catalog& catalog, const char* access_type) {
  std::vector<std::string> out;
  for (const Operation& operation : catalog.operations()) {
    if (catalog.find_access_type(access_type)->operations.contains(operation.index)) out.push_back(operation.id);
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(OptimoveCatalog, HasEveryOperation) {
  const auto catalog = shipped("optimove.yaml");
  ASSERT_NE(catalog, nullptr);
  std::map<std::string, int> count;
  for (const Operation& operation : catalog->operations()) {
    ++count[operation.method];
    ++count[operation.method + " " + operation.group];
    EXPECT_EQ(operation.path, "/current/" + operation.group + "/" + operation.id);
    EXPECT_EQ(operation.has_body, operation.method == "POST") << operation.id;
    EXPECT_GT(operation.summary.size(), 15u) << operation.id;
    EXPECT_TRUE(operation.summary.ends_with('.')) << operation.id;
  }
  const std::map<std::string, int> expected = {
      {"GET", 49},
      {"POST", 21},
      {"GET general", 2},
      {"POST general", 2},
      {"GET model", 4},
      {"GET actions", 13},
      {"GET groups", 4},
      {"GET customers", 17},
      {"POST customers", 3},
      {"GET segments", 5},
      {"GET integrations", 3},
      {"POST integrations", 10},
      {"GET optimail", 1},
      {"POST optimail", 4},
      {"POST transactionalmail", 2},
  };
  EXPECT_EQ(count, expected);
  EXPECT_EQ(catalog->operations().size(), 70u);
}

TEST(OptimoveCatalog, IntegrationsKeysCallThePublishedListAndOthersCallEverything) {
  const auto catalog = shipped("optimove.yaml");
  ASSERT_NE(catalog, nullptr);
  EXPECT_EQ(permitted(*catalog, "integrations"), (std::vector<std::string>{"AddChannelApps",
                                                                           "AddChannelTemplates",
                                                                           "DeleteChannelApps",
                                                                           "DeleteChannelTemplates",
                                                                           "GetCampaignDetails",
                                                                           "GetCampaignInteractionCustomers",
                                                                           "GetChannelTemplates",
                                                                           "GetChannelTemplatesDetails",
                                                                           "GetCustomerAttributeChangers",
                                                                           "GetCustomerChannelInteractions",
                                                                           "GetCustomerExecutionDetailsByCampaign",
                                                                           "GetCustomerOneTimeActionsByCampaign",
                                                                           "GetCustomerSendDetailsByChannel",
                                                                           "GetExecutedCampaignChannelDetails",
                                                                           "GetExecutedCampaignsByChannel",
                                                                           "GetLastDataUpdate",
                                                                           "GetRegisteredEventListeners",
                                                                           "RegisterEventListener",
                                                                           "SetCustomerChannelPreference",
                                                                           "UnregisterEventListener",
                                                                           "UpdateCampaignInteractions",
                                                                           "UpdateCampaignMetrics"}));
  EXPECT_EQ(permitted(*catalog, "admin").size(), 70u);
  EXPECT_EQ(permitted(*catalog, "transactional").size(), 70u);
  EXPECT_EQ(catalog->access_types().size(), 3u);
  using enum RestrictionKind;
  EXPECT_EQ(catalog->find_access_type("integrations")->restrictions,
            (std::vector{kOperations, kChannels, kAttributes, kIpRanges}));
  EXPECT_EQ(catalog->find_access_type("admin")->restrictions, std::vector{kIpRanges});
  EXPECT_EQ(catalog->find_access_type("transactional")->restrictions, std::vector{kIpRanges});
}

TEST(OptimoveCatalog, KnowsChannelsAndAttributes) {
  const auto catalog = shipped("optimove.yaml");
  ASSERT_NE(catalog, nullptr);
  std::string channels;
  for (const Channel& channel : catalog->channels())
    channels += fmt::format("{}{} {};", channel.id, channel.numeric ? "" : "?", channel.name);
  EXPECT_EQ(channels, "502 Call Center;504 Email;505 SMS;506 Push;510 Web Push;511 In-Platform;");
  for (const char* name : {"Alias", "Country", "Email", "FirstName", "LastName", "DateOfBirth", "RegistrationDate",
                           "Balance", "LifetimeValue", "OptimailUnsubscribed"}) {
    EXPECT_TRUE(catalog->attribute_index(name)) << name;
  }
  EXPECT_TRUE(catalog->options().path_ignores_case && catalog->options().parameters_ignore_case);
  EXPECT_FALSE(catalog->options().allow_unknown_operations);
}

TEST(OptimoveCatalog, NamesEveryPlaceOfChannelsAndAttributesAndNoOther) {
  const std::string channel = "query ChannelID: channel, absent is all, '0' is all, '' is all";
  const std::string attributes = "query CustomerAttributes: attribute, parted by ;, and CustomerAttributesDelimiter";
  const std::string row_channel = "answer [].ChannelID: channel, drop";
  const std::string row_attributes = "answer [].CustomerAttributes: attribute, as CustomerAttributes";
  const std::string body_channel = "body ChannelID: channel, absent is all, '0' is all";
  const std::string body_row_channel = "body [].ChannelID: channel, absent is all, '0' is all";
  const auto catalog = shipped("optimove.yaml");
  ASSERT_NE(catalog, nullptr);
  expect_places(*catalog,
                {
                    {"GetCustomersByAction", {attributes, row_attributes}},
                    {"GetCustomerActionsByTargetGroup", {attributes, row_attributes}},
                    {"GetCustomerOneTimeActionsByCampaign", {channel, attributes, row_channel, row_attributes}},
                    {"GetCustomerOneTimeActionsByDate", {attributes, row_channel, row_attributes}},
                    {"GetCustomerSendDetailsByChannel", {channel, attributes, row_attributes}},
                    {"GetCustomerExecutionDetailsByCampaign", {channel, attributes, row_attributes}},
                    {"GetCustomerAttributeChangers",
                     {"query ChangedCustomerAttribute: attribute, absent is all", attributes, row_attributes}},
                    {"GetMicrosegmentChangers", {attributes, row_attributes}},
                    {"GetCustomersByValueSegment", {attributes, row_attributes}},
                    {"GetValueSegmentChangers", {attributes, row_attributes}},
                    {"GetCustomerFutureValues", {"query CustomerAttribute: attribute"}},
                    {"UpdateCustomerAttributes", {"body [].Attributes[].RealFieldName: attribute, absent is all"}},
                    {"AddCustomerAttribute", {"body [].RealFieldName: attribute, absent is all"}},
                    {"GetCustomerAttributes", {"answer the whole: attribute, remove, keep CustomerID"}},
                    {"GetExecutedCampaignsByChannel", {channel}},
                    {"GetExecutedCampaignChannelDetails", {channel}},
                    {"GetChannelTemplates", {channel}},
                    {"AddChannelTemplates", {channel}},
                    {"RegisterEventListener", {body_channel}},
                    {"UpdateCampaignInteractions", {body_channel}},
                    {"SetCustomerChannelPreference", {body_channel}},
                    {"UpdateCampaignMetrics", {body_row_channel}},
                    {"DeleteChannelTemplates", {body_row_channel}},
                    {"AddChannelApps", {body_row_channel}},
                    {"DeleteChannelApps", {body_row_channel}},
                    {"GetCustomerChannelInteractions", {row_channel}},
                    {"GetExecutionChannels", {row_channel}},
                    {"GetCampaignDetails", {"answer Channels[].Id: channel, drop"}},
                });
}

std::string found(const Catalog& catalog, const char* method, const char* path) {
  Match match;
  if (!catalog.match(method, path, match)) return "-";
  std::string out = match.operation->id;
  for (const PathValue& value : match.values) out += fmt::format(" {}={}", value.name, value.value);
  return out;
}

TEST(OptimoveCatalog, MatchesItsPathsInAnyCase) {
  const auto catalog = shipped("optimove.yaml");
  ASSERT_NE(catalog, nullptr);
  for (const Operation& operation : catalog->operations()) {
    std::string upper = operation.path;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const bool get = operation.method == "GET";
    EXPECT_EQ(found(*catalog, operation.method.c_str(), operation.path.c_str()), operation.id);
    EXPECT_EQ(found(*catalog, operation.method.c_str(), upper.c_str()), operation.id);
    EXPECT_EQ(found(*catalog, get ? "POST" : "GET", operation.path.c_str()), "-");
    EXPECT_EQ(found(*catalog, operation.method.c_str(), (operation.path + "/").c_str()), "-");
    EXPECT_EQ(found(*catalog, operation.method.c_str(), operation.path.substr(1).c_str()), "-");
  }
}

TEST(WrenCatalog, SaysTheSameInAnotherStyle) {
  const auto catalog = shipped("wren.yaml");
  ASSERT_NE(catalog, nullptr);
  EXPECT_EQ(catalog->operations().size(), 13u);
  EXPECT_FALSE(catalog->options().path_ignores_case || catalog->options().parameters_ignore_case ||
               catalog->options().attributes_ignore_case);
  for (const Channel& channel : catalog->channels()) EXPECT_FALSE(channel.numeric);
  const std::string in_path = "path channel: channel";
  expect_places(*catalog,
                {
                    {"listChannels", {"answer [].id: channel, drop"}},
                    {"getChannel", {in_path}},
                    {"sendMessage", {in_path, "body fallback[]: channel"}},
                    {"listMessages",
                     {"query channel: channel, absent is all, 'all' is all", "answer data[].channel: channel, drop"}},
                    {"getHistory", {"answer days[].attempts[].channel: channel, drop"}},
                    {"listRecipients",
                     {"query fields: attribute, absent is all, parted by ,",
                      "answer data[]: attribute, remove, keep id created_at"}},
                    {"getRecipient", {"answer profile: attribute, remove, keep"}},
                    {"setPreference", {in_path}},
                });
  EXPECT_EQ(permitted(*catalog, "partner"),
            (std::vector<std::string>{"cancelMessage", "getChannel", "getHistory", "getRecipient", "listChannels",
                                      "listMessages", "listRecipients", "sendMessage", "setPreference"}));
  EXPECT_EQ(permitted(*catalog, "monitor"), (std::vector<std::string>{"getChannel", "listChannels"}));
}

TEST(WrenCatalog, MatchesPathsWithParameters) {
  const auto catalog = shipped("wren.yaml");
  ASSERT_NE(catalog, nullptr);
  EXPECT_EQ(found(*catalog, "GET", "/v2/channels"), "listChannels");
  EXPECT_EQ(found(*catalog, "GET", "/v2/channels/sms"), "getChannel channel=sms");
  EXPECT_EQ(found(*catalog, "POST", "/v2/channels/sms/messages"), "sendMessage channel=sms");
  EXPECT_EQ(found(*catalog, "PUT", "/v2/recipients/r%2B7/preferences/letter"),
            "setPreference recipient=r%2B7 channel=letter");
  EXPECT_EQ(found(*catalog, "POST", "/v2/recipients/all:export"), "exportRecipients");
  EXPECT_EQ(found(*catalog, "POST", "/v2/recipients/all%3Aexport"), "-");
  EXPECT_EQ(found(*catalog, "GET", "/v2/recipients/all%3Aexport"), "-");
  EXPECT_EQ(found(*catalog, "DELETE", "/v2/messages/m1"), "cancelMessage message=m1");
  for (const char* path : {"/channels", "/v2/Channels", "/v2/channels/", "/v1/channels", "/v2"})
    EXPECT_EQ(found(*catalog, "GET", path), "-") << path;
}

// What a key limited to email, and to display_name and language, gets of an answer.
std::string reduced(const Catalog& catalog, const char* operation, const std::string& answer) {
  Permitted permitted;
  permitted.channels.emplace().insert(*catalog.channel_index("email"));
  permitted.attributes.emplace();
  for (const char* name : {"display_name", "language"}) permitted.attributes->insert(*catalog.attribute_index(name));
  AnswerFilter filter(catalog, *catalog.find_operation(operation), permitted, {});
  std::string out;
  const auto fed = filter.feed(answer, out);
  const auto finished = fed ? filter.finish(out) : fed;
  return finished ? out : "error: " + finished.error().detail;
}

TEST(WrenCatalog, AnswersAreReduced) {
  const auto catalog = shipped("wren.yaml");
  ASSERT_NE(catalog, nullptr);
  EXPECT_EQ(reduced(*catalog, "listChannels",
                    R"([{"id":"email","state":"up"},{"id":"sms","state":"up"},{"id":"fax"}])"),
            R"([{"id":"email","state":"up"}])");
  EXPECT_EQ(reduced(*catalog, "listMessages",
                    R"({"data":[{"id":"1","channel":"sms"},{"id":"2","channel":"email"}],"next":"c"})"),
            R"({"data":[{"id":"2","channel":"email"}],"next":"c"})");
  EXPECT_EQ(
      reduced(
          *catalog, "getHistory",
          R"({"days":[{"day":"1","attempts":[{"channel":"sms"},{"channel":"email"}]},{"day":"2","attempts":[{"channel":"push"}]}]})"),
      R"({"days":[{"day":"1","attempts":[{"channel":"email"}]},{"day":"2","attempts":[]}]})");
  EXPECT_EQ(
      reduced(*catalog, "listRecipients",
              R"({"data":[{"id":"7","display_name":"Ada","phone":"1","created_at":"now","new_field":1}],"next":null})"),
      R"({"data":[{"id":"7","display_name":"Ada","created_at":"now"}],"next":null})");
  EXPECT_EQ(reduced(*catalog, "getRecipient", R"({"id":"7","profile":{"phone":"1","language":"pl"}})"),
            R"({"id":"7","profile":{"language":"pl"}})");
}

TEST(WrenCatalog, RequestsAreRead) {
  const auto catalog = shipped("wren.yaml");
  ASSERT_NE(catalog, nullptr);
  const auto index = [&](const char* channel) { return *catalog->channel_index(channel); };
  Match match;
  Asked asked;
  ASSERT_TRUE(catalog->match("POST", "/v2/channels/sms/messages", match));
  EXPECT_FALSE(read_path_values(*catalog, *match.operation, match.values, asked));
  EXPECT_FALSE(read_body(*catalog, *match.operation, "application/json",
                         R"({"recipient":"7","text":"Hi","fallback":["email","letter"]})", asked));
  EXPECT_EQ(asked.channels.count(), 3u);
  for (const char* channel : {"sms", "email", "letter"})
    EXPECT_TRUE(asked.channels.contains(index(channel))) << channel;
  EXPECT_FALSE(asked.every_channel);

  asked.clear();
  EXPECT_FALSE(read_query(*catalog, *catalog->find_operation("listMessages"), "channel=email&channel=push", asked));
  EXPECT_EQ(asked.channels.count(), 2u);
  asked.clear();
  EXPECT_FALSE(read_query(*catalog, *catalog->find_operation("listMessages"), "channel=all", asked));
  EXPECT_TRUE(asked.every_channel);

  asked.clear();
  EXPECT_FALSE(read_query(*catalog, *catalog->find_operation("listRecipients"), "fields=display_name,phone", asked));
  EXPECT_EQ(asked.attributes.count(), 2u);
  asked.clear();
  EXPECT_FALSE(read_query(*catalog, *catalog->find_operation("listRecipients"), "", asked));
  EXPECT_TRUE(asked.every_attribute);
}

}  // namespace
}  // namespace latchkey::catalog
