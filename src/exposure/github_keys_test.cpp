#include "exposure/github_keys.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "credential/signed_by_openssl_test.h"

namespace latchkey::exposure {
namespace {

using credential::kP256Key;
using credential::kP384Key;

std::string document(const std::vector<std::pair<std::string, std::string_view>>& keys) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [identifier, pem] : keys) {
    list.push_back({{"key_identifier", identifier}, {"key", std::string(pem)}, {"is_current", true}});
  }
  return nlohmann::json{{"public_keys", list}}.dump();
}

class ScriptedSource final : public KeySource {
 public:
  Result<std::string> fetch() override {
    ++fetches;
    if (down) return fail(ErrorCode::kUnavailable, "Nobody answers.");
    return published;
  }
  std::string published = document({{"first", kP256Key}});
  bool down = false;
  int fetches = 0;
};

struct GithubKeysTest : testing::Test {
  void pass(std::int64_t ms) { clock.advance_ms(ms); }
  ManualClock clock;
  ScriptedSource source;
  GithubKeys keys{source, clock};
};

TEST_F(GithubKeysTest, OneIsFetchedOnceAndThenKnown) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(keys.find("first"), kP256Key);
  EXPECT_EQ(source.fetches, 1);
}

TEST_F(GithubKeysTest, WhoeverAsksForUnknownOnesCausesOneFetchAMinute) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(keys.find("unknown-" + std::to_string(i)), std::nullopt);
  EXPECT_EQ(source.fetches, 1);
  pass(GithubKeys::kRetryMs);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(keys.find("unknown"), std::nullopt);
  EXPECT_EQ(source.fetches, 2);
  EXPECT_EQ(keys.find(""), std::nullopt);
  EXPECT_EQ(keys.find(std::string(10'000, 'x')), std::nullopt);
  EXPECT_EQ(source.fetches, 2);
}

TEST_F(GithubKeysTest, ANewOneIsFoundAndAWithdrawnOneGoes) {
  EXPECT_TRUE(keys.find("first"));
  source.published = document({{"second", kP256Key}});
  pass(GithubKeys::kRetryMs);
  EXPECT_TRUE(keys.find("second"));
  EXPECT_FALSE(keys.find("first"));
}

TEST_F(GithubKeysTest, KnownOnesAreFetchedAgainEveryHour) {
  EXPECT_TRUE(keys.find("first"));
  pass(GithubKeys::kFreshMs);
  source.published = document({});
  EXPECT_FALSE(keys.find("first"));
  EXPECT_EQ(source.fetches, 2);
}

TEST_F(GithubKeysTest, WhileTheSourceIsDownOldOnesDoForADay) {
  EXPECT_TRUE(keys.find("first"));
  source.down = true;
  pass(GithubKeys::kUsableMs - 1);
  EXPECT_TRUE(keys.find("first"));
  pass(1);
  EXPECT_FALSE(keys.find("first"));
  source.down = false;
  pass(GithubKeys::kRetryMs);
  EXPECT_TRUE(keys.find("first"));
}

TEST_F(GithubKeysTest, WhatIsNotTheDocumentedFormIsNotTaken) {
  for (const char* bad : {"", "{", "[]", "{}", R"({"public_keys":{}})", "<html>"})
    EXPECT_FALSE(read_github_keys(bad)) << bad;
  const auto read =
      read_github_keys(document({{"", kP256Key}, {"p384", kP384Key}, {"no", "no key"}, {"good", kP256Key}}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 1u);
  EXPECT_TRUE(read->contains("good"));
  EXPECT_EQ(read_github_keys(R"({"public_keys":[1,{"key_identifier":2,"key":[]},{}]})")->size(), 0u);
}

TEST(KeyUrl, HttpIsForThisMachineOnly) {
  for (const char* good : {"https://api.github.com/meta/public_keys/secret_scanning", "http://127.0.0.1:9/keys",
                           "http://localhost/keys", "http://[::1]:9/"}) {
    EXPECT_TRUE(check_key_url(good)) << good;
  }
  for (const char* bad : {"http://api.github.com/", "ftp://localhost/", "https://u:p@keys.example/", "nonsense", "",
                          "file:///etc/passwd", "https://keys.example/#x"}) {
    EXPECT_FALSE(check_key_url(bad)) << bad;
  }
}

}  // namespace
}  // namespace latchkey::exposure
