#include "upkeep/deliveries.h"

#include "lifecycle/hand_over.h"
#include "upkeep/upkeep_world_test.h"

namespace latchkey::upkeep {
namespace {

class DeliveriesTest : public UpkeepWorld {
 protected:
  std::string place() const { return fmt::format("latchkey/{}/sms", tenant.cid); }
};

TEST_F(DeliveriesTest, NewKey_IsWrittenToItsPlaceAndForgottenHere) {
  const auto made = create_for(corp);
  EXPECT_EQ(*deliveries->round(stopping), 1);
  ASSERT_TRUE(manager->stored.contains(place()));
  EXPECT_EQ(stored(made.key.id).secrets[0].digest, peppers->digest(7, manager->stored[place()].second));
  const auto record = latest(made.key.id);
  EXPECT_EQ(record.status, store::HandOverStatus::kDone);
  EXPECT_TRUE(record.sealed.empty());
  EXPECT_EQ(*deliveries->round(stopping), 0);
}

TEST_F(DeliveriesTest, OldSecret_HasNoEndUntilTheNewOneIsStored) {
  const auto made = create_for(corp);
  ASSERT_TRUE(deliveries->round(stopping));
  manager->broken = ErrorCode::kUnavailable;
  ASSERT_TRUE(rotations->rotate(tenant, made.key.id, {.overlap_ms = 0}, std::nullopt));
  for (int day = 0; day < 5; ++day) {
    ASSERT_TRUE(deliveries->round(stopping));
    clock.advance_ms(KeyPolicy::kDayMs);
    restart();
    ASSERT_EQ(stored(made.key.id).secrets.size(), 2u);
    EXPECT_FALSE(stored(made.key.id).secrets[0].valid_until);
  }
  EXPECT_EQ(alerts_of(AlertRule::kHandOver).size(), 1u);
  EXPECT_EQ(manager->stored[place()].first, 1);
  manager->broken.reset();
  EXPECT_EQ(*deliveries->round(stopping), 1);
  EXPECT_EQ(manager->stored[place()].first, 2);
  EXPECT_EQ(stored(made.key.id).secrets[0].valid_until, clock.now()) << "an overlap of nothing";
  EXPECT_EQ(latest(made.key.id).status, store::HandOverStatus::kDone);
}

TEST_F(DeliveriesTest, LostAnswer_IsTheSameSecretAgain) {
  const auto made = create_for(corp);
  manager->loses_answers = true;
  ASSERT_TRUE(deliveries->round(stopping));
  const auto first = manager->stored[place()];
  EXPECT_EQ(latest(made.key.id).status, store::HandOverStatus::kPending);
  manager->loses_answers = false;
  clock.advance_ms(KeyPolicy::kDayMs);
  restart();
  ASSERT_TRUE(deliveries->round(stopping));
  EXPECT_EQ(manager->stored[place()], first);
  EXPECT_EQ(latest(made.key.id).status, store::HandOverStatus::kDone);
}

// Between telling the rotation and noting that it was told.
TEST_F(DeliveriesTest, CrashAfterTheRotationWasTold_ChangesNothingAgain) {
  const auto made = create_for(corp);
  ASSERT_TRUE(deliveries->round(stopping));
  ASSERT_TRUE(rotations->rotate(tenant, made.key.id, {.overlap_ms = 1000}, std::nullopt));
  ASSERT_TRUE(rotations->delivered(tenant.id, made.key.id, 2));
  const auto end = stored(made.key.id).secrets[0].valid_until;
  clock.advance_ms(10);
  restart();
  EXPECT_EQ(*deliveries->round(stopping), 1);
  EXPECT_EQ(stored(made.key.id).secrets[0].valid_until, end);
  EXPECT_EQ(latest(made.key.id).status, store::HandOverStatus::kDone);
}

TEST_F(DeliveriesTest, WhatNeedsSomebody_IsToldAtOnceAndTriedOn) {
  const auto made = create_for(corp);
  manager->broken = ErrorCode::kConflict;
  ASSERT_TRUE(deliveries->round(stopping));
  ASSERT_EQ(alerts_of(AlertRule::kHandOver).size(), 1u);
  EXPECT_EQ(alerts_of(AlertRule::kHandOver)[0].severity, AlertSeverity::kCritical);
  EXPECT_TRUE(latest(made.key.id).next_attempt_at);
}

TEST_F(DeliveriesTest, CancelledRotation_IsTakenBackOut) {
  const auto made = create_for(corp);
  ASSERT_TRUE(rotations->rotate(tenant, made.key.id, {}, std::nullopt));
  ASSERT_TRUE(deliveries->round(stopping));
  ASSERT_TRUE(rotations->cancel(tenant.id, made.key.id, std::nullopt));
  ASSERT_TRUE(deliveries->round(stopping));
  EXPECT_TRUE(manager->stored.empty());
}

TEST_F(DeliveriesTest, Link_IsMailedOnceAndTheStoreAloneOpensNothing) {
  const auto made = create_for({HandOverKind::kLink, "", ""});
  EXPECT_EQ(*deliveries->round(stopping), 1);
  ASSERT_EQ(mail.sent.size(), 1u);
  EXPECT_EQ(mail.sent[0].to, "dana@acme.example");
  const auto record = latest(made.key.id);
  const Secret fragment = lifecycle::fragment_of(record, *peppers);
  const std::string link = fmt::format("https://keys.example/collect/{}#", record.id.to_string());
  EXPECT_NE(mail.sent[0].text.find(link + std::string(fragment.expose())), std::string::npos);
  EXPECT_EQ(record.status, store::HandOverStatus::kPending);
  EXPECT_EQ(*deliveries->round(stopping), 0);
  clock.advance_ms(lifecycle::kLinkLifeMs);
  ASSERT_TRUE(store->hand_overs().expire_hand_overs(clock.now()));
  EXPECT_EQ(latest(made.key.id).status, store::HandOverStatus::kExpired);
  EXPECT_TRUE(latest(made.key.id).sealed.empty());
}

TEST_F(DeliveriesTest, RefusedMail_IsToldAndTriedAgainOrGivenUp) {
  const auto later = create_for({HandOverKind::kLink, "", ""});
  mail.next = {delivery::MailOutcome::Kind::kLater, "The mail server is busy."};
  ASSERT_TRUE(deliveries->round(stopping));
  EXPECT_EQ(latest(later.key.id).last_error, "The mail server is busy.");
  EXPECT_TRUE(latest(later.key.id).next_attempt_at);
  mail.next = {delivery::MailOutcome::Kind::kNever, "There is no such mailbox."};
  clock.advance_ms(KeyPolicy::kDayMs);
  ASSERT_TRUE(deliveries->round(stopping));
  EXPECT_EQ(latest(later.key.id).status, store::HandOverStatus::kFailed);
  EXPECT_EQ(alerts_of(AlertRule::kHandOver).size(), 1u);
}

TEST_F(DeliveriesTest, RevokedKey_IsNotDelivered) {
  const auto made = create_for(corp);
  ASSERT_TRUE(keys->revoke(tenant.id, made.key.id, std::nullopt));
  EXPECT_EQ(*deliveries->round(stopping), 0);
  EXPECT_TRUE(latest(made.key.id).sealed.empty());
}

}  // namespace
}  // namespace latchkey::upkeep
