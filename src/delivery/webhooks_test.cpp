#include "delivery/webhooks.h"

#include "delivery/delivery_world_test.h"
#include "delivery/webhook_signature.h"

namespace latchkey::delivery {
namespace {

class WebhooksTest : public DeliveryWorld {};

std::vector<std::string> url_mistakes(const std::string& url, bool allow_private = false) {
  lifecycle::Mistakes mistakes;
  check_webhook_url(url, allow_private, mistakes);
  std::vector<std::string> out;
  for (const auto& mistake : mistakes) out.push_back(mistake.detail);
  return out;
}

TEST(WebhookUrl, OnlyHttpsToWhereTheInternetIs) {
  for (const char* fine : {"https://hooks.example.com/latchkey", "https://hooks.example.com:8443/a?b=c",
                           "https://8.8.8.8/", "https://[2606:4700::1111]/"}) {
    EXPECT_TRUE(url_mistakes(fine).empty()) << fine;
  }
  for (const char* wrong :
       {"", "hooks.example.com", "http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd",
        "https://", "https://user:password@hooks.example.com/", "https://user@hooks.example.com/",
        "https://hooks.example.com/#part", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/",
        "https://169.254.169.254/latest", "https://hooks.example.com/a b", "https://hooks.example.com/\r\nX: y",
        "javascript:alert(1)", "https://0x7f000001/", "https://2130706433/", "https://127.1/"}) {
    EXPECT_FALSE(url_mistakes(wrong).empty()) << wrong;
  }
  EXPECT_FALSE(url_mistakes("https://hooks.example/" + std::string(kMaxUrlBytes, 'a')).empty());
  EXPECT_TRUE(url_mistakes("http://127.0.0.1:9000/", true).empty()) << "for development";
  EXPECT_FALSE(url_mistakes("ftp://127.0.0.1/", true).empty());
}

TEST_F(WebhooksTest, EveryMistakeIsToldAtOnce) {
  const auto made =
      webhooks->create(tenant.id, {.url = "http://x", .events = {"alert.open", "alert.opened"}, .description = "a\tb"});
  ASSERT_FALSE(made);
  ASSERT_EQ(made.error().fields.size(), 3u);
  EXPECT_EQ(made.error().fields[0].pointer, "/url");
  EXPECT_EQ(made.error().fields[1].pointer, "/events/0");
  EXPECT_NE(made.error().fields[1].detail.find("Did you mean \"alert.opened\"?"), std::string::npos)
      << made.error().fields[1].detail;
  EXPECT_EQ(made.error().fields[2].pointer, "/description");
}

TEST_F(WebhooksTest, TheSecretIsShownOnceAndStoredNowhere) {
  const auto made =
      webhooks->create(tenant.id, {.url = "https://hooks.example/a", .events = {}, .description = " Ops "});
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->secret.expose().starts_with("whsec_"));
  EXPECT_EQ(made->webhook.description, "Ops");
  LK_MUST(const Webhook found, webhooks->find(tenant.id, made->webhook.id));
  EXPECT_EQ(found.secret, (WebhookSecretName{7, 1}));
}

TEST_F(WebhooksTest, RotatingMakesANewSecretAndKeepsTheOldForADay) {
  const auto made = webhooks->create(tenant.id, {.url = "https://hooks.example/a", .events = {}, .description = ""});
  LK_MUST(const CreatedWebhook rotated, webhooks->rotate(tenant.id, made->webhook.id));
  EXPECT_FALSE(rotated.secret.equals(made->secret.expose()));
  EXPECT_EQ(rotated.webhook.old_secret, made->webhook.secret);
  EXPECT_EQ(rotated.webhook.old_secret_until, clock.now().plus_ms(kSecretOverlapMs));
  LK_MUST(const CreatedWebhook again, webhooks->rotate(tenant.id, made->webhook.id));
  EXPECT_EQ(again.webhook.secret.version, 3) << "no version comes twice";
}

TEST_F(WebhooksTest, DisablingSaysByWhomAndEnablingForgetsWhatFailed) {
  const Webhook webhook = make_webhook();
  const auto set = [&](WebhookState state) {
    return webhooks->update(tenant.id, webhook.id, {.url = {}, .events = {}, .description = {}, .state = state}, dana);
  };
  const auto disabled = set(WebhookState::kDisabled);
  ASSERT_TRUE(disabled);
  EXPECT_EQ(disabled->disabled_reason, "Dana disabled it.");
  EXPECT_EQ(webhooks->test(tenant.id, webhook.id).error().code, ErrorCode::kConflict);
  const auto active = set(WebhookState::kActive);
  ASSERT_TRUE(active);
  EXPECT_EQ(active->disabled_reason, "");
  EXPECT_TRUE(webhooks->test(tenant.id, webhook.id));
}

TEST_F(WebhooksTest, AnothersWebhookIsNotThere) {
  const Webhook webhook = make_webhook();
  const TenantId other = TenantId::make(clock.now(), random);
  EXPECT_EQ(webhooks->find(other, webhook.id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(webhooks->rotate(other, webhook.id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(webhooks->test(other, webhook.id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(webhooks->remove(other, webhook.id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(webhooks->update(other, webhook.id, {}, dana).error().error.code, ErrorCode::kNotFound);
  EXPECT_TRUE(webhooks->find(tenant.id, webhook.id));
}

}  // namespace
}  // namespace latchkey::delivery
