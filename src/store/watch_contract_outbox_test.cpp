// Mails and deliveries.
#include "store/watch_contract_test.h"

namespace latchkey::store {
namespace {

TEST_P(WatchContract, Mail_WaitsUntilItIsDueAndIsGoneOnceSent) {
  const OutgoingMail mail = make_mail();
  ASSERT_TRUE(outbox().add({.mails = {mail}, .deliveries = {}}));
  place().reopen();
  LK_MUST(auto due, outbox().due_mails(now.plus_ms(-1), 10));
  EXPECT_TRUE(due.empty());
  LK_MUST(due, outbox().due_mails(now, 10));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].mail.id, mail.id);
  EXPECT_EQ(due[0].mail.tenant, ours);
  EXPECT_EQ(due[0].mail.recipient, mail.recipient);
  EXPECT_EQ(due[0].mail.subject, mail.subject);
  EXPECT_EQ(due[0].mail.text, mail.text);
  EXPECT_EQ(due[0].tries, 0);

  const Instant later = now.plus_ms(5000);
  ASSERT_TRUE(outbox().note_mails({{mail.id}, DeliveryStatus::kPending, now, true, "refused", later}));
  LK_MUST(due, outbox().due_mails(now, 10));
  EXPECT_TRUE(due.empty());
  LK_MUST(due, outbox().due_mails(later, 10));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].tries, 1);
  ASSERT_TRUE(outbox().note_mails({{mail.id}, DeliveryStatus::kPending, now, false, "", later}));
  LK_MUST(due, outbox().due_mails(later, 10));
  EXPECT_EQ(due.at(0).tries, 1) << "putting off is no try";
  ASSERT_TRUE(outbox().note_mails({{mail.id}, DeliveryStatus::kDelivered, later, true, "", std::nullopt}));
  LK_MUST(due, outbox().due_mails(later, 10));
  EXPECT_TRUE(due.empty());
}

TEST_P(WatchContract, MessagesSent_CountsMessagesNotMails) {
  const OutgoingMail a = make_mail(), b = make_mail("DANA@acme.example"), c = make_mail(),
                     other = make_mail("x@y.example");
  ASSERT_TRUE(outbox().add({.mails = {a, b, c, other}, .deliveries = {}}));
  const Instant sent = next_moment();
  ASSERT_TRUE(outbox().note_mails({{a.id, b.id}, DeliveryStatus::kDelivered, sent, true, "", std::nullopt}));
  ASSERT_TRUE(outbox().note_mails({{c.id}, DeliveryStatus::kDelivered, sent, true, "", std::nullopt}));
  LK_MUST(int count, outbox().messages_sent("Dana@ACME.example", sent.plus_ms(-1)));
  EXPECT_EQ(count, 2);
  LK_MUST(count, outbox().messages_sent("dana@acme.example", sent));
  EXPECT_EQ(count, 0);
  LK_MUST(count, outbox().messages_sent("x@y.example", Instant{0}));
  EXPECT_EQ(count, 0);
}

TEST_P(WatchContract, Delivery_OneForEachWebhookAtATimeOldestFirst) {
  const Webhook one = stored_webhook(ours), two = stored_webhook(theirs);
  const OutgoingDelivery first = make_delivery(one.id), second = make_delivery(one.id), other = make_delivery(two.id);
  ASSERT_TRUE(outbox().add({.mails = {}, .deliveries = {first, second, other}}));
  place().reopen();
  LK_MUST(auto due, outbox().due_deliveries(now, 10));
  ASSERT_EQ(due.size(), 2u);
  EXPECT_EQ(due[0].delivery.what.id, first.id);
  EXPECT_EQ(due[0].delivery.what.event_id, first.event_id);
  EXPECT_EQ(due[0].delivery.what.payload, first.payload);
  EXPECT_EQ(due[0].webhook.id, one.id);
  EXPECT_EQ(due[0].webhook.secret, one.secret);
  EXPECT_EQ(due[1].delivery.what.id, other.id);
  LK_MUST(due, outbox().due_deliveries(now, 1));
  EXPECT_EQ(due.size(), 1u);
}

