// The reader against two other parsers, which it must agree with on what is valid, and on every prefix of what is.
#include "catalog/json_reader.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace latchkey::catalog {
namespace {

bool is_valid(std::string_view text, Surrogates surrogates = Surrogates::kPaired) {
  JsonReader reader(text, surrogates);
  return is_utf8(text) && reader.skip() && reader.at_end();
}

// A digit followed by an e, wherever it stands.
bool has_exponent(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if ((text[i] == 'e' || text[i] == 'E') && text[i - 1] >= '0' && text[i - 1] <= '9') return true;
  }
  return false;
}

TEST(JsonReader, TakesWhatIsValid) {
  for (const char* text : {"0",
                           "-0",
                           "1.5",
                           "-1.5e+10",
                           "1E5",
                           "10",
                           "true",
                           "false",
                           "null",
                           "\"\"",
                           "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
                           "\"\\ud83d\\ude00\"",
                           "\"\u00e9\x7f\"",
                           "[]",
                           "[ ]",
                           "{}",
                           "{ }",
                           "[[],{}]",
                           "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"d\":\"\"}",
                           " \t\r\n[ 1 , 2 ]\n",
                           "{\"\":0}"}) {
    EXPECT_TRUE(is_valid(text)) << text;
    EXPECT_TRUE(nlohmann::json::accept(text)) << text;
  }
}

TEST(JsonReader, RefusesWhatIsNot) {
  for (const char* text : {"",
                           " ",
                           "-",
                           "01",
                           "1.",
                           ".5",
                           "1e",
                           "1e+",
                           "+1",
                           "0x1",
                           "tru",
                           "truee",
                           "nul",
                           "NaN",
                           "\"",
                           "\"\\\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"\\x\"",
                           "\"\n\"",
                           "\"\x1f\"",
                           "[",
                           "]",
                           "[1",
                           "[1,",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "[1}",
                           "{",
                           "}",
                           "{\"a\"",
                           "{\"a\":",
                           "{\"a\":1",
                           "{\"a\":1,",
                           "{\"a\":1,}",
                           "{,}",
                           "{1:1}",
                           "{\"a\" 1}",
                           "{\"a\":1]",
                           "1 1",
                           "[] []",
                           "\"\\ud800\"",
                           "\"\\ud800\\u0041\"",
                           "\"\\udc00\"",
                           "\"\xc3\"",
                           "\xef\xbb\xbf[]",
                           "[1]\v",
                           "'a'",
                           "/**/1"}) {
    EXPECT_FALSE(is_valid(text)) << text;
    // That one passes over a byte order mark.
    if (!std::string_view(text).starts_with("\xef")) {
      EXPECT_FALSE(nlohmann::json::accept(text)) << text;
    }
  }
  EXPECT_FALSE(is_valid(std::string_view("1\0", 2)));
}

TEST(JsonReader, HalfOfAPairIsTakenWhereItDoesNotMatter) {
  std::string storage;
  for (const auto& [literal, stands_for] :
       std::vector<std::pair<std::string, std::string>>{{"\"a\\ud800\"", "a\ufffd"},
                                                        {"\"\\ud800\\ud83d\\ude00\"", "\ufffd\U0001f600"},
                                                        {"\"\\udc00\\u0041\"", "\ufffdA"},
                                                        {"\"\\ud800\\n\"", "\ufffd\n"}}) {
    EXPECT_TRUE(is_valid(literal, Surrogates::kAny)) << literal;
    EXPECT_EQ(unescape(literal, storage), stands_for) << literal;
  }
}

TEST(JsonReader, UnescapesAsOtherParsersDo) {
  std::string storage;
  for (const char* literal :
       {"\"\"", "\"plain\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0000\\u007f\\u0080\\u07ff\\u0800\\uffff\\ud800\\udc00\\udbff\\udfff\"", "\"Channel\\u0049D\""}) {
    EXPECT_EQ(unescape(literal, storage), nlohmann::json::parse(literal).get<std::string>()) << literal;
  }
}

TEST(JsonReader, StringsEndAtTheRightByteWhereverItStands) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (const char special : {'"', '\\', '\x1f', '\0'}) {
      std::string text(length, '\xe9');
      if (length > 2) text[length / 2] = '\x20', text[length / 3] = '\x7f';
      EXPECT_EQ(find_string_special(text, 0), length);
      EXPECT_EQ(find_string_special(text + special + "\"\"\\tail beyond it", 0), length);
    }
  }
}

// Texts that are nearly JSON: valid ones with a few bytes changed, moved or cut.
TEST(JsonReader, AgreesWithAnotherParserOnDamagedTexts) {
  std::mt19937_64 dice(20'260'501);
  const std::vector<std::string> seeds = {R"({"a":[1,-2.5,true,null,"x\u00e9\n"],"b":{"c":{}}})",
                                          R"([{"ChannelID":504,"Fields":[{"Name":"Alias"}]},[]])",
                                          R"( {"k" : "\ud83d\ude00", "l":[[],[[]]]} )"};
  const std::string bytes = "{}[]\",:\\u0123456789eE+-.truefalsn \n\x01\xc3\xa9";
  std::size_t valid = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text = seeds[dice() % seeds.size()];
    for (std::size_t change = dice() % 4; change > 0; --change) {
      const std::size_t at = dice() % text.size();
      switch (dice() % 4) {
        case 0: text[at] = bytes[dice() % bytes.size()]; break;
        case 1: text.erase(at, 1 + dice() % 3); break;
        case 2: text.insert(at, 1, bytes[dice() % bytes.size()]); break;
        default: text.insert(at, text.substr(dice() % text.size(), dice() % 6));
      }
      if (text.empty()) text = " ";
    }
    valid += is_valid(text) ? 1 : 0;
    // That one refuses numbers that are too large for a double, too.
    if (is_valid(text) && has_exponent(text)) continue;
    ASSERT_EQ(is_valid(text), nlohmann::json::accept(text)) << text;
  }
  EXPECT_GT(valid, 40'000u) << "the test should see both kinds";
}

}  // namespace
}  // namespace latchkey::catalog
