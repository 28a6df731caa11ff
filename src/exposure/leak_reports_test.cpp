#include "exposure/leak_reports.h"

#include "exposure/exposure_world_test.h"

namespace latchkey::exposure {
namespace {

class TableOfSecrets final : public KnownSecrets {
 public:
  std::vector<std::optional<FoundSecret>> find(const std::vector<std::string_view>& secrets) override {
    std::vector<std::optional<FoundSecret>> out;
    for (const std::string_view secret : secrets) {
      ++asked;
      const auto at = known.find(std::string(secret));
      out.push_back(at == known.end() ? std::nullopt : std::optional(at->second));
    }
    return out;
  }
  std::map<std::string, FoundSecret> known;
  std::size_t asked = 0;
};

class LeakReportsTest : public ExposureWorld {
 protected:
  ReportedToken token(std::string_view text, std::string url = "https://git.example/a", std::string source = "commit") {
    return {Secret::copy_of(text), "latchkey_api_key", std::move(url), std::move(source)};
  }
  ApiKey known_key(std::string& secret) {
    lifecycle::CreatedKey made = make_key();
    secret = made.secret.expose();
    table.known[secret] = {made.key.id, made.key.tenant, made.key.secrets.front().number};
    return made.key;
  }
  void take(ReportedToken one) {
    std::vector<ReportedToken> tokens;
    tokens.push_back(std::move(one));
    EXPECT_TRUE(reports.take("github", tokens));
  }
  TableOfSecrets table;
  LeakReports reports{*exposures, table, format, clock};
};

TEST_F(LeakReportsTest, AKnownSecretIsNotedWithItsPlace) {
  std::string secret;
  const ApiKey key = known_key(secret);
  take(token(secret));
  ASSERT_EQ(noted(key).size(), 1u);
  EXPECT_EQ(noted(key).front().how, ExposureHow::kLeakReport);
  EXPECT_EQ(noted(key).front().source, "github/commit");
  EXPECT_EQ(noted(key).front().url, "https://git.example/a");
}

TEST_F(LeakReportsTest, WhatHasNotTheFormIsNotEvenLookedUp) {
  std::string secret;
  known_key(secret);
  std::string typo = secret;
  typo.back() = typo.back() == 'a' ? 'b' : 'a';
  std::vector<ReportedToken> tokens;
  for (const std::string& bad : {std::string(), std::string("ghp_something"), typo, secret + "x"}) {
    EXPECT_FALSE(reports.is_well_formed(bad));
    tokens.push_back(token(bad));
  }
  EXPECT_TRUE(reports.take("github", tokens));
  EXPECT_EQ(table.asked, 0u);
  EXPECT_TRUE(reports.is_well_formed(secret));
}

TEST_F(LeakReportsTest, UnknownSecretsInBulkWriteNothing) {
  std::vector<ReportedToken> tokens;
  for (std::size_t i = 0; i < kMaxReportedTokens; ++i)
    tokens.push_back(token(credential::generate(format, random).expose()));
  const std::uint64_t before = store->transactions();
  EXPECT_TRUE(reports.take("github", tokens));
  EXPECT_EQ(store->transactions(), before);
}

TEST_F(LeakReportsTest, TheSameTwiceInAReportCountsOnce) {
  std::string secret;
  const ApiKey key = known_key(secret);
  std::vector<ReportedToken> tokens;
  for (int i = 0; i < 3; ++i) tokens.push_back(token(secret));
  tokens.push_back(token(secret, "https://git.example/b"));
  EXPECT_TRUE(reports.take("github", tokens));
  ASSERT_EQ(noted(key).size(), 2u);
  for (const KeyExposure& each : noted(key)) EXPECT_EQ(each.count, 1);
}

TEST_F(LeakReportsTest, APlaceThatHoldsASecretIsNotKept) {
  std::string secret;
  const ApiKey key = known_key(secret);
  take(token(secret, "https://git.example/?key=" + secret));
  ASSERT_EQ(noted(key).size(), 1u);
  EXPECT_EQ(noted(key).front().url, "");
}

TEST(HarmlessPlace, OnlyPlainUrlsAndWordsAreKept) {
  EXPECT_EQ(harmless_url("https://git.example/a?b=c#L7"), "https://git.example/a?b=c#L7");
  for (const std::string& bad :
       {std::string("javascript:alert(1)"), std::string("https://a b"), std::string("https://a\nBcc: x"),
        std::string("https://a\"onclick"), std::string("https://<script>"), std::string("//a"),
        "https://" + std::string(2'000, 'a'), std::string("https://\xc3\xa4")}) {
    EXPECT_EQ(harmless_url(bad), "") << bad;
  }
  EXPECT_EQ(harmless_source("github", "Pull_request_title"), "github/Pull_request_title");
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("<b>"), std::string(100, 'a')})
    EXPECT_EQ(harmless_source("ci", bad), "ci");
}

}  // namespace
}  // namespace latchkey::exposure
