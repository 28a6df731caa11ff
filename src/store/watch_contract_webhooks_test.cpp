// Webhooks.
#include "store/watch_contract_test.h"

namespace latchkey::store {
namespace {

TEST_P(WatchContract, Webhook_ComesBackAsItWasStored) {
  Webhook webhook = make_webhook(ours);
  webhook.events = {"alert.opened"};
  webhook.old_secret = WebhookSecretName{7, 1};
  webhook.old_secret_until = now.plus_ms(5);
  webhook.failing_since = now;
  webhook.last_delivery = Webhook::LastDelivery{now, 503, false};
  ASSERT_TRUE(webhooks().insert_webhook(webhook));
  place().reopen();
  LK_MUST(const Webhook found, webhooks().find_webhook(ours, webhook.id));
  EXPECT_EQ(found.url, webhook.url);
  EXPECT_EQ(found.events, webhook.events);
  EXPECT_EQ(found.description, webhook.description);
  EXPECT_EQ(found.state, WebhookState::kActive);
  EXPECT_EQ(found.created_at, webhook.created_at);
  EXPECT_EQ(found.secret, webhook.secret);
  EXPECT_EQ(found.old_secret, webhook.old_secret);
  EXPECT_EQ(found.old_secret_until, webhook.old_secret_until);
  EXPECT_EQ(found.failing_since, webhook.failing_since);
  EXPECT_EQ(found.last_delivery, webhook.last_delivery);
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, webhooks().find_webhook(theirs, webhook.id));
  LK_MUST(const auto others, webhooks().list_webhooks(theirs));
  EXPECT_TRUE(others.empty());
}

TEST_P(WatchContract, Webhook_AtMostTwentyForATenant) {
  std::vector<WebhookId> ids;
  for (std::size_t i = 0; i < kMaxWebhooks; ++i) ids.push_back(stored_webhook(ours).id);
  EXPECT_FAILS_WITH(ErrorCode::kConflict, webhooks().insert_webhook(make_webhook(ours)));
  EXPECT_TRUE(webhooks().insert_webhook(make_webhook(theirs)));
  LK_MUST(const auto listed, webhooks().list_webhooks(ours));
  ASSERT_EQ(listed.size(), kMaxWebhooks);
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(listed[i].id, ids[i]);
  ASSERT_TRUE(webhooks().delete_webhook(ours, ids[3]));
  EXPECT_TRUE(webhooks().insert_webhook(make_webhook(ours)));
}

TEST_P(WatchContract, ChangeWebhook_WritesAllOrNothing) {
  const Webhook webhook = stored_webhook(ours);
  LK_MUST(Webhook changed, webhooks().change_webhook(ours, webhook.id, [](Webhook& w) -> Result<void> {
    w.url = "https://other.example/";
    w.old_secret = w.secret;
    w.secret.version = 9;
    return {};
  }));
  LK_MUST(const Webhook found, webhooks().find_webhook(ours, webhook.id));
  EXPECT_EQ(found.url, "https://other.example/");
  EXPECT_EQ(found.secret.version, 9);
  EXPECT_EQ(found.old_secret, webhook.secret);
  const auto refused = webhooks().change_webhook(ours, webhook.id, [](Webhook& w) -> Result<void> {
    w.url = "https://never.example/";
    return fail(ErrorCode::kConflict, "No.");
  });
  EXPECT_FAILS_WITH(ErrorCode::kConflict, refused);
  LK_MUST(const Webhook still, webhooks().find_webhook(ours, webhook.id));
  EXPECT_EQ(still.url, "https://other.example/");
  const auto nothing = [](Webhook&) -> Result<void> { return {}; };
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, webhooks().change_webhook(theirs, webhook.id, nothing));
}

TEST_P(WatchContract, Webhook_DisablingOrDeletingItEndsItsDeliveries) {
  const Webhook webhook = stored_webhook(ours), gone = stored_webhook(ours);
  const OutgoingDelivery delivery = make_delivery(webhook.id);
  ASSERT_TRUE(outbox().add({.mails = {}, .deliveries = {delivery, make_delivery(gone.id)}}));
  ASSERT_TRUE(webhooks().change_webhook(ours, webhook.id, [](Webhook& w) -> Result<void> {
    w.state = WebhookState::kDisabled;
    w.disabled_reason = "Dana disabled it.";
    return {};
  }));
  ASSERT_TRUE(webhooks().delete_webhook(ours, gone.id));
  LK_MUST(const auto due, outbox().due_deliveries(now, 10));
  EXPECT_TRUE(due.empty());
  LK_MUST(const Delivery ended, outbox().find_delivery(ours, webhook.id, delivery.id));
  EXPECT_EQ(ended.status, DeliveryStatus::kFailed);
  EXPECT_FALSE(ended.next_attempt_at);
  EXPECT_FAILS_WITH(ErrorCode::kConflict, outbox().replay(ours, webhook.id, delivery.id, now));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, outbox().list_deliveries(ours, gone.id, "", 10));
  LK_MUST(const LeftOut left_out, outbox().add({.mails = {}, .deliveries = {make_delivery(webhook.id)}}));
  EXPECT_EQ(left_out.deliveries, 1) << "a disabled webhook is told nothing";
}

}  // namespace
}  // namespace latchkey::store
