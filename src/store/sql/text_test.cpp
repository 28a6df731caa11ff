#include "store/sql/text.h"

#include <gtest/gtest.h>

#include <array>

namespace latchkey::store::sql {
namespace {

TEST(SqlText, WhatIsNotUtf8BecomesReplacements) {
  EXPECT_EQ(storable("Zoë \xf0\x9f\x94\x91"), "Zoë \xf0\x9f\x94\x91");
  EXPECT_EQ(storable(""), "");
  EXPECT_EQ(storable(std::string_view("a\0b", 3)),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(storable("a\xff\xe2\x82z"), "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
  EXPECT_EQ(storable("\xc3\xab\xc3"), "\xc3\xab\xef\xbf\xbd");
  EXPECT_EQ(storable("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd") << "half a pair is no letter";
}

TEST(SqlText, ArraysQuoteWhatHasAMeaning) {
  ArrayText array;
  EXPECT_EQ(array.text(), "{}");
  array.add(std::int64_t{-7});
  array.add(std::string_view(R"(a "b\c", {d})"));
  array.add(std::array<std::uint8_t, 2>{0x0a, 0xff});
  array.add_null();
  array.add(std::string_view());
  EXPECT_EQ(array.text(), R"({-7,"a \"b\\c\", {d}","\\x0aff",NULL,""})");
}

}  // namespace
}  // namespace latchkey::store::sql