TEST_P(WatchContract, Delivery_KeepsWhatCameOfEachAttempt) {
  const Webhook webhook = stored_webhook(ours);
  const OutgoingDelivery delivery = make_delivery(webhook.id);
  ASSERT_TRUE(outbox().add({.mails = {}, .deliveries = {delivery}}));
  const AttemptNote failed = failed_note(delivery);
  ASSERT_TRUE(outbox().note_attempt(failed));
  LK_MUST(Delivery found, outbox().find_delivery(ours, webhook.id, delivery.id));
  EXPECT_EQ(found.status, DeliveryStatus::kPending);
  EXPECT_EQ(found.tries, 1);
  EXPECT_EQ(found.next_attempt_at, failed.next_attempt_at);
  ASSERT_EQ(found.attempts.size(), 1u);
  EXPECT_EQ(found.attempts[0], failed.attempt);
  LK_MUST(Webhook owner, webhooks().find_webhook(ours, webhook.id));
  EXPECT_EQ(owner.failing_since, failed.failing_since);
  EXPECT_EQ(owner.last_delivery->status_code, 500);
  EXPECT_FALSE(owner.last_delivery->ok);

  AttemptNote taken;
  taken.delivery = delivery.id;
  taken.attempt = {next_moment(), 204, std::nullopt, 3};
  taken.status = DeliveryStatus::kDelivered;
  ASSERT_TRUE(outbox().note_attempt(taken));
  LK_MUST(found, outbox().find_delivery(ours, webhook.id, delivery.id));
  EXPECT_EQ(found.status, DeliveryStatus::kDelivered);
  ASSERT_EQ(found.attempts.size(), 2u);
  EXPECT_EQ(found.attempts[1], taken.attempt);
  LK_MUST(owner, webhooks().find_webhook(ours, webhook.id));
  EXPECT_FALSE(owner.failing_since);
  EXPECT_TRUE(owner.last_delivery->ok);
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, outbox().find_delivery(theirs, webhook.id, delivery.id));
}

TEST_P(WatchContract, Delivery_OfAPausedWebhookWaits) {
  const Webhook webhook = stored_webhook(ours);
  const OutgoingDelivery first = make_delivery(webhook.id), second = make_delivery(webhook.id);
  ASSERT_TRUE(outbox().add({.mails = {}, .deliveries = {first, second}}));
  AttemptNote note = failed_note(first);
  note.webhook_not_before = now.plus_ms(500);
  ASSERT_TRUE(outbox().note_attempt(note));
  LK_MUST(auto due, outbox().due_deliveries(now, 10));
  EXPECT_TRUE(due.empty());
  LK_MUST(due, outbox().due_deliveries(now.plus_ms(500), 10));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].delivery.what.id, second.id);
}

TEST_P(WatchContract, Delivery_DisablesItsWebhookAndTellsInOne) {
  const Webhook webhook = stored_webhook(ours);
  const OutgoingDelivery first = make_delivery(webhook.id), second = make_delivery(webhook.id);
  ASSERT_TRUE(outbox().add({.mails = {}, .deliveries = {first, second}}));
  AttemptNote note = failed_note(first);
  note.status = DeliveryStatus::kFailed;
  note.next_attempt_at = std::nullopt;
  note.disable = "It answered 410 Gone.";
  note.notices.mails = {make_mail()};
  ASSERT_TRUE(outbox().note_attempt(note));
  LK_MUST(const Webhook owner, webhooks().find_webhook(ours, webhook.id));
  EXPECT_EQ(owner.state, WebhookState::kDisabled);
  EXPECT_EQ(owner.disabled_reason, *note.disable);
  LK_MUST(const Delivery other, outbox().find_delivery(ours, webhook.id, second.id));
  EXPECT_EQ(other.status, DeliveryStatus::kFailed);
  LK_MUST(const auto mails, outbox().due_mails(now, 10));
  EXPECT_EQ(mails.size(), 1u);
}

