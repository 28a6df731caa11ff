#include "delivery/json_member.h"

#include <gtest/gtest.h>

namespace latchkey::delivery {
namespace {

constexpr std::string_view kAnswer =
    R"( {"data" : {"data": {"api_key":"lk_live_x","n":7, "o": {"a":[1, 2]}}, "metadata":{"version":12,"t":"\u00e4\n"}}, "x":null} )";

TEST(JsonMember, FindsValuesAsTheyAreWritten) {
  EXPECT_EQ(json_member(kAnswer, {"data", "data", "o"}), R"({"a":[1, 2]})");
  EXPECT_EQ(json_integer(kAnswer, {"data", "metadata", "version"}), 12);
  EXPECT_EQ(json_text(kAnswer, {"data", "metadata", "t"}), "\xc3\xa4\n");
  EXPECT_TRUE(json_secret(kAnswer, {"data", "data", "api_key"})->equals("lk_live_x"));
  EXPECT_EQ(json_member(R"({"a":1,"a":2})", {"a"}), "1");
  EXPECT_EQ(json_member(R"({"\u0061":1})", {"a"}), "1");
}

TEST(JsonMember, WhatIsNotThereOrOfAnotherKindIsNothing) {
  EXPECT_FALSE(json_member(kAnswer, {"data", "nothing"}));
  EXPECT_FALSE(json_member(kAnswer, {"x", "y"}));
  EXPECT_FALSE(json_text(kAnswer, {"data", "data", "n"}));
  EXPECT_FALSE(json_integer(kAnswer, {"data", "data", "api_key"}));
  for (const char* wrong : {"", "[]", "{", R"({"a":1)", R"({"a":1}x)", R"({"a":01})", R"({"a":1.5})", R"({"a":"1"})"}) {
    EXPECT_FALSE(json_integer(wrong, {"a"})) << wrong;
  }
}

}  // namespace
}  // namespace latchkey::delivery
