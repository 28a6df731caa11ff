#include "scan/finder.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "credential/format.h"

namespace latchkey::scan {
namespace {

std::string made(SeededRandom& random, std::string prefix = "lk", std::string env = "live") {
  return std::string(credential::generate({std::move(prefix), std::move(env)}, random).expose());
}

std::vector<std::string> found_in(std::string_view text, const Finder& finder = {}) {
  std::vector<std::string> out;
  finder.find(text, [&](Match match) { out.emplace_back(text.substr(match.at, match.size)); });
  return out;
}

using Keys = std::vector<std::string>;

TEST(Finder, KeysOfEveryPrefixAreFoundWhereverTheyStand) {
  SeededRandom random(1);
  for (const auto& [prefix, env] :
       {std::pair{"lk", "live"}, {"lkop", "live"}, {"ab", "01"}, {"abcdefghij", "0123456789"}}) {
    const std::string key = made(random, prefix, env);
    for (std::size_t before = 0; before < 100; ++before) {
      const std::string text = std::string(before, ' ') + key + "\n" + std::string(before / 3, 'x');
      EXPECT_EQ(found_in(text), Keys{key}) << before;
    }
  }
}

TEST(Finder, ManyKeysOnOneLineAreAllFound) {
  SeededRandom random(2);
  const Keys keys = {made(random), made(random, "acme", "test"), made(random, "lkop")};
  EXPECT_EQ(found_in(keys[0] + "," + keys[1] + "_" + keys[2]), keys);
}

TEST(Finder, AKeyInALongerWordIsNone) {
  SeededRandom random(3);
  const std::string key = made(random);
  for (const std::string& text : {"x" + key, "X" + key, "7" + key, key + "x", key + "0", "abcdefghijklmnop" + key}) {
    EXPECT_EQ(found_in(text), Keys{}) << text;
  }
  for (const std::string& text :
       {"_" + key, "-" + key, "\"" + key + "\"", "key=" + key + "&", "\xC3\xA4" + key + "\xC3\xA4",
        std::string(1, '\0') + key + std::string(1, '\0'), key + "_x", "API_KEY_" + key}) {
    EXPECT_EQ(found_in(text), Keys{key}) << text;
  }
}

TEST(Finder, EscapesAreNoPartOfTheWord) {
  SeededRandom random(4);
  const std::string key = made(random);
  for (const std::string before :
       {"\\n", "\\t", "\\u003d", "\\u0026", "\\x3d", "\\075", "%3D", "%20", "=3D", "\x1b[31m", "\x1b[0;1m", "\x1b[m"}) {
    EXPECT_EQ(found_in("a" + before + key), Keys{key}) << before;
  }
  // Without what makes them escapes they are letters like any other.
  for (const std::string before : {"n", "u003d", "3D", "31m"})
    EXPECT_EQ(found_in(" " + before + key), Keys{}) << before;
}

TEST(Finder, OnlyTheAskedForPrefixesAreFoundIfSomeAre) {
  SeededRandom random(5);
  const std::string ours = made(random), other = made(random, "acme"), operators = made(random, "lkop");
  const std::string text = ours + " " + other + " " + operators;
  EXPECT_EQ(found_in(text, *Finder::for_prefixes({"acme"})), Keys{other});
  EXPECT_EQ(found_in(text, *Finder::for_prefixes({"lk", "lkop"})), (Keys{ours, operators}));
  EXPECT_FALSE(Finder::for_prefixes({"No"}));
  EXPECT_FALSE(Finder::for_prefixes({"a"}));
}

TEST(Finder, AnyOneChangedCharacterMakesItNoKey) {
  SeededRandom random(6);
  const std::string key = made(random);
  for (std::size_t i = 0; i < key.size(); ++i) {
    for (const char c : {'0', 'z', 'Z', '_', ' ', '\0', '\xC3'}) {
      std::string other = key;
      if (other[i] == c) continue;
      other[i] = c;
      EXPECT_EQ(found_in(other), Keys{}) << other;
    }
  }
}

TEST(FinderProperty, AmongTextOfEveryKindExactlyTheKeysAreFound) {
  SeededRandom random(7);
  constexpr std::string_view kAlphabets[] = {"abcdefghijklmnopqrstuvwxyz_0123456789", "ABCDEFabcdef0123456789+/=\n",
                                             "__aZ09 ", "0123456789abcdef"};
  for (int round = 0; round < 300; ++round) {
    std::string text;
    Keys keys;
    const std::string_view alphabet = kAlphabets[random.next() % std::size(kAlphabets)];
    for (int part = 0; part < 20; ++part) {
      for (std::uint64_t i = random.next() % 200; i > 0; --i) text += alphabet[random.next() % alphabet.size()];
      const bool broken = random.next() % 3 == 0;
      std::string key =
          made(random, "k" + std::to_string(random.next() % 1'000'000), "e" + std::to_string(random.next() % 1000));
      if (broken) {
        key[key.size() - 1 - random.next() % 38] ^= 1;
      } else {
        keys.push_back(key);
      }
      text += " " + key + "\n";
    }
    EXPECT_EQ(found_in(text), keys) << "round " << round;
  }
}

TEST(WithoutKeys, HintsTakeTheirPlace) {
  SeededRandom random(8);
  const std::string key = made(random);
  const std::string hint = key.substr(0, 11) + "…" + key.substr(key.size() - 4);
  EXPECT_EQ(hint_of(key), hint);
  EXPECT_EQ(without_keys("a/" + key + "/" + key + ".txt"), "a/" + hint + "/" + hint + ".txt");
  EXPECT_EQ(without_keys("nothing here"), "nothing here");
}

}  // namespace
}  // namespace latchkey::scan
