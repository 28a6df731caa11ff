#include "check/credential.h"

#include <gtest/gtest.h>

namespace latchkey::check {
namespace {

using Kind = SentCredential::Kind;
using Fields = std::vector<std::string_view>;

SentCredential find(const Fields& api_key, const Fields& authorization) { return find_credential(api_key, authorization); }

TEST(FindCredential, TakesEitherFieldOrBothWithOneValue) {
  EXPECT_EQ(find({"k"}, {}).secret, "k");
  EXPECT_EQ(find({}, {"Bearer k"}).secret, "k");
  EXPECT_EQ(find({}, {"bEARER   k"}).secret, "k");
  EXPECT_EQ(find({"k"}, {"Bearer k"}).secret, "k");
  EXPECT_EQ(find({"k"}, {"Basic abc"}).secret, "k");
  EXPECT_EQ(find({""}, {"Bearer k"}).secret, "k");
}

TEST(FindCredential, RefusesWhatHasTwoReadings) {
  EXPECT_EQ(find({"k", "k"}, {}).kind, Kind::kAmbiguous);
  EXPECT_EQ(find({}, {"Bearer k", "Bearer k"}).kind, Kind::kAmbiguous);
  EXPECT_EQ(find({"k"}, {"Bearer other"}).kind, Kind::kAmbiguous);
}

TEST(FindCredential, OtherSchemesAreNoCredential) {
  EXPECT_EQ(find({}, {}).kind, Kind::kNone);
  EXPECT_EQ(find({}, {"Basic abc"}).kind, Kind::kNone);
  EXPECT_EQ(find({}, {"Bearerk"}).kind, Kind::kNone);
  EXPECT_EQ(find({}, {"Bearer "}).kind, Kind::kNone);
}

TEST(KeyInQuery, IsFoundHoweverItIsEncoded) {
  SeededRandom random(1);
  const credential::KeyFormat format;
  const std::string key(credential::generate(format, random).expose());
  std::string encoded;
  for (const char c : key) encoded += fmt::format("%{:02x}", static_cast<unsigned char>(c));
  std::string decoded;
  EXPECT_EQ(key_in_query(format, "/x?api_key=" + key, decoded), key);
  EXPECT_EQ(key_in_query(format, "/x?a=lk_live_no&b=" + encoded + "&c=%zz", decoded), key);
  EXPECT_EQ(key_in_query(format, "/x?" + key, decoded), key);
  EXPECT_FALSE(key_in_query(format, "/" + key + "?a=b", decoded));
  EXPECT_FALSE(key_in_query(format, "/x?api_key=" + key.substr(0, key.size() - 1) + "_", decoded));
  EXPECT_FALSE(key_in_query(format, "/x", decoded));
}

}  // namespace
}  // namespace latchkey::check
