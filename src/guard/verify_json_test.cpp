#include "guard/verify_json.h"

#include <gtest/gtest.h>

namespace latchkey::guard {
namespace {

// "400" for what is no JSON object, else the pointers of all mistakes.
std::string refusal(std::string_view text) {
  VerifyInput input;
  const auto mistakes = read_verify_input(text, input);
  if (!mistakes) return "";
  std::string pointers = mistakes->not_json ? "400" : "";
  for (const InputMistake& mistake : mistakes->fields) pointers += mistake.pointer + " ";
  return pointers;
}

TEST(VerifyInput, IsReadWhole) {
  VerifyInput input;
  const auto mistakes = read_verify_input(
      R"( {"key":"lk_live_a\u0062", "method":"GET","url":"/a?b=\"c\"","body":"{}","content_type":"application/json",
          "client_address":"203.0.113.9","user_agent":"x","can_filter_answer":true,"cost":1000000} )",
      input);
  ASSERT_FALSE(mistakes);
  EXPECT_EQ(input.key.expose(), "lk_live_ab");
  EXPECT_EQ(input.method, "GET");
  EXPECT_EQ(input.url, "/a?b=\"c\"");
  EXPECT_EQ(input.body, "{}");
  EXPECT_EQ(input.content_type, "application/json");
  EXPECT_EQ(input.client, IpAddress::v4(203, 0, 113, 9));
  EXPECT_EQ(input.user_agent, "x");
  EXPECT_TRUE(input.can_filter_answer);
  EXPECT_EQ(input.cost, 1'000'000u);
}

TEST(VerifyInput, WhatIsLeftOutOrNullIsNotThere) {
  VerifyInput input;
  ASSERT_FALSE(read_verify_input(R"({"key":"k","body":null,"url":null,"method":null})", input));
  EXPECT_FALSE(input.body);
  EXPECT_FALSE(input.cost);
  EXPECT_TRUE(input.method.empty() && input.url.empty());
}

TEST(VerifyInput, OnlyOneWholeObjectIsOne) {
  for (const std::string_view text : {"", "null", "[]", "\"key\"", "{",
                                      R"({"key":"k"})"
                                      "x",
                                      R"({"key":"k",})", R"({key:"k"})", R"({"key":"\ud800"})", "{\"key\":\"\xff\"}",
                                      "{\"key\":\"\x01\"}", R"({"key":"k","cost":01})"}) {
    EXPECT_EQ(refusal(text), "400") << text;
  }
}

TEST(VerifyInput, EveryMistakeIsNamed) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {R"({})", "/key "},
      {R"({"key":7})", "/key "},
      {R"({"key":{"a":"b"},"cost":-1})", "/key /cost "},
      {R"({"key":"k","other":[{"x":1}]})", "/other "},
      {R"({"key":"k","method":"GET"})", "/url "},
      {R"({"key":"k","url":"/"})", "/method "},
      {R"({"key":"k","method":"ABCDEFGHIJKLMNOPQ","url":"/"})", "/method "},
      {R"({"key":"k","client_address":"203.0.113.9:80"})", "/client_address "},
      {R"({"key":"k","can_filter_answer":null})", "/can_filter_answer "},
      {R"({"key":"k","can_filter_answer":"true"})", "/can_filter_answer "},
      {R"({"key":"k","cost":null})", "/cost "},
      {R"({"key":"k","cost":1.0})", "/cost "},
      {R"({"key":"k","cost":1e3})", "/cost "},
      {R"({"key":"k","cost":1000001})", "/cost "},
      {R"({"key":"k","cost":18446744073709551617})", "/cost "},
      {R"({"key":"k","cost":"3"})", "/cost "},
  };
  for (const auto& [text, pointers] : table) EXPECT_EQ(refusal(text), pointers) << text;
}

}  // namespace
}  // namespace latchkey::guard
