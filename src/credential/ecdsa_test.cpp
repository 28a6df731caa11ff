#include "credential/ecdsa.h"

#include <gtest/gtest.h>

#include <string>

#include "credential/signed_by_openssl_test.h"

namespace latchkey::credential {
namespace {

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

}  // namespace
}  // namespace latchkey::credential
