#include "base/id.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

struct ThingTag {
  static constexpr std::string_view kPrefix = "thg_";
};
using ThingId = Id<ThingTag>;

TEST(Id, RoundTripsAsText) {
  SeededRandom random(1);
  const ThingId id = ThingId::make({1'767'225'600'000}, random);
  EXPECT_EQ(ThingId::parse(id.to_string()), id);
  EXPECT_EQ(id.to_string().size(), 4 + 32u);
}

TEST(Id, SortsByTime) {
  SeededRandom random(2);
  EXPECT_LT(ThingId::make({1'000}, random), ThingId::make({1'001}, random));
}

TEST(Id, RefusesOtherPrefixesAndSpellings) {
  SeededRandom random(3);
  const std::string text = ThingId::make({1}, random).to_string();
  EXPECT_FALSE(ThingId::parse("key_" + text.substr(4)));
  EXPECT_FALSE(ThingId::parse(text + "0"));
  EXPECT_FALSE(ThingId::parse(text.substr(0, 35)));
  EXPECT_FALSE(ThingId::parse("thg_0000000000000000000000000000000G"));
  EXPECT_FALSE(ThingId::parse("thg_0000000000000000000000000000000A"));
}

}  // namespace
}  // namespace latchkey
