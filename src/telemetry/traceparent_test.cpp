#include "telemetry/traceparent.h"

#include <gtest/gtest.h>

#include <string>

namespace latchkey::telemetry {
namespace {

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kParent = "00f067aa0ba902b7";
const std::string kGood = "00-" + kTrace + "-" + kParent + "-01";

TEST(TraceParent, GivesTheIdsOfAValidField) {
  const auto parsed = parse_traceparent(kGood);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->trace_id, kTrace);
  EXPECT_EQ(parsed->parent_id, kParent);
  EXPECT_TRUE(parsed->sampled);
  EXPECT_FALSE(parse_traceparent("00-" + kTrace + "-" + kParent + "-00")->sampled);
  EXPECT_FALSE(parse_traceparent("00-" + kTrace + "-" + kParent + "-fe")->sampled);
  EXPECT_TRUE(parse_traceparent("00-" + kTrace + "-" + kParent + "-0b")->sampled);
}

TEST(TraceParent, ALaterVersionIsReadByItsFirstFourParts) {
  EXPECT_EQ(parse_traceparent("01-" + kTrace + "-" + kParent + "-01")->trace_id, kTrace);
  EXPECT_EQ(parse_traceparent("cc-" + kTrace + "-" + kParent + "-01-what-comes-then")->trace_id, kTrace);
  EXPECT_TRUE(parse_traceparent("cc-" + kTrace + "-" + kParent + "-01-"));
  EXPECT_FALSE(parse_traceparent("cc-" + kTrace + "-" + kParent + "-01.what"));
  EXPECT_FALSE(parse_traceparent("cc-" + kTrace + "-" + kParent + "-012"));
}

TEST(TraceParent, WhatIsNotExactlyOneIsNone) {
  const std::vector<std::string> bad = {
      "",
      "00",
      kGood + "-",
      kGood + "-01",
      kGood + " ",
      " " + kGood,
      kGood + ", " + kGood,
      kGood.substr(1),
      kGood.substr(0, kGood.size() - 1),
      "ff-" + kTrace + "-" + kParent + "-01",
      "0g-" + kTrace + "-" + kParent + "-01",
      "00-" + std::string(32, '0') + "-" + kParent + "-01",
      "00-" + kTrace + "-" + std::string(16, '0') + "-01",
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + kParent + "-01",
      "00-" + kTrace + "-00F067AA0BA902B7-01",
      "00-" + kTrace + "-" + kParent + "-0A",
      "00_" + kTrace + "_" + kParent + "_01",
      "00-" + kTrace + kParent + "--01-",
      "00-" + kTrace.substr(1) + "--" + kParent + "-01",
  };
  for (const std::string& text : bad) EXPECT_FALSE(parse_traceparent(text)) << text;
  for (std::size_t i = 0; i < kGood.size(); ++i) {
    for (const char c : {'\0', 'G', ':', '\x80', '/'}) {
      std::string changed = kGood;
      changed[i] = c;
      EXPECT_FALSE(parse_traceparent(changed)) << i;
    }
  }
}

}  // namespace
}  // namespace latchkey::telemetry
