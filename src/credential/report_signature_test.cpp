#include "credential/report_signature.h"

#include <gtest/gtest.h>

#include "credential/signed_by_openssl_test.h"

namespace latchkey::credential {
namespace {

constexpr Instant kSignedAt{1'700'000'000'000};

Secret shared() { return Secret::copy_of(kSharedSecret); }

TEST(HmacSignature, OneThatOpensslMadeIsGoodForFiveMinutes) {
  EXPECT_EQ(hmac_field(shared(), kReportBody, kSignedAt), kHmacField);
  for (const std::int64_t off_ms : {std::int64_t{0}, kSignatureLifeMs, -kSignatureLifeMs})
    EXPECT_TRUE(hmac_verifies(shared(), kReportBody, kHmacField, kSignedAt.plus_ms(off_ms))) << off_ms;
  for (const std::int64_t off_ms : {kSignatureLifeMs + 1, -kSignatureLifeMs - 1})
    EXPECT_FALSE(hmac_verifies(shared(), kReportBody, kHmacField, kSignedAt.plus_ms(off_ms))) << off_ms;
}

TEST(HmacSignature, TimeBodyAndSecretAreAllSigned) {
  std::string later(kHmacField);
  later[11] = '1';
  EXPECT_FALSE(hmac_verifies(shared(), kReportBody, later, kSignedAt));
  EXPECT_FALSE(hmac_verifies(shared(), std::string(kReportBody) + " ", kHmacField, kSignedAt));
  EXPECT_FALSE(hmac_verifies(Secret("another secret that nobody shares"), kReportBody, kHmacField, kSignedAt));
}

TEST(HmacSignature, OneOfSeveralMayBeGoodWhileSecretsAreExchanged) {
  const std::string other = ",v1=" + std::string(64, '0');
  EXPECT_TRUE(hmac_verifies(shared(), kReportBody, std::string(kHmacField) + other, kSignedAt));
  EXPECT_FALSE(hmac_verifies(shared(), kReportBody, std::string(kHmacField) + other + other + other + other,
                             kSignedAt));
}

TEST(HmacSignature, AFieldOfAnotherFormIsBad) {
  const std::string mac(kHmacField.substr(kHmacField.find("v1=")));
  for (const std::string& bad :
       {std::string(), std::string("t=1700000000"), mac, "t=1700000000;" + mac, "t=," + mac, "t=-1," + mac,
        "t=1700000000," + mac + "x", "t=1700000000,v0=" + mac.substr(3), "t=1700000000,t=1," + mac,
        "t=99999999999999999999," + mac, "t=1700000000x," + mac, "t=1700000000,," + mac}) {
    EXPECT_FALSE(hmac_verifies(shared(), kReportBody, bad, kSignedAt)) << bad;
  }
}

}  // namespace
}  // namespace latchkey::credential
