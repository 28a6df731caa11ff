// What passes of an answer. Every case runs in one piece and byte by byte.
#include <algorithm>
#include <random>

#include <fmt/ranges.h>

#include "catalog/readers_test.h"

namespace latchkey::catalog {
namespace {

using testing_support::filtered;
using testing_support::operation;
using testing_support::permit;
using testing_support::test_catalog;

const Permitted kEmail = permit({"504"}, {});
const Permitted kProfile = permit({}, {"Alias", "Country"});

void expect(const std::string& id, const Permitted& permitted, const std::string& answer, const std::string& passed,
            const std::vector<std::uint16_t>& positional = {}) {
  EXPECT_EQ(filtered(id, permitted, answer, SIZE_MAX, positional), passed) << answer;
  EXPECT_EQ(filtered(id, permitted, answer, 1, positional), passed) << answer;
}

// Refused, after at most `passed` was let through.
void expect_unreadable(const std::string& id, const Permitted& permitted, const std::string& answer,
                       const std::string& passed = {}, const std::vector<std::uint16_t>& positional = {}) {
  for (const std::size_t chunk : {SIZE_MAX, std::size_t{1}}) {
    const std::string got = filtered(id, permitted, answer, chunk, positional);
    EXPECT_TRUE(got.starts_with(passed + "unreadable: ")) << answer << " gave " << got;
  }
}

TEST(AnswerFilter, DropsRowsOfOtherChannels) {
  expect("Rows", kEmail, R"([{"ChannelID":504,"a":1},{"ChannelID":505,"a":2},{"a":3,"ChannelID":504}])",
         R"([{"ChannelID":504,"a":1},{"a":3,"ChannelID":504}])");
  expect("Rows", kEmail, R"([{"ChannelID":505},{"ChannelID":504}])", R"([{"ChannelID":504}])");
  expect("Rows", kEmail, R"([{"ChannelID":505},{"ChannelID":502}])", "[]");
  expect("Rows", kEmail, "[]", "[]");
  expect("Rows", kEmail, "null", "null");
}

TEST(AnswerFilter, KeptRowsKeepTheirBytes) {
  const std::string row = "{ \"ChannelID\"\t:\r\n504 , \"n\":1.50e+10,\"t\":\"\\u00e9\\/ é\\ud83d\",\"o\":{ } }";
  expect("Rows", kEmail, " [ " + row + " , {\"ChannelID\":505} ,\n" + row + " ] \n", " [" + row + "," + row + "] \n");
}

TEST(AnswerFilter, RowSaysItsChannelInAnySpelling) {
  for (const char* row :
       {R"({"ChannelID":"504"})", R"({"channelid":504})", "{\"Channel\\u0049D\":504}", R"({"ChannelID":"50\u0034"})"}) {
    expect("Rows", kEmail, std::string("[") + row + "]", std::string("[") + row + "]");
  }
}

TEST(AnswerFilter, RowWhoseChannelIsNoneOfThePermittedIsDropped) {
  for (const char* value : {"505", "999", "\"505\"", "null", "504.0", "5.04e2", "0504.5", "-504", "true", "\"\"",
                            "\" 504\"", "\"Email\""}) {
    const std::string row = std::string("{\"ChannelID\":") + value + "}";
    if (std::string(value) == "0504.5") {
      expect_unreadable("Rows", kEmail, "[" + row + "]");
    } else {
      expect("Rows", kEmail, "[" + row + "]", "[]");
    }
  }
}

TEST(AnswerFilter, ShapeThatIsNotTheCatalogsIsRefused) {
  for (const char* answer :
       {"[{}]", R"([{"Channel":504}])", R"([{"ChannelID":[504]}])", R"([{"ChannelID":{"Id":504}}])", "[504]",
        R"(["x"])", "[[]]", "{}", R"({"data":[]})", "504", "\"x\"", "true", R"([{"ChannelID":505},[]])"}) {
    expect_unreadable("Rows", kEmail, answer);
  }
  expect_unreadable("Rows", kEmail, R"([{"ChannelID":504},{"x":1}])", R"([{"ChannelID":504})");
}

TEST(AnswerFilter, DuplicateNamesAreRefused) {
  for (const char* row : {R"({"ChannelID":504,"ChannelID":505})", R"({"ChannelID":505,"ChannelID":504})",
                          R"({"ChannelID":504,"channelid":504})", "{\"ChannelID\":504,\"\\u0043hannelID\":505}"}) {
    expect_unreadable("Rows", kEmail, std::string("[") + row + "]");
  }
  expect("Rows", kEmail, R"([{"ChannelID":504,"a":1,"a":2}])", R"([{"ChannelID":504,"a":1,"a":2}])");
  expect_unreadable("List", kEmail, R"({"data":[],"data":[]})");
  expect_unreadable("List", kEmail, R"({"data":[],"DATA":[{"Channel":{"Id":505}}]})");
  expect_unreadable("Campaign", kEmail, R"({"Channels":[{"Id":504,"id":505}]})");
}

TEST(AnswerFilter, InvalidJsonIsRefused) {
  for (const char* answer : {"",
                             " ",
                             "[",
                             "]",
                             "[{\"ChannelID\":505}",
                             "[{\"ChannelID\":505},",
                             "[{\"ChannelID\":505},]",
                             "[,]",
                             "[{\"ChannelID\":505}}",
                             "[{\"ChannelID\":505]",
                             "[{\"ChannelID\":505}{\"ChannelID\":505}]",
                             "[{\"ChannelID\" 505}]",
                             "[{\"ChannelID\":505,}]",
                             "[{ChannelID:505}]",
                             "[{'ChannelID':505}]",
                             "[{\"ChannelID\":505,\"a\":01}]",
                             "[{\"ChannelID\":505,\"a\":1.}]",
                             "[{\"ChannelID\":505,\"a\":.1}]",
                             "[{\"ChannelID\":505,\"a\":+1}]",
                             "[{\"ChannelID\":505,\"a\":1e}]",
                             "[{\"ChannelID\":505,\"a\":truE}]",
                             "[{\"ChannelID\":505,\"a\":nul}]",
                             "[{\"ChannelID\":505,\"a\":\"\\q\"}]",
                             "[{\"ChannelID\":505,\"a\":\"\\u12\"}]",
                             "[{\"ChannelID\":505,\"a\":\"\n\"}]",
                             "[{\"ChannelID\":505,\"a\":\"\xff\"}]",
                             "[{\"ChannelID\":505,\"\xc0\x80\":1}]",
                             "\xef\xbb\xbf[]",
                             "/**/[]",
                             "<html></html>",
                             "[{\"ChannelID\":505},//\n{\"ChannelID\":505}]",
                             "{\"data\"",
                             "{\"data\":",
                             "{\"data\":}",
                             "{,}",
                             "nul",
                             "[\v]"}) {
    expect_unreadable("Rows", kEmail, answer);
    expect_unreadable("List", kEmail, answer);
  }
  for (const char* answer : {"{", "{\"data\":[", "{\"data\":[]", "{\"data\":[]]", "{\"data\":[],}", "{data:[]}",
                             "{\"data\" []}", "{\"data\":[],\"a\"}"})
    expect_unreadable("List", kEmail, answer);
  expect_unreadable("List", kEmail, R"({"a":1 "data":[]})", R"({"a":1 )");
}

TEST(AnswerFilter, WhatFollowsTheEndIsRefused) {
  for (const char* more : {"x", "[]", ",", "]", "\"\"", "{\"ChannelID\":505}"})
    expect_unreadable("Rows", kEmail, std::string("[] ") + more, "[] ");
  expect_unreadable("Rows", kEmail, std::string("[]\0", 3), "[]");
}

TEST(AnswerFilter, DepthIsLimited) {
  const auto row = [](std::size_t levels) {
    return "[{\"ChannelID\":504,\"a\":" + std::string(levels - 2, '[') + std::string(levels - 2, ']') + "}]";
  };
  expect("Rows", kEmail, row(64), row(64));
  expect_unreadable("Rows", kEmail, row(65));
}

TEST(AnswerFilter, RowsWithinAnObjectStreamToo) {
  expect("List", kEmail, R"({"total":2, "data":[{"Channel":{"Id":505}},{"Channel":{"Id":504,"x":[]}}], "next":null})",
         R"({"total":2, "data":[{"Channel":{"Id":504,"x":[]}}], "next":null})");
  expect("List", kEmail, R"({"data":[{"Channel":{"Id":505}}]})", R"({"data":[]})");
  expect("List", kEmail, R"({"data":null})", R"({"data":null})");
  expect("List", kEmail, " { } ", " { } ");
  expect("List", kEmail, R"({"data":[{"Channel":null}]})", R"({"data":[]})");
  expect_unreadable("List", kEmail, R"({"data":[{}]})");
  expect_unreadable("List", kEmail, R"({"data":[{"Channel":{}}]})");
  expect_unreadable("List", kEmail, R"({"data":{"Channel":{"Id":504}}})");
  expect_unreadable("List", kEmail, R"([{"Channel":{"Id":504}}])");
}

TEST(AnswerFilter, DropsElementsOfNestedLists) {
  expect("Campaign", kEmail, R"({"CampaignID":7,"Channels":[{"Id":505},{"Id":504},{"Id":502}],"x":1})",
         R"({"CampaignID":7,"Channels":[{"Id":504}],"x":1})");
  expect(
      "Campaigns", kEmail,
      R"([{"Channels":[{"Id":504}, {"Id":505}, {"Id":504} ,{"Id":505} ]}, {"Channels":[ {"Id":505} ]}, {}, {"Channels":null}])",
      R"([{"Channels":[{"Id":504},{"Id":504}]},{"Channels":[]},{},{"Channels":null}])");
}

// The loader refuses a catalog that says so; the filter does not depend on that.
TEST(AnswerFilter, AnswerThatIsOneRowOfAnotherChannelIsRefused) {
  Operation sent;
  sent.answer.push_back({.path = {Step{"ChannelID"}},
                         .subject = Subject::kChannel,
                         .rule = AnswerRule::kDropElement,
                         .keep = {},
                         .parameter = {}});
  EXPECT_EQ(filtered(sent, kEmail, R"({"Alias":"x","ChannelID":504})", 1), R"({"Alias":"x","ChannelID":504})");
  for (const char* answer :
       {R"({"Alias":"x","ChannelID":505})", R"({"Alias":"x","ChannelID":null})", R"({"Alias":"x"})", "[]"}) {
    EXPECT_TRUE(filtered(sent, kEmail, answer, 1).starts_with("unreadable: ")) << answer;
  }
}

TEST(AnswerFilter, AnswerThatIsRefusedAsAWholePassesNothing) {
  Operation sent;
  sent.answer.push_back({.path = {Step{"ChannelID"}},
                         .subject = Subject::kChannel,
                         .rule = AnswerRule::kDropElement,
                         .keep = {},
                         .parameter = {}});
  for (const std::size_t chunk : {SIZE_MAX, std::size_t{1}})
    EXPECT_TRUE(filtered(sent, kEmail, " \n{\"ChannelID\":505} ", chunk).starts_with("unreadable: "));
}

TEST(AnswerFilter, RemovesMembersThatAreOtherAttributes) {
  expect("Customer", kProfile, R"({"CustomerID":"1","Email":"a@b.example","Alias":"x","Age":3,"Country":"UK"})",
         R"({"CustomerID":"1","Alias":"x","Country":"UK"})");
  expect("Customer", kProfile, R"({ "Email":"a", "alias" : "x" , "Unknown":{"Alias":1} })", R"({"alias" : "x"})");
  expect("Customer", kProfile, R"({"Email":"a"})", "{}");
  expect("Customer", kProfile, "{}", "{}");
  expect("Customer", kProfile, "{\"\\u0045mail\":\"a\",\"\\u0041lias\":\"x\"}", "{\"\\u0041lias\":\"x\"}");
  expect("Customer", kProfile, "{\"Emaıl\":\"a\",\"Alias\\u0000\":1,\"Alıas\":2}", "{}");
  expect_unreadable("Customer", kProfile, R"({"Alias":"x","ALIAS":"y"})");
  expect_unreadable("Customer", kProfile, R"({"CustomerID":"x","customerid":"y"})");
  expect_unreadable("Customer", kProfile, R"([{"Alias":"x"}])");
  expect_unreadable("Customer", kProfile, R"("Alias")");
}

TEST(AnswerFilter, DropsRowsAndRemovesMembersTogether) {
  Permitted both = permit({"504"}, {"Alias"});
  expect(
      "Customers", both,
      R"([{"ChannelID":504,"Profile":{"Email":"a","Alias":"x"}},{"Profile":{"Email":"b","Alias":"y"},"ChannelID":505},{"Profile":null,"ChannelID":504}])",
      R"([{"ChannelID":504,"Profile":{"Alias":"x"}},{"Profile":null,"ChannelID":504}])");
  expect_unreadable("Customers", both, R"([{"ChannelID":505,"Profile":[]}])");
}

TEST(AnswerFilter, PositionalValuesMustNotBeMoreThanWereAskedFor) {
  const std::string answer = R"([{"Attributes":["x","UK"]},{"Attributes":null},{"Attributes":[]},{}])";
  expect("One", kProfile, answer, answer, {0, 1});
  expect_unreadable("One", kProfile, answer, "", {0});
  expect_unreadable("One", kProfile, answer, "", {});
  expect_unreadable("One", kProfile, answer, "", {0, 2});
  expect_unreadable("One", kProfile, R"([{"Attributes":{"Email":"a"}}])", "", {0, 1});
  expect_unreadable("One", kProfile, R"([{"Attributes":"a"}])", "", {0, 1});
}

TEST(AnswerFilter, WithoutARuleThatLimitsTheKey_EverythingPasses) {
  expect("Rows", Permitted{}, "not JSON", "not JSON");
  expect("Rows", kProfile, R"([{"ChannelID":505}])", R"([{"ChannelID":505}])");
  expect("Customer", kEmail, R"({"Email":1})", R"({"Email":1})");
}

TEST(AnswerFilter, CountsWhatItTook) {
  std::string out;
  AnswerFilter rows(test_catalog(), operation("Rows"), kEmail, {});
  ASSERT_TRUE(rows.feed(R"([{"ChannelID":505},{"ChannelID":504},{"ChannelID":502}])", out) && rows.finish(out));
  EXPECT_EQ(rows.dropped_elements(), 2u);
  AnswerFilter customer(test_catalog(), operation("Customer"), kProfile, {});
  ASSERT_TRUE(customer.feed(R"({"Email":1,"Alias":2,"FirstName":3})", out) && customer.finish(out));
  EXPECT_EQ(customer.removed_members(), 2u);
  AnswerFilter customers(test_catalog(), operation("Customers"), permit({"504"}, {"Alias"}), {});
  ASSERT_TRUE(customers.feed(R"([{"Profile":{"Email":1},"ChannelID":505}])", out) && customers.finish(out));
  EXPECT_EQ(customers.removed_members(), 0u) << "the row went with all that was in it";
  EXPECT_EQ(customers.dropped_elements(), 1u);
}

TEST(AnswerFilter, FailsForGoodAfterAnError) {
  AnswerFilter filter(test_catalog(), operation("Rows"), kEmail, {});
  std::string out;
  EXPECT_FALSE(filter.feed("[x,", out));
  EXPECT_FALSE(filter.feed(R"({"ChannelID":504}])", out));
  EXPECT_FALSE(filter.finish(out));
  EXPECT_EQ(out, "");
}

TEST(AnswerFilter, RowsPassBeforeTheAnswerEnds) {
  AnswerFilter filter(test_catalog(), operation("Rows"), kEmail, {});
  std::string out;
  ASSERT_TRUE(filter.feed(R"([{"ChannelID":504})", out));
  EXPECT_EQ(out, R"([{"ChannelID":504})");
}

TEST(AnswerFilter, LongAnswerPassesInBoundedMemory) {
  const std::string padding(150, 'x');
  std::string answer = "[", kept = "[";
  for (int i = 0; i < 20'000; ++i) {
    const int channel = i % 3 == 0 ? 505 : 504;
    const std::string row =
        fmt::format("{{\"CustomerID\":\"{}\",\"ChannelID\":{},\"Note\":\"{}\"}}", i, channel, padding);
    answer += (i == 0 ? "" : ",") + row;
    if (channel == 504) kept += (kept.size() == 1 ? "" : ",") + row;
  }
  answer += "]";
  kept += "]";
  AnswerFilter filter(test_catalog(), operation("Rows"), kEmail, {});
  std::string out, piece;
  std::size_t most_held = 0;
  for (std::size_t at = 0; at < answer.size(); at += 1'000) {
    ASSERT_TRUE(filter.feed(std::string_view(answer).substr(at, 1'000), piece));
    most_held = std::max(most_held, filter.buffered_bytes());
    ASSERT_LE(piece.size(), 1'300u) << "no more passes at once than came in, and what was held back";
    out += piece;
    piece.clear();
  }
  ASSERT_TRUE(filter.finish(out));
  EXPECT_EQ(out, kept);
  EXPECT_LE(most_held, 220u) << "one row";
  EXPECT_EQ(filter.dropped_elements(), 6'667u);
}

// Rows that name their members in any order, some or none of them, by names of any length, and more of them than are
// remembered.
TEST(AnswerFilter, RowsNeedNotBeAlike_WhereverTheyAreCut) {
  std::mt19937_64 dice(9);
  for (std::size_t before = 0; before < 150; ++before) {
    const bool spaced = before % 3 == 0;
    std::string answer(before, ' '), kept(before, ' ');
    answer += '[';
    kept += '[';
    bool any = false;
    for (int i = 0; i < 180; ++i) {
      const bool is_kept = dice() % 3 > 0;
      std::vector<std::string> members = {is_kept ? "\"ChannelID\":504" : "\"ChannelID\":505"};
      for (std::size_t n = dice() % 8; n > 0; --n) {
        members.push_back(fmt::format("\"{}{}\":{}", std::string(dice() % 40, 'n'), dice() % 5,
                                      dice() % 2 == 0 ? "[1,{}]" : "\"x\""));
      }
      std::shuffle(members.begin(), members.end(), dice);
      const std::string row = fmt::format("{{{}}}", fmt::join(members, spaced ? " , " : ","));
      answer += (i == 0 ? "" : spaced ? " , " : ",") + row;
      if (is_kept) kept += (any ? "," : "") + row, any = true;
    }
    answer += ']';
    kept += ']';
    for (const std::size_t chunk : {std::size_t{1}, 1 + dice() % 500, std::size_t{16} * 1024, SIZE_MAX})
      ASSERT_EQ(filtered("Rows", kEmail, answer, chunk), kept) << before << " " << chunk;
  }
}

TEST(AnswerFilter, ElementLargerThanTheLimitIsRefusedHoweverItComes) {
  const std::string large = "[{\"ChannelID\":504,\"a\":\"" + std::string(AnswerFilter::kMaxElementBytes, 'x') + "\"}]";
  EXPECT_EQ(filtered("Rows", kEmail, large), "unreadable: one of its values is larger than 4 MiB");
  EXPECT_EQ(filtered("Rows", kEmail, large, 64 * 1024), "unreadable: one of its values is larger than 4 MiB");
  const std::string fits =
      "[{\"ChannelID\":504,\"a\":\"" + std::string(AnswerFilter::kMaxElementBytes - 100, 'x') + "\"}]";
  EXPECT_EQ(filtered("Rows", kEmail, fits, 64 * 1024), fits);
  EXPECT_EQ(filtered("Rows", kEmail, std::string(AnswerFilter::kMaxElementBytes + 1, ' '), 64 * 1024),
            "unreadable: it begins with too much white space");
}

}  // namespace
}  // namespace latchkey::catalog
