#include "credential/format.h"

#include <gtest/gtest.h>

#include <set>

#include "credential/crc32.h"

namespace latchkey::credential {
namespace {

TEST(Crc32, MatchesThePublishedCheckValue) { EXPECT_EQ(crc32("123456789"), 0xcbf43926u); }

TEST(Crc32, IsThatOfItsDefinitionForEveryLength) {
  std::string text;
  for (int length = 0; length <= 100; ++length) {
    std::uint32_t crc = 0xffffffff;
    for (const char c : text) {
      crc ^= static_cast<std::uint8_t>(c);
      for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    EXPECT_EQ(crc32(text), ~crc) << length;
    text += static_cast<char>(length * 37 + 11);
  }
}

TEST(KeyFormat, GeneratedKeysAreWellFormedAndDiffer) {
  SeededRandom random(1);
  const KeyFormat format;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const Secret secret = generate(format, random);
    EXPECT_TRUE(is_well_formed(format, secret.expose()));
    EXPECT_TRUE(secret.expose().starts_with("lk_live_"));
    EXPECT_EQ(secret.size(), format.length());
    EXPECT_TRUE(seen.insert(std::string(secret.expose())).second);
  }
}

TEST(KeyFormat, UsesEveryCharacterAboutEquallyOften) {
  SeededRandom random(2);
  std::map<char, int> counts;
  for (int i = 0; i < 2000; ++i) {
    const Secret secret = generate({}, random);
    for (const char c : secret.expose().substr(8, kRandomCharacters)) ++counts[c];
  }
  EXPECT_EQ(counts.size(), 62u);
  for (const auto& [c, n] : counts) {
    EXPECT_GT(n, 850) << c;  // 1032 expected, deviation 32
    EXPECT_LT(n, 1220) << c;
  }
}

TEST(KeyFormat, AnyOneChangedCharacterIsNoticed) {
  SeededRandom random(3);
  const KeyFormat format;
  const std::string good(generate(format, random).expose());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'0', 'z', '_', ' ', '\0', '\xc3'}) {
      std::string bad = good;
      if (bad[i] == c) continue;
      bad[i] = c;
      EXPECT_FALSE(is_well_formed(format, bad)) << i << ' ' << c;
    }
  }
  EXPECT_FALSE(is_well_formed(format, good + "a"));
  EXPECT_FALSE(is_well_formed(format, good.substr(1)));
  EXPECT_FALSE(is_well_formed(format, ""));
}

TEST(KeyFormat, AnOperatorKeyIsNoApiKey) {
  SeededRandom random(4);
  const Secret operator_key = generate(operator_key_format(), random);
  EXPECT_FALSE(is_well_formed({}, operator_key.expose()));
  EXPECT_FALSE(check_prefix("lkop"));
  EXPECT_FALSE(check_prefix("LK"));
  EXPECT_FALSE(check_prefix("a"));
  EXPECT_TRUE(check_prefix("acme2"));
}

TEST(KeyFormat, HintShowsThreeAndFour) {
  SeededRandom random(5);
  const Secret secret = generate({}, random);
  const std::string hint = hint_of({}, secret);
  EXPECT_EQ(hint.size(), 8 + 3 + std::string("…").size() + 4);
  EXPECT_EQ(hint.substr(0, 11), secret.expose().substr(0, 11));
  EXPECT_EQ(hint.substr(hint.size() - 4), secret.expose().substr(secret.size() - 4));
}

}  // namespace
}  // namespace latchkey::credential
