#include "delivery/courier.h"

#include "delivery/delivery_world_test.h"
#include "delivery/webhook_signature.h"

namespace latchkey::delivery {
namespace {

using store::DeliveryStatus;

class CourierTest : public DeliveryWorld {
 protected:
  int send_mails() {
    const auto handled = courier->send_mails();
    EXPECT_TRUE(handled);
    return handled.value_or(0);
  }
  store::Delivery delivery(const Webhook& webhook, DeliveryId id) {
    return *store->outbox().find_delivery(tenant.id, webhook.id, id);
  }
};

TEST_F(CourierTest, AMailGoesOutOnce) {
  put({mail("A")});
  EXPECT_EQ(send_mails(), 1);
  EXPECT_EQ(send_mails(), 0);
  ASSERT_EQ(smtp.tried.size(), 1u);
  EXPECT_EQ(smtp.tried[0].subject, "A");
  EXPECT_EQ(smtp.tried[0].from, "latchkey@keys.example");
}

TEST_F(CourierTest, AMailThatIsRefusedIsTriedAgainUnderTheSameIdAndThenGivenUp) {
  put({mail("A")});
  smtp.next = {MailOutcome::Kind::kLater, "Busy."};
  EXPECT_EQ(send_mails(), 1);
  EXPECT_EQ(send_mails(), 0) << "not before its time";
  clock.advance_ms(6'000);
  restart();
  EXPECT_EQ(send_mails(), 1) << "a restart forgets nothing";
  clock.advance_ms(400'000);
  EXPECT_EQ(send_mails(), 1);
  clock.advance_ms(86'400'000);
  EXPECT_EQ(send_mails(), 0) << "the retries are used up";
  ASSERT_EQ(smtp.tried.size(), 3u);
  EXPECT_EQ(smtp.tried[0].id, smtp.tried[2].id);
}

TEST_F(CourierTest, AMailThatWillNeverBeTakenIsNotTriedAgain) {
  put({mail("A")});
  smtp.next = {MailOutcome::Kind::kNever, "No such mailbox."};
  EXPECT_EQ(send_mails(), 1);
  clock.advance_ms(86'400'000);
  EXPECT_EQ(send_mails(), 0);
}

TEST_F(CourierTest, AMailThatWasBrokenOffGoesOutAfterTheRestart) {
  put({mail("A")});
  smtp.next = {MailOutcome::Kind::kAborted, {}};
  EXPECT_EQ(send_mails(), 1);
  restart();
  smtp.next = {MailOutcome::Kind::kSent, {}};
  EXPECT_EQ(send_mails(), 1);
  EXPECT_EQ(smtp.tried.size(), 1u);
}

TEST_F(CourierTest, ManyMailsToOneRecipientTravelTogether) {
  put({mail("A"), mail("B", "DANA@acme.example"), mail("C"), mail("D", "erin@acme.example")});
  EXPECT_EQ(send_mails(), 4);
  ASSERT_EQ(smtp.tried.size(), 2u);
  EXPECT_EQ(smtp.tried[0].subject, "3 messages from Latchkey");
  EXPECT_EQ(smtp.tried[1].subject, "D");
}

TEST_F(CourierTest, ARecipientIsNotFloodedAndMissesNothing) {
  for (int i = 0; i < 30; ++i) {
    put({mail(fmt::format("Alert {}", i))});
    send_mails();
  }
  ASSERT_EQ(smtp.tried.size(), static_cast<std::size_t>(Courier::kMessagesPerHour));
  put({mail("Other", "erin@acme.example")});
  send_mails();
  EXPECT_EQ(smtp.tried.back().subject, "Other") << "nobody else waits";
  clock.advance_ms(3'600'000);
  send_mails();
  EXPECT_EQ(smtp.tried.back().subject, "20 messages from Latchkey");
  EXPECT_EQ(smtp.tried.size(), static_cast<std::size_t>(Courier::kMessagesPerHour) + 2);
}

TEST_F(CourierTest, AWebhookMessageIsSignedAndNoted) {
  const CreatedWebhook made =
      std::move(*webhooks->create(tenant.id, {.url = "https://hooks.example/a", .events = {}, .description = ""}));
  LK_MUST(const auto test, webhooks->test(tenant.id, made.webhook.id));
  EXPECT_EQ(send_all(), 1);
  ASSERT_EQ(http.tried.size(), 1u);
  const auto& headers = http.tried[0].headers;
  const std::string timestamp = std::to_string(clock.now().unix_ms / 1000);
  EXPECT_EQ(headers[1], std::pair("webhook-id" + std::string(), test.what.event_id.to_string()));
  EXPECT_EQ(headers[2], std::pair("webhook-timestamp" + std::string(), timestamp));
  EXPECT_EQ(headers[3].second, signature(webhook_key(*peppers, made.webhook.id, made.webhook.secret), headers[1].second,
                                         clock.now().unix_ms / 1000, http.tried[0].body));
  const auto noted = delivery(made.webhook, test.what.id);
  EXPECT_EQ(noted.status, DeliveryStatus::kDelivered);
  ASSERT_EQ(noted.attempts.size(), 1u);
  EXPECT_EQ(noted.attempts[0].status_code, 204);
  EXPECT_EQ(noted.attempts[0].duration_ms, 5);
}

TEST_F(CourierTest, AWebhookMessageThatFailsIsTriedAgainOverARestartAndCanBeReplayed) {
  const Webhook webhook = make_webhook();
  LK_MUST(const auto test, webhooks->test(tenant.id, webhook.id));
  http.answer(500);
  EXPECT_EQ(send_all(), 1);
  EXPECT_EQ(delivery(webhook, test.what.id).status, DeliveryStatus::kPending);
  restart();
  EXPECT_EQ(send_all(), 0);
  clock.advance_ms(6'000);
  EXPECT_EQ(send_all(), 1);
  clock.advance_ms(400'000);
  EXPECT_EQ(send_all(), 1);
  EXPECT_EQ(delivery(webhook, test.what.id).status, DeliveryStatus::kFailed);
  EXPECT_EQ(delivery(webhook, test.what.id).attempts.size(), 3u);

  http.answer(200);
  ASSERT_TRUE(webhooks->replay(tenant.id, webhook.id, test.what.id));
  EXPECT_EQ(send_all(), 1);
  const auto noted = delivery(webhook, test.what.id);
  EXPECT_EQ(noted.status, DeliveryStatus::kDelivered);
  EXPECT_EQ(noted.attempts.size(), 4u);
  std::set<std::string> ids;
  for (const WebhookRequest& request : http.tried) ids.insert(request.headers[1].second);
  EXPECT_EQ(ids.size(), 1u) << "receivers know it again";
}

TEST_F(CourierTest, AWebhookThatFailsRestsAndHoldsNobodyUp) {
  const Webhook broken = make_webhook(), fine = make_webhook();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(webhooks->test(tenant.id, broken.id));
    ASSERT_TRUE(webhooks->test(tenant.id, fine.id));
  }
  http.answer(503);
  ASSERT_TRUE(courier->send_webhook());
  http.answer(200);
  EXPECT_EQ(send_all(), 5) << "the other's messages, and none of the one that failed";
  clock.advance_ms(6'000);
  EXPECT_EQ(send_all(), 5);
}

TEST_F(CourierTest, GoneDisablesAtOnceAndOwnersAreTold) {
  const Webhook webhook = make_webhook();
  LK_MUST(const auto first, webhooks->test(tenant.id, webhook.id));
  LK_MUST(const auto second, webhooks->test(tenant.id, webhook.id));
  http.answer(410);
  EXPECT_EQ(send_all(), 1);
  LK_MUST(const Webhook now, webhooks->find(tenant.id, webhook.id));
  EXPECT_EQ(now.state, WebhookState::kDisabled);
  EXPECT_EQ(now.disabled_reason, "It answered 410 Gone, which says that it wants no more.");
  EXPECT_EQ(delivery(webhook, second.what.id).status, DeliveryStatus::kFailed);
  EXPECT_EQ(send_mails(), 1);
  EXPECT_EQ(smtp.tried.at(0).to, "owner@acme.example");
  EXPECT_NE(smtp.tried[0].text.find("410 Gone"), std::string::npos);
}

TEST_F(CourierTest, DaysOfFailingDisable) {
  const Webhook webhook = make_webhook();
  http.answer(500);
  for (int day = 0; day < 5; ++day) {
    ASSERT_TRUE(webhooks->test(tenant.id, webhook.id));
    send_all();
    EXPECT_EQ(webhooks->find(tenant.id, webhook.id)->state, WebhookState::kActive) << day;
    clock.advance_ms(86'400'000);
  }
  send_all();
  EXPECT_EQ(webhooks->find(tenant.id, webhook.id)->state, WebhookState::kDisabled);
  // Made active again, it starts anew.
  ASSERT_TRUE(webhooks->update(tenant.id, webhook.id,
                               {.url = {}, .events = {}, .description = {}, .state = WebhookState::kActive}, dana));
  ASSERT_TRUE(webhooks->test(tenant.id, webhook.id));
  EXPECT_EQ(send_all(), 1);
  EXPECT_EQ(webhooks->find(tenant.id, webhook.id)->state, WebhookState::kActive);
}

TEST_F(CourierTest, AMessageThatWasBrokenOffGoesOutAfterTheRestart) {
  const Webhook webhook = make_webhook();
  LK_MUST(const auto test, webhooks->test(tenant.id, webhook.id));
  http.next.aborted = true;
  ASSERT_TRUE(courier->send_webhook());
  EXPECT_TRUE(delivery(webhook, test.what.id).attempts.empty());
  restart();
  http.answer(204);
  EXPECT_EQ(send_all(), 1);
  EXPECT_EQ(delivery(webhook, test.what.id).status, DeliveryStatus::kDelivered);
}

TEST_F(CourierTest, WithoutAPepperTheWebhookIsDisabledRatherThanUnsigned) {
  const Webhook webhook = make_webhook();
  ASSERT_TRUE(webhooks->test(tenant.id, webhook.id));
  std::vector<credential::Peppers::Pepper> made;
  made.push_back({8, Secret(std::string(32, 'n'))});
  peppers.emplace(*credential::Peppers::make(std::move(made)));
  restart();
  EXPECT_EQ(send_all(), 1);
  EXPECT_TRUE(http.tried.empty());
  EXPECT_EQ(webhooks->find(tenant.id, webhook.id)->state, WebhookState::kDisabled);
}

TEST_F(CourierTest, ItsThreadsSendAndStop) {
  const Webhook webhook = make_webhook();
  put({mail("A")});
  LK_MUST(const auto test, webhooks->test(tenant.id, webhook.id));
  courier->start();
  while (delivery(webhook, test.what.id).status == DeliveryStatus::kPending ||
         !store->outbox().due_mails(clock.now(), 1)->empty()) {
    std::this_thread::yield();
  }
  courier->stop();
  EXPECT_EQ(smtp.tried.size(), 1u);
  EXPECT_EQ(http.tried.size(), 1u);
}

}  // namespace
}  // namespace latchkey::delivery