TEST_P(WatchContract, Replay_SendsAgainWhateverItWasAndSurvivesALateNote) {
  const Webhook webhook = stored_webhook(ours);
  const OutgoingDelivery delivery = make_delivery(webhook.id);
  ASSERT_TRUE(outbox().add({.mails = {}, .deliveries = {delivery}}));
  AttemptNote note = failed_note(delivery);
  note.status = DeliveryStatus::kFailed;
  note.next_attempt_at = std::nullopt;
  ASSERT_TRUE(outbox().note_attempt(note));
  LK_MUST(const Delivery replayed, outbox().replay(ours, webhook.id, delivery.id, next_moment()));
  EXPECT_EQ(replayed.status, DeliveryStatus::kPending);
  EXPECT_EQ(replayed.tries, 0);
  EXPECT_EQ(replayed.next_attempt_at, now);
  EXPECT_EQ(replayed.what.event_id, delivery.event_id) << "receivers know it by this";
  EXPECT_EQ(replayed.attempts.size(), 1u) << "the log stays";
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, outbox().replay(theirs, webhook.id, delivery.id, now));

  // An attempt that was under way when somebody asked for the replay is noted, but does not undo it.
  note.attempt.at = next_moment();
  note.generation = 0;
  ASSERT_TRUE(outbox().note_attempt(note));
  LK_MUST(const auto due, outbox().due_deliveries(now.plus_ms(60'000), 10));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].delivery.generation, 1);
}

TEST_P(WatchContract, ListDeliveries_NewestFirstPageByPage) {
  const Webhook webhook = stored_webhook(ours);
  std::vector<DeliveryId> expected;
  for (int i = 0; i < 5; ++i) {
    const OutgoingDelivery delivery = make_delivery(webhook.id);
    ASSERT_TRUE(outbox().add({.mails = {}, .deliveries = {delivery}}));
    expected.insert(expected.begin(), delivery.id);
  }
  for (const int limit : {1, 2, 5, 6}) {
    std::vector<DeliveryId> seen;
    std::string cursor;
    do {
      LK_MUST(const DeliveryPage page, outbox().list_deliveries(ours, webhook.id, cursor, limit));
      for (const Delivery& delivery : page.deliveries) seen.push_back(delivery.what.id);
      cursor = page.next_cursor;
    } while (!cursor.empty());
    EXPECT_EQ(seen, expected) << limit;
  }
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, outbox().list_deliveries(theirs, webhook.id, "", 5));
}

TEST_P(WatchContract, Outbox_HasRoomForSoManyAndSaysWhatItLeftOut) {
  const Webhook webhook = stored_webhook(ours), other = stored_webhook(ours);
  Notices many;
  for (std::int64_t i = 0; i < kMaxPendingDeliveries + 2; ++i) many.deliveries.push_back(make_delivery(webhook.id));
  many.deliveries.push_back(make_delivery(other.id));
  for (std::int64_t i = 0; i < kMaxPendingMails + 3; ++i) many.mails.push_back(make_mail());
  LK_MUST(const LeftOut left_out, outbox().add(many));
  EXPECT_EQ(left_out.deliveries, 2);
  EXPECT_EQ(left_out.mails, 3);
  LK_MUST(const auto due, outbox().due_deliveries(now, 10));
  EXPECT_EQ(due.size(), 2u) << "a full webhook takes nothing from another";
}

TEST_P(WatchContract, ForgetSent_LeavesWhatIsPending) {
  const Webhook webhook = stored_webhook(ours);
  const OutgoingDelivery done = make_delivery(webhook.id), pending = make_delivery(webhook.id);
  const OutgoingMail mail = make_mail();
  ASSERT_TRUE(outbox().add({.mails = {mail}, .deliveries = {done, pending}}));
  AttemptNote note = failed_note(done);
  note.status = DeliveryStatus::kFailed;
  note.next_attempt_at = std::nullopt;
  ASSERT_TRUE(outbox().note_attempt(note));
  ASSERT_TRUE(outbox().forget_sent(now.plus_ms(1000)));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, outbox().find_delivery(ours, webhook.id, done.id));
  EXPECT_TRUE(outbox().find_delivery(ours, webhook.id, pending.id));
  LK_MUST(const auto mails, outbox().due_mails(now, 10));
  EXPECT_EQ(mails.size(), 1u);
}

}  // namespace
}  // namespace latchkey::store
