// What a body asks for; `status` is 0 where it is read.
#include "catalog/readers_test.h"

namespace latchkey::catalog {
namespace {

using testing_support::attributes_of;
using testing_support::channels_of;
using testing_support::operation;
using testing_support::test_catalog;
using Words = std::vector<std::string>;

struct Read {
  int status = 0;
  Words channels, attributes;
  std::string detail;
};

Read read(const std::string& id, std::string_view body, std::string_view type = "application/json",
          bool exact_names = false) {
  Asked asked;
  const auto problem = read_body(test_catalog(exact_names), operation(id, exact_names), type, body, asked);
  return {problem ? problem->status : 0, channels_of(asked), attributes_of(asked), problem ? problem->detail : ""};
}

TEST(ReadBody, ReadsEveryRow) {
  const Read rows =
      read("Rows",
           R"([{"ChannelID":504,"Fields":[{"Name":"Alias"},{"Name":"Email"}]},{"ChannelID":"505"},{"ChannelID":999}])");
  EXPECT_EQ(rows.status, 0);
  EXPECT_EQ(rows.channels, (Words{"504", "505", "?999"}));
  EXPECT_EQ(rows.attributes, (Words{"Alias", "Email"}));
}

TEST(ReadBody, ReadsNamesInAnyCaseAndByEscapes) {
  EXPECT_EQ(read("Rows", R"([{"channelid":505}])").channels, Words{"505"});
  EXPECT_EQ(read("Rows", "[{\"Channel\\u0049D\":505}]").channels, Words{"505"});
  EXPECT_EQ(read("Rows", "[{\"ChannelID\":\"50\\u0035\"}]").channels, Words{"505"});
  EXPECT_EQ(read("Rows", R"([{"channelid":505}])", "application/json", true).channels, Words{"every"});
}

TEST(ReadBody, LeavingAPlaceOutAsksForEverythingIfTheCatalogSaysSo) {
  for (const char* body : {R"([{}])", R"([{"ChannelID":null}])", R"([{"ChannelID":0}])", R"([{"ChannelID":"0"}])",
                           R"([{"Other":504}])", "[null]", "null"}) {
    EXPECT_EQ(read("Rows", body).channels, Words{"every"}) << body;
    EXPECT_EQ(read("Rows", body).attributes, Words{}) << body;
  }
  EXPECT_EQ(read("Rows", R"([{"ChannelID":504},{}])").channels, (Words{"504", "every"}));
  EXPECT_EQ(read("Rows", "[]").channels, Words{}) << "no rows, nothing asked";
  for (const char* body : {R"({})", R"({"Channels":null})", R"({"Channels":[]})", R"({"Channels":[null]})"}) {
    EXPECT_EQ(read("List", body).channels, Words{"every"}) << body;
  }
  EXPECT_EQ(read("List", R"({"Channels":[504,505]})").channels, (Words{"504", "505"}));
}

TEST(ReadBody, MissingBodyAsksForEverything) {
  EXPECT_EQ(read("Rows", "", "").channels, Words{"every"});
  EXPECT_EQ(read("List", "", "application/json").channels, Words{"every"});
}

TEST(ReadBody, DuplicateNamesAreRefused) {
  for (const char* body :
       {R"([{"ChannelID":504,"ChannelID":505}])", R"([{"ChannelID":504,"channelid":504}])",
        "[{\"ChannelID\":504,\"Channel\\u0049D\":505}]", R"([{"Fields":[],"Fields":[]}])",
        R"([{"Fields":null,"fields":[{"Name":"Email"}]}])", R"([{"Fields":[{"Name":"Alias","NAME":"Email"}]}])"}) {
    EXPECT_EQ(read("Rows", body).status, 400) << body;
  }
  EXPECT_EQ(read("Rows", R"([{"ChannelID":504,"Other":1,"Other":2}])").status, 0) << "names that matter only";
}

TEST(ReadBody, NamesThatHideAPlaceAreRefused) {
  for (const char* name : {"ChannelID\\u0000", "ChannelID\\u0000x", "Channel\\u0131D", "Channel\u0130D",
                           "\\ufeffChannelID", " ChannelID", "ChannelID\\u00a0", "Channel\uff29D"}) {
    EXPECT_EQ(read("Rows", std::string("[{\"ChannelID\":504,\"") + name + "\":505}]").status, 400) << name;
  }
  EXPECT_EQ(read("Rows", "[{\"Fields\":[{\"Nam\u00e9\":\"Email\"}]}]").attributes, Words{});
}

TEST(ReadBody, ValuesOfTheWrongKindAreRefused) {
  for (const char* value : {"504.0",    "5.04e2",      "504E0",          "1e999",     "-504",
                            "-0",       "true",        "false",          "[504]",     "[]",
                            "{}",       "{\"v\":504}", "\"504 \"",       "\" 504\"",  "\"\"",
                            "\"0504\"", "\"504,505\"", "\"504\\u0000\"", "\"504.0\"", "99999999999999999999"}) {
    EXPECT_EQ(read("Rows", std::string("[{\"ChannelID\":") + value + "}]").status, 400) << value;
  }
  for (const char* body :
       {"{}", "504", "\"x\"", "true", "[504]", "[[]]", "[{\"Fields\":{}}]", "[{\"Fields\":\"Email\"}]",
        "[{\"Fields\":[\"Email\"]}]", "[{\"Fields\":[{\"Name\":[\"Email\"]}]}]"}) {
    EXPECT_EQ(read("Rows", body).status, 400) << body;
  }
  EXPECT_EQ(read("List", R"({"Channels":504})").status, 400);
  EXPECT_EQ(read("List", R"({"Channels":[[504]]})").status, 400);
}

TEST(ReadBody, InvalidJsonIsRefused) {
  for (const char* body : {" ",
                           "[",
                           "[{]",
                           "[{}",
                           "[{}]x",
                           "[{}] []",
                           "[{},]",
                           "[,{}]",
                           "{\"a\":1,}",
                           "[{\"ChannelID\":504}]//",
                           "/**/[{\"ChannelID\":504}]",
                           "[{'ChannelID':504}]",
                           "[{ChannelID:504}]",
                           "[{\"ChannelID\":+504}]",
                           "[{\"ChannelID\":.5}]",
                           "[{\"ChannelID\":05}]",
                           "[{\"ChannelID\" 504}]",
                           "[{\"a\":tru}]",
                           "[{\"a\":\"\\x\"}]",
                           "[{\"a\":\"\\u12g4\"}]",
                           "[{\"a\":\"\\ud800\"}]",
                           "[{\"a\":\"\\udc00\\ud800\"}]",
                           "[{\"a\":\"\t\"}]",
                           "[{\"a\":NaN}]",
                           "[\x0b]",
                           "[{\"a\":\"x]",
                           "[{\"ChannelID\":504}",
                           "[1 2]",
                           "[{\"a\":1 \"b\":2}]"}) {
    EXPECT_EQ(read("Rows", body).status, 400) << body;
  }
  EXPECT_EQ(read("Rows", std::string_view("[{}]\0", 5)).status, 400);
  EXPECT_EQ(read("Rows", "\xef\xbb\xbf[{\"ChannelID\":504}]").status, 400) << "byte order mark";
  EXPECT_EQ(read("Rows", "[{\"a\":\"\xc0\xaf\"}]").status, 400) << "overlong";
  EXPECT_EQ(read("Rows", "[{\"a\":\"\xed\xa0\x80\"}]").status, 400) << "surrogate";
  EXPECT_EQ(read("Rows", "[{\"a\":\"\xff\"}]").status, 400);
}

TEST(ReadBody, DepthIsLimited) {
  const auto nested = [](std::size_t levels) {
    return "[{\"a\":" + std::string(levels - 2, '[') + std::string(levels - 2, ']') + ",\"ChannelID\":504}]";
  };
  EXPECT_EQ(read("Rows", nested(64)).status, 0);
  EXPECT_EQ(read("Rows", nested(65)).status, 400);
  EXPECT_EQ(read("Rows", std::string(1'000'000, '[')).status, 400);
}

TEST(ReadBody, ContentTypeMustSayJsonInUtf8) {
  const char* body = R"([{"ChannelID":504}])";
  for (const char* type :
       {"application/json", "Application/JSON", "application/json;charset=utf-8", "application/json; charset=\"UTF-8\"",
        "application/vnd.x+json", "application/json; profile=\"x\"", " application/json ; charset=utf-8 ;"}) {
    EXPECT_EQ(read("Rows", body, type).status, 0) << type;
  }
  for (const char* type :
       {"", "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/xml", "json", "application/", "application/jsonx", "application/json, text/plain",
        "application/json; charset=utf-16", "application/json; charset=utf-7",
        "application/json; charset=utf-8; charset=utf-16", "application/json; charset*=utf-16",
        "application/json; charset = utf-16", "application/json; x=\"; charset=utf-16", "application/json; charset",
        "+json", "application/+json"}) {
    EXPECT_EQ(read("Rows", body, type).status, 415) << type;
  }
}

TEST(ReadBody, ReadsFiftyThousandRows) {
  std::string body = "[";
  for (int i = 0; i < 50'000; ++i)
    body += (i == 0 ? "" : ",") + fmt::format("{{\"CustomerID\":\"{}\",\"ChannelID\":504}}", i);
  EXPECT_EQ(read("Rows", body + "]").channels, Words{"504"});
  EXPECT_EQ(read("Rows", body + ",{\"ChannelID\":505}]").channels, (Words{"504", "505"}))
      << "the last one counts as much as the first";
}

TEST(ReadBody, ProblemsSayWhatToDo) {
  EXPECT_EQ(read("Rows", R"([{"ChannelID":[504]}])").detail,
            "The body must have a text or a whole number as ChannelID, as the API describes it.");
  EXPECT_EQ(read("Rows", R"({})").detail, "The body must be a list, as the API describes it.");
  EXPECT_EQ(read("Rows", "[{]").detail,
            "The body is not valid JSON (a member's name is missing); correct it and send it again.");
}

}  // namespace
}  // namespace latchkey::catalog
