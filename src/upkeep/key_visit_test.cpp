#include "upkeep/key_visit.h"

#include "upkeep/upkeep_world_test.h"

namespace latchkey::upkeep {
namespace {

constexpr std::int64_t kDay = KeyPolicy::kDayMs;

class KeyVisitTest : public UpkeepWorld {
 protected:
  void set(const KeyPolicy& policy) {
    tenant.key_policy = policy;
    ASSERT_TRUE(store->update_tenant(tenant));
  }
  void use(const ApiKey& key, std::uint64_t secret) {
    store::UsageBatch batch;
    batch.cells.push_back({.key = key.id,
                           .tenant = tenant.id,
                           .minute = clock.now().unix_ms / 60'000,
                           .operation = "",
                           .outcome = "allowed",
                           .status_class = 2,
                           .count = 1,
                           .latency = {}});
    batch.secrets.push_back({.key = key.id,
                             .tenant = tenant.id,
                             .secret = secret,
                             .at = clock.now(),
                             .address = IpAddress::v4(203, 0, 113, 9),
                             .user_agent = "x",
                             .operation = ""});
    ASSERT_TRUE(usage->add(batch));
  }
};

TEST_F(KeyVisitTest, FirstUse_EndsTheOldSecret) {
  const auto made = created();
  const auto rotated =
      rotations->rotate(tenant, made.key.id, {.overlap_ms = 1000, .finish = RotationFinish::kOnFirstUse}, std::nullopt);
  ASSERT_TRUE(visit->rotating());
  EXPECT_FALSE(stored(made.key.id).secrets[0].valid_until);
  use(rotated->key, rotated->key.secrets.back().number);
  ASSERT_TRUE(visit->rotating());
  EXPECT_EQ(stored(made.key.id).secrets[0].valid_until, clock.now().plus_ms(1000));
  clock.advance_ms(1000);
  ASSERT_TRUE(visit->rotating());
  EXPECT_FALSE(stored(made.key.id).key.rotation) << "it is over";
}

TEST_F(KeyVisitTest, EndedSecrets_AreForgottenAfterAWeek) {
  const auto made = created();
  ASSERT_TRUE(rotations->rotate(tenant, made.key.id, {.overlap_ms = 0}, std::nullopt));
  ASSERT_TRUE(visit->every_key(stopping));
  EXPECT_EQ(stored(made.key.id).secrets.size(), 2u);
  clock.advance_ms(7 * kDay);
  ASSERT_TRUE(visit->every_key(stopping));
  EXPECT_EQ(stored(made.key.id).secrets.size(), 1u);
}

TEST_F(KeyVisitTest, Reminders_GoOutOnceEach) {
  lifecycle::CreateKey wanted = request();
  wanted.expires_at = clock.now().plus_ms(20 * kDay);
  ASSERT_TRUE(keys->create(tenant, wanted, actor, std::nullopt));
  for (int day = 0; day < 20; ++day) {
    ASSERT_TRUE(visit->every_key(stopping));
    restart();
    clock.advance_ms(kDay);
  }
  EXPECT_EQ(alerts_of(AlertRule::kKeyEnding).size(), 3u) << "14, 7 and 1 days before";
}

TEST_F(KeyVisitTest, GreatestAge_IsReportedOrDisablesAsThePolicySays) {
  const auto made = created();
  KeyPolicy policy;
  policy.max_secret_age_days = 30;
  set(policy);
  clock.advance_ms(30 * kDay);
  ASSERT_TRUE(visit->every_key(stopping));
  ASSERT_TRUE(visit->every_key(stopping));
  EXPECT_EQ(alerts_of(AlertRule::kSecretDue).size(), 1u);
  EXPECT_EQ(stored(made.key.id).key.state, KeyState::kActive);
  policy.on_due = OnDue::kDisable;
  set(policy);
  ASSERT_TRUE(visit->every_key(stopping));
  EXPECT_EQ(stored(made.key.id).key.state, KeyState::kDisabled);
}

TEST_F(KeyVisitTest, GreatestAge_RotatesIntoTheSecretManagerAndKeepsTheOldOne) {
  const auto made = create_for(corp);
  ASSERT_TRUE(deliveries->round(stopping));
  const auto shown = created();
  KeyPolicy policy;
  policy.max_secret_age_days = 30;
  policy.on_due = OnDue::kRotate;
  set(policy);
  clock.advance_ms(30 * kDay);
  ASSERT_TRUE(visit->every_key(stopping));
  ASSERT_TRUE(deliveries->round(stopping));
  const auto record = stored(made.key.id);
  EXPECT_EQ(record.key.generation, 2);
  EXPECT_FALSE(record.secrets[0].valid_until) << "until the new one has been used";
  EXPECT_EQ(record.secrets[1].digest, peppers->digest(7, manager->stored.begin()->second.second));
  EXPECT_EQ(stored(shown.key.id).key.generation, 1) << "a key without a manager is only reported";
  EXPECT_EQ(alerts_of(AlertRule::kSecretDue).size(), 2u);
  ASSERT_TRUE(visit->every_key(stopping));
  EXPECT_EQ(stored(made.key.id).key.generation, 2);
}

TEST_F(KeyVisitTest, DeletedKeys_AreForgottenAfterThirtyDays) {
  const auto made = created();
  ASSERT_TRUE(rotations->remove(tenant.id, made.key.id, std::nullopt));
  clock.advance_ms(30 * kDay);
  ASSERT_TRUE(visit->every_key(stopping));
  EXPECT_TRUE(store->find_key(made.key.id)) << "to the end of its time";
  clock.advance_ms(1);
  ASSERT_TRUE(visit->every_key(stopping));
  EXPECT_FALSE(store->find_key(made.key.id));
}

}  // namespace
}  // namespace latchkey::upkeep
