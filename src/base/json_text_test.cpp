#include "base/json_text.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, EscapesWhatJsonOrAHeaderCouldNotCarry) {
  EXPECT_EQ(json("a\"b\\c\nd\te"), R"("a\"b\\c\nd\u0009e")");
  EXPECT_EQ(json("é€😀"), R"("\u00e9\u20ac\ud83d\ude00")");
}

TEST(JsonText, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(json("\xff"), R"("\ufffd")");
  EXPECT_EQ(json("\xc0\xaf"), R"("\ufffd\ufffd")");
  EXPECT_EQ(json("\xe2\x82"), R"("\ufffd")");
}

}  // namespace
}  // namespace latchkey
