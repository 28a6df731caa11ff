#include "api/json_value.h"

#include <gtest/gtest.h>

#include "api/json_writer.h"

namespace latchkey::api {
namespace {

using Kind = JsonValue::Kind;

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(JsonValue, KeepsEveryKindAndTheOrderOfMembers) {
  const auto read = parse_json(R"({"b":[null,true,-7,1.50,"\u00e9"],"a":{}})");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->members.size(), 2u);
  EXPECT_EQ(read->members[0].name, "b");
  EXPECT_EQ(read->members[1].name, "a");
  const auto& items = read->members[0].value.items;
  ASSERT_EQ(items.size(), 5u);
  EXPECT_EQ(items[0].kind, Kind::kNull);
  EXPECT_TRUE(items[1].kind == Kind::kBoolean && items[1].boolean);
  EXPECT_TRUE(items[2].kind == Kind::kInteger && items[2].integer == -7);
  EXPECT_TRUE(items[3].kind == Kind::kNumber && items[3].text == "1.50");
  EXPECT_TRUE(items[4].kind == Kind::kString && items[4].text == "\xC3\xA9");
}

TEST(JsonValue, TakesNoNumberForAnIntegerThatIsTooLarge) {
  const auto read = parse_json("[9223372036854775807,9223372036854775808]");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->items[0].integer, INT64_MAX);
  EXPECT_EQ(read->items[1].kind, Kind::kNumber);
}

TEST(JsonValue, RefusesAMemberThatAppearsTwiceAndSaysWhere) {
  struct Case {
    const char* text;
    const char* pointer;
  };
  for (const Case& c : {Case{R"({"a":1,"a":1})", "/a"}, Case{R"({"a":1,"\u0061":1})", "/a"},
                        Case{R"({"x":[{},{"y":{"a/b":1,"a/b":2}}]})", "/x/1/y/a~1b"}}) {
    const auto read = parse_json(c.text);
    ASSERT_FALSE(read) << c.text;
    EXPECT_EQ(read.error().pointer, c.pointer);
  }
}

TEST(JsonValue, RefusesWhatIsNotJsonWithoutRepeatingIt) {
  for (const char* text : {"", "{", R"({"password":"hunter2)", R"({"password":"hunter2"} x)", "{'a':1}", "nul",
                           "\"\xFF\"", "[1,]", "{\"a\":1,}", "\xEF\xBB\xBF{", "[01]"}) {
    const auto read = parse_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().detail.find("hunter2"), std::string::npos);
    EXPECT_FALSE(read.error().detail.empty());
  }
}

TEST(JsonValue, IsBounded) {
  EXPECT_TRUE(parse_json(repeat("[", kMaxJsonDepth) + repeat("]", kMaxJsonDepth)));
  EXPECT_FALSE(parse_json(repeat("[", kMaxJsonDepth + 1) + repeat("]", kMaxJsonDepth + 1)));
  EXPECT_FALSE(parse_json(repeat("[", 500'000)));
  EXPECT_TRUE(parse_json("[0" + repeat(",0", kMaxJsonValues - 2) + "]"));
  EXPECT_FALSE(parse_json("[0" + repeat(",0", kMaxJsonValues - 1) + "]"));
  std::string members = "{\"m\":0";
  for (std::size_t i = 0; i < kMaxJsonMembers; ++i) members += fmt::format(",\"m{}\":0", i);
  EXPECT_FALSE(parse_json(members + "}"));
}

TEST(JsonWriter, WritesWhatTheReaderReads) {
  JsonWriter json;
  json.begin_object().text("a", "quote \" backslash \\ line\n").number("n", -5).flag("f", false).null("z");
  json.begin_array("list").text("x").number(2).begin_object().end_object().end_array();
  json.begin_object("o").end_object().time("t", Instant{0}).end_object();
  const std::string text = json.take();
  EXPECT_EQ(
      text,
      R"({"a":"quote \" backslash \\ line\n","n":-5,"f":false,"z":null,"list":["x",2,{}],"o":{},"t":"1970-01-01T00:00:00.000Z"})");
  EXPECT_TRUE(parse_json(text));
}

TEST(JsonWriter, KeepsLettersReadableAndTheResultValid) {
  JsonWriter json;
  json.begin_array().text("lk_live_3fK…9a2C").text("\xFF<").end_array();
  const std::string text = json.take();
  EXPECT_NE(text.find("3fK…9a2C"), std::string::npos);
  const auto read = parse_json(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->items[1].text, "\xEF\xBF\xBD<");
}

}  // namespace
}  // namespace latchkey::api
