#include "exposure/signatures.h"

#include <gtest/gtest.h>

#include "exposure/signed_report_test.h"

namespace latchkey::exposure {
namespace {

constexpr Instant kSignedAt{1'700'000'000'000};

Secret shared() { return Secret::copy_of(kSharedSecret); }

TEST(EcdsaSignature, OneThatOpensslMadeIsGood) {
  EXPECT_TRUE(ecdsa_verifies(kP256Key, kReportBody, kP256Signature));
  EXPECT_TRUE(is_p256_key(kP256Key));
}

TEST(EcdsaSignature, AnyChangedBitIsBad) {
  std::string body(kReportBody);
  for (std::size_t at = 0; at < body.size(); at += 7) {
    body[at] = static_cast<char>(body[at] ^ 1);
    EXPECT_FALSE(ecdsa_verifies(kP256Key, body, kP256Signature)) << at;
    body[at] = static_cast<char>(body[at] ^ 1);
  }
  EXPECT_FALSE(ecdsa_verifies(kP256Key, "", kP256Signature));
  std::string signature(kP256Signature);
  for (std::size_t at = 0; at + 1 < signature.size(); ++at) {
    const char was = signature[at];
    signature[at] = was == 'A' ? 'B' : 'A';
    EXPECT_FALSE(ecdsa_verifies(kP256Key, kReportBody, signature)) << at;
    signature[at] = was;
  }
}

TEST(EcdsaSignature, NothingThatIsNoSignatureIsGood) {
  const std::string long_one(4096, 'A');
  const std::string spaced = std::string(kP256Signature.substr(0, 8)) + "    " + std::string(kP256Signature.substr(8));
  for (const std::string_view bad :
       {std::string_view(""), std::string_view("A"), std::string_view("===="), std::string_view("AAAA"),
        std::string_view("not base64!!"), std::string_view(long_one), std::string_view(spaced)}) {
    EXPECT_FALSE(ecdsa_verifies(kP256Key, kReportBody, bad)) << bad;
  }
  for (const std::string_view key :
       {std::string_view(""), std::string_view("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n")})
    EXPECT_FALSE(ecdsa_verifies(key, kReportBody, kP256Signature));
}

TEST(EcdsaSignature, AnotherCurveIsNotTaken) {
  EXPECT_FALSE(is_p256_key(kP384Key));
  EXPECT_FALSE(ecdsa_verifies(kP384Key, kReportBody, kP384Signature));
  EXPECT_FALSE(ecdsa_verifies(kP256Key, kReportBody, kP384Signature));
}

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
}  // namespace latchkey::exposure
