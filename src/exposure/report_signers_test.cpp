#include "exposure/report_signers.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "credential/report_signature.h"
#include "credential/signed_by_openssl_test.h"

namespace latchkey::exposure {
namespace {

using credential::hmac_field;
using credential::kP256Key;
using credential::kP256Signature;
using credential::kReportBody;
using credential::kSharedSecret;

class OneKey final : public KeySource {
 public:
  Result<std::string> fetch() override {
    const nlohmann::json key = {{"key_identifier", "id"}, {"key", std::string(kP256Key)}};
    return nlohmann::json{{"public_keys", {key}}}.dump();
  }
};

struct ReportSignersTest : testing::Test {
  static ReportSigners::Scanners scanners() {
    ReportSigners::Scanners out;
    out.emplace("ci", Secret::copy_of(kSharedSecret));
    out.emplace("other", Secret("another secret of 32 characters."));
    return out;
  }
  std::string by_scanner() const { return hmac_field(Secret::copy_of(kSharedSecret), kReportBody, clock.now()); }

  ManualClock clock;
  OneKey source;
  GithubKeys keys{source, clock};
  ReportSigners signers{&keys, scanners(), clock};
};

TEST_F(ReportSignersTest, WhoSignedIsTold) {
  EXPECT_EQ(signers.signer_of({.body = kReportBody, .github_key = "id", .github_signature = kP256Signature}), "github");
  const std::string field = by_scanner();
  EXPECT_EQ(signers.signer_of({.body = kReportBody, .scanner = "ci", .scanner_signature = field}), "ci");
}

TEST_F(ReportSignersTest, NobodyElseIs) {
  const std::string field = by_scanner();
  const SignedReport bad[] = {
      {.body = kReportBody},
      {.body = kReportBody, .github_key = "id"},
      {.body = kReportBody, .github_signature = kP256Signature},
      {.body = kReportBody, .github_key = "other", .github_signature = kP256Signature},
      {.body = "[]", .github_key = "id", .github_signature = kP256Signature},
      {.body = kReportBody, .scanner = "ci"},
      {.body = kReportBody, .scanner_signature = field},
      {.body = kReportBody, .scanner = "other", .scanner_signature = field},
      {.body = kReportBody, .scanner = "nobody", .scanner_signature = field},
      {.body = "[]", .scanner = "ci", .scanner_signature = field},
      // Two at once: it would be unclear whose report it is.
      {.body = kReportBody,
       .github_key = "id",
       .github_signature = kP256Signature,
       .scanner = "ci",
       .scanner_signature = field},
  };
  for (const SignedReport& report : bad) EXPECT_EQ(signers.signer_of(report), std::nullopt);
}

TEST_F(ReportSignersTest, WhoeverIsNotSetUpIsNotLetIn) {
  const ReportSigners nobody(nullptr, {}, clock);
  EXPECT_FALSE(nobody.any());
  EXPECT_EQ(nobody.signer_of({.body = kReportBody, .github_key = "id", .github_signature = kP256Signature}),
            std::nullopt);
  EXPECT_TRUE(ReportSigners(&keys, {}, clock).any());
  EXPECT_TRUE(ReportSigners(nullptr, scanners(), clock).any());
}

TEST(ScannerName, IsShortAndPlainAndNotGithubs) {
  for (const char* good : {"ci", "gitleaks_2", "a-b"}) EXPECT_TRUE(check_scanner_name(good)) << good;
  for (const char* bad : {"", "github", "CI", "a b", "a/b", "0123456789012345678901234567890123456789x"})
    EXPECT_FALSE(check_scanner_name(bad)) << bad;
}

}  // namespace
}  // namespace latchkey::exposure
