#include "delivery/webhook_signature.h"

#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include "delivery/base64.h"

namespace latchkey::delivery {
namespace {

credential::Peppers make_peppers(std::vector<std::pair<credential::PepperId, char>> from) {
  std::vector<credential::Peppers::Pepper> made;
  for (const auto& [id, fill] : from) made.push_back({id, Secret(std::string(32, fill))});
  return *credential::Peppers::make(std::move(made));
}

Webhook make_webhook() {
  Webhook webhook;
  SeededRandom random(3);
  webhook.id = WebhookId::make({1'777'000'000'000}, random);
  webhook.secret = {7, 1};
  return webhook;
}

// OpenSSL's own HMAC, as a receiver would use it.
std::string independently(std::string_view key, std::string_view message) {
  unsigned char mac[32];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), mac, &size);
  return "v1," + to_base64({reinterpret_cast<const char*>(mac), size});
}

TEST(Base64, IsRfc4648s) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xff\xfe\xfd"), "//79");
}

// The example of the specification's own reference libraries.
TEST(WebhookSignature, IsThatOfStandardWebhooks) {
  const std::string key =
      "\x30\x2a\x09\xd3\x9b\x2b\xd4\x5f\xa4\x44\xcd\x89\x63\x8f\xa0\x2c\x54\x63\x17\x80\x43\x22\x81\xea";
  EXPECT_EQ(secret_text(Secret::copy_of("\x30\x2a\x09")).expose(), "whsec_MCoJ");
  for (const std::string_view body : {R"({"test": 2432232314})", "", R"({"ü":"€"})"}) {
    EXPECT_EQ(signature(Secret::copy_of(key), "msg_1", 1'614'265'330, body),
              independently(key, "msg_1.1614265330." + std::string(body)));
  }
}

TEST(WebhookSignature, EachWebhookVersionAndPepperHasASecretOfItsOwn) {
  const auto peppers = make_peppers({{7, 'p'}, {3, 'q'}});
  const Webhook webhook = make_webhook();
  Webhook other = webhook;
  SeededRandom random(4);
  other.id = WebhookId::make({1'777'000'000'000}, random);
  std::set<std::string> keys;
  for (const Webhook& one : {webhook, other}) {
    for (const WebhookSecretName name : {WebhookSecretName{7, 1}, {7, 2}, {3, 1}}) {
      const Secret key = webhook_key(peppers, one.id, name);
      EXPECT_EQ(key.size(), 32u);
      EXPECT_TRUE(keys.insert(std::string(key.expose())).second);
    }
  }
  EXPECT_TRUE(webhook_key(peppers, webhook.id, {7, 1}).equals(webhook_key(peppers, webhook.id, {7, 1}).expose()))
      << "made again, it is the same";
  const auto digest = peppers.digest(7, webhook.id.to_string() + " 1");
  EXPECT_FALSE(keys.contains(std::string(digest.begin(), digest.end()))) << "and no digest of a secret";
}

TEST(WebhookSignature, TheOldSecretSignsTooUntilItsTimeIsOver) {
  const auto peppers = make_peppers({{7, 'p'}});
  Webhook webhook = make_webhook();
  const Instant now{1'777'000'000'000};
  const std::string before = signatures(peppers, webhook, "evt_1", now, "{}");
  webhook.old_secret = webhook.secret;
  webhook.old_secret_until = now.plus_ms(kSecretOverlapMs);
  webhook.secret.version = 2;
  const std::string during = signatures(peppers, webhook, "evt_1", now, "{}");
  EXPECT_EQ(during.substr(during.find(' ') + 1), before);
  EXPECT_EQ(std::count(during.begin(), during.end(), ' '), 1);
  const Instant after = now.plus_ms(kSecretOverlapMs);
  const std::string alone = signatures(peppers, webhook, "evt_1", after, "{}");
  EXPECT_EQ(alone.find(' '), std::string::npos);
}

TEST(WebhookSignature, WithoutItsPepperNothingIsSigned) {
  const auto peppers = make_peppers({{8, 'n'}});
  EXPECT_EQ(signatures(peppers, make_webhook(), "evt_1", {1'777'000'000'000}, "{}"), "");
}

}  // namespace
}  // namespace latchkey::delivery
