#include "credential/digest.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace latchkey::credential {
namespace {

Digest hmac(std::string_view key, std::string_view message) {
  Digest out;
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), out.data(), &size);
  return out;
}

std::string_view text(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

Peppers peppers_of(std::initializer_list<std::pair<PepperId, std::string>> entries) {
  std::vector<Peppers::Pepper> list;
  for (auto [id, bytes] : entries) list.push_back({id, Secret(std::move(bytes))});
  return std::move(Peppers::make(std::move(list)).value());
}

TEST(Peppers, DigestIsHmacSha256UnderADerivedKey) {
  for (const std::size_t size : {32u, 64u, 65u, 200u}) {
    const std::string pepper(size, 'p');
    const Peppers peppers = peppers_of({{7, pepper}});
    const Digest key = hmac(pepper, "latchkey secret digest v1");
    for (std::size_t length = 0; length <= 200; ++length) {
      const std::string message(length, 'm');
      EXPECT_EQ(peppers.digest(7, message), hmac(text(key), message)) << length;
    }
  }
}

TEST(Sha256Test, OverPartsIsThatOfTheWhole) {
  const std::string whole(1000, 'w');
  for (const std::size_t size : {1u, 63u, 64u, 1000u}) {
    Sha256 hash;
    for (std::size_t at = 0; at < whole.size(); at += size) hash.add(std::string_view(whole).substr(at, size));
    EXPECT_EQ(hash.finish(), sha256(whole)) << size;
  }
}

// RFC 4231, test cases 1, 2 and 6.
TEST(Hmac, IsThatOfItsRfc) {
  const auto hex = [](const Digest& digest) {
    std::string out;
    for (const std::uint8_t byte : digest) out += fmt::format("{:02x}", byte);
    return out;
  };
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Peppers, AnImportedSecretsDigestIsKeptApartFromAllOthers) {
  const std::string pepper(32, 'p');
  const Peppers peppers = peppers_of({{7, pepper}});
  const Digest sha256_of_secret = sha256("a secret of another system");
  const Digest digest = peppers.imported_digest(7, sha256_of_secret);
  const Digest key = hmac(pepper, "latchkey imported secret digest v1");
  EXPECT_EQ(digest, hmac(text(key), text(sha256_of_secret)));
  EXPECT_NE(digest, peppers.digest(7, text(sha256_of_secret)));
}

TEST(Peppers, AnIdLeavesRoomForAMark) {
  for (const auto& [id, good] : {std::pair{Peppers::kMaxId, true}, std::pair{Peppers::kMaxId + 1, false}}) {
    std::vector<Peppers::Pepper> list;
    list.push_back({id, Secret(std::string(32, 'p'))});
    EXPECT_EQ(Peppers::make(std::move(list)).has_value(), good) << id;
  }
}

TEST(Peppers, AWebhooksKeyIsNoDigest) {
  std::vector<Peppers::Pepper> made;
  made.push_back({1, Secret(std::string(32, 'p'))});
  const Peppers peppers = *Peppers::make(std::move(made));
  const Secret key = peppers.webhook_key(1, "name");
  for (const Digest& other : {peppers.digest(1, "name"), peppers.seal(1, "name")}) {
    EXPECT_FALSE(key.equals({reinterpret_cast<const char*>(other.data()), other.size()}));
  }
  EXPECT_TRUE(key.equals(peppers.webhook_key(1, "name").expose()));
}

TEST(Peppers, ASealIsNoDigest) {
  const Peppers peppers = peppers_of({{1, std::string(32, 'x')}});
  EXPECT_NE(peppers.seal(1, "row"), peppers.digest(1, "row"));
}

TEST(Peppers, SeveralPeppersEachByItsId) {
  const Peppers peppers = peppers_of({{2, std::string(32, 'b')}, {1, std::string(32, 'a')}});
  EXPECT_EQ(peppers.current(), 2u);
  EXPECT_NE(peppers.digest(1, "s"), peppers.digest(2, "s"));
  EXPECT_TRUE(peppers.knows(1));
  EXPECT_FALSE(peppers.knows(3));
}

TEST(Peppers, RefusesNoneShortOrRepeated) {
  EXPECT_FALSE(Peppers::make({}));
  std::vector<Peppers::Pepper> short_one;
  short_one.push_back({1, Secret(std::string(31, 'x'))});
  EXPECT_FALSE(Peppers::make(std::move(short_one)));
  std::vector<Peppers::Pepper> twice;
  twice.push_back({1, Secret(std::string(32, 'x'))});
  twice.push_back({1, Secret(std::string(32, 'y'))});
  EXPECT_FALSE(Peppers::make(std::move(twice)));
}

}  // namespace
}  // namespace latchkey::credential
