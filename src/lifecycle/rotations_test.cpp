#include "lifecycle/rotations.h"

#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

class NeverUsed final : public SecretUses {
 public:
  Result<std::optional<Instant>> last_use(TenantId, KeyId, std::uint64_t) override { return at; }
  std::optional<Instant> at;
};

class Corp final : public HandOverPlaces {
 public:
  bool mails_links() const override { return true; }
  std::vector<Manager> managers_of(const Tenant&) const override { return {}; }
  std::optional<std::string> why_not(const Tenant&, const HandOver& target) const override {
    return target.kind == HandOverKind::kLink || target.manager == "corp"
               ? std::nullopt
               : std::optional<std::string>("There is none.");
  }
};

class RotationsTest : public World {
 protected:
  void SetUp() override {
    World::SetUp();
    keys.emplace(*store, feed, *loaded.catalog, *peppers, credential::KeyFormat{}, clock, random, &places);
    rotations.emplace(*store, feed, *peppers, credential::KeyFormat{}, clock, random, uses, &places);
  }
  ChangeResult<RotatedKey> rotate(KeyId id, RotateKey request = {}) {
    return rotations->rotate(tenant, id, request, std::nullopt);
  }

  Corp places;
  NeverUsed uses;
  std::optional<Rotations> rotations;
};

constexpr std::int64_t kDay = 86'400'000;

TEST_F(RotationsTest, RotatedKey_KeepsAllButItsSecretWhichWorksBesideTheOldOneForADay) {
  const CreatedKey made = created();
  clock.advance_ms(1000);
  const auto rotated = rotate(made.key.id);
  ASSERT_TRUE(rotated);
  EXPECT_TRUE(credential::is_well_formed({}, rotated->secret.expose()));
  EXPECT_NE(rotated->key.hint, made.key.hint);
  EXPECT_EQ(rotated->key.generation, 2);
  EXPECT_EQ(rotated->key.restrictions, made.key.restrictions);
  EXPECT_EQ(rotated->key.created_at, made.key.created_at);
  const store::KeyRecord record = stored(made.key.id);
  ASSERT_EQ(record.secrets.size(), 2u);
  EXPECT_EQ(record.secrets[0].valid_until, clock.now().plus_ms(kDay));
  EXPECT_EQ(record.secrets[1].digest, peppers->digest(7, rotated->secret.expose()));
  EXPECT_FALSE(record.secrets[1].valid_until);
  EXPECT_TRUE(seal_is_valid(record, *peppers));
  EXPECT_EQ(feed.position, *store->last_sequence());
  EXPECT_TRUE(record.key.rotates_at(clock.now().plus_ms(kDay - 1)));
  EXPECT_FALSE(record.key.rotates_at(clock.now().plus_ms(kDay)));
}

TEST_F(RotationsTest, Overlap_ComesFromThePolicyAndIsBounded) {
  tenant.key_policy.overlap_ms = 5000;
  const CreatedKey made = created();
  ASSERT_TRUE(rotate(made.key.id));
  EXPECT_EQ(stored(made.key.id).secrets[0].valid_until, clock.now().plus_ms(5000));
  const auto wrong = rotate(created().key.id, {.overlap_ms = 91 * kDay});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().fields.front().pointer, "/overlap_seconds");
}

TEST_F(RotationsTest, Cancel_GivesTheOldHintBack) {
  const CreatedKey made = created();
  ASSERT_TRUE(rotate(made.key.id));
  const auto cancelled = rotations->cancel(tenant.id, made.key.id, std::nullopt);
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->hint, made.key.hint);
  EXPECT_FALSE(cancelled->rotation);
}

TEST_F(RotationsTest, StaleVersion_IsRefusedByEveryStep) {
  const CreatedKey made = created();
  ASSERT_TRUE(rotate(made.key.id));
  EXPECT_EQ(rotations->rotate(tenant, made.key.id, {}, 1).error().error.code, ErrorCode::kPreconditionFailed);
  EXPECT_EQ(rotations->finish(tenant.id, made.key.id, 1).error().error.code, ErrorCode::kPreconditionFailed);
  EXPECT_EQ(rotations->cancel(tenant.id, made.key.id, 1).error().error.code, ErrorCode::kPreconditionFailed);
  EXPECT_EQ(rotations->remove(tenant.id, made.key.id, 1).error().error.code, ErrorCode::kPreconditionFailed);
}

TEST_F(RotationsTest, HandOver_IsStoredWithTheRotationAndOpensOnlyUnderThePepper) {
  const CreatedKey made = created();
  const auto rotated = rotate(made.key.id, {.overlap_ms = std::nullopt,
                                            .hand_over = HandOver{HandOverKind::kSecretManager, "corp", "sms"}});
  ASSERT_TRUE(rotated);
  EXPECT_TRUE(rotated->secret.empty());
  EXPECT_TRUE(rotated->key.rotation->delivering);
  const auto due = *store->hand_overs().due_hand_overs(clock.now(), 10);
  ASSERT_EQ(due.size(), 1u);
  const auto secret = open_hand_over(due[0], *peppers);
  ASSERT_TRUE(secret);
  EXPECT_EQ(stored(made.key.id).secrets[1].digest, peppers->digest(7, secret->expose()));
  EXPECT_EQ(rotations->finish(tenant.id, made.key.id, std::nullopt).error().error.code, ErrorCode::kConflict)
      << "the old one must stay until the new one is stored";
  std::vector<credential::Peppers::Pepper> others;
  others.push_back({7, Secret(std::string(32, 'x'))});
  EXPECT_FALSE(open_hand_over(due[0], *credential::Peppers::make(std::move(others))));
}

TEST_F(RotationsTest, RotatingAgain_WithdrawsTheSecretThatWasOnItsWay) {
  const CreatedKey made = created();
  const HandOver corp{HandOverKind::kSecretManager, "corp", "sms"};
  ASSERT_TRUE(rotate(made.key.id, {.overlap_ms = std::nullopt, .hand_over = corp}));
  ASSERT_TRUE(rotate(made.key.id)) << "where secrets of the key go is remembered";
  const auto all = *store->hand_overs().hand_overs(tenant.id, made.key.id);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].generation, 3);
  EXPECT_EQ(all[0].status, store::HandOverStatus::kPending);
  EXPECT_EQ(all[1].status, store::HandOverStatus::kWithdrawn);
  EXPECT_TRUE(all[1].sealed.empty());
}

TEST_F(RotationsTest, CancellingWhatWasStored_TakesItBack) {
  const CreatedKey made = created();
  ASSERT_TRUE(rotate(made.key.id,
                     {.overlap_ms = std::nullopt, .hand_over = HandOver{HandOverKind::kSecretManager, "corp", "sms"}}));
  ASSERT_TRUE(rotations->delivered(tenant.id, made.key.id, 2));
  ASSERT_TRUE(rotations->cancel(tenant.id, made.key.id, std::nullopt));
  const auto due = *store->hand_overs().due_hand_overs(clock.now(), 10);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].task, store::HandOverTask::kTakeBack);
  EXPECT_EQ(due[0].generation, 2);
}

TEST_F(RotationsTest, UnknownPlace_IsAMistakeAndChangesNothing) {
  const CreatedKey made = created();
  const auto wrong = rotate(made.key.id, {.overlap_ms = std::nullopt,
                                          .hand_over = HandOver{HandOverKind::kSecretManager, "other", "sms"}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().fields.front().pointer, "/hand_over");
  EXPECT_EQ(stored(made.key.id).key.version, 1);
}

TEST_F(RotationsTest, Link_GoesToTheContactAndItsProofIsNotItsKey) {
  CreateKey by_link = request();
  by_link.hand_over.kind = HandOverKind::kLink;
  const auto made = keys->create(tenant, by_link, actor, std::nullopt);
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->secret.empty());
  const auto record = store->hand_overs().hand_overs(tenant.id, made->key.id)->front();
  EXPECT_EQ(record.recipient, "dana@acme.example");
  EXPECT_EQ(record.expires_at, clock.now().plus_ms(kLinkLifeMs));
  const Secret fragment = fragment_of(record, *peppers);
  EXPECT_EQ(fragment.size(), 64u);
  EXPECT_TRUE(proof_is_right(record, proof_of(fragment)));
  EXPECT_FALSE(proof_is_right(record, fragment.expose()));
  EXPECT_FALSE(proof_is_right(record, ""));
}

TEST_F(RotationsTest, DeletedKey_ComesBackForThirtyDaysAndIsForgottenThen) {
  const CreatedKey made = created();
  ASSERT_TRUE(rotations->remove(tenant.id, made.key.id, std::nullopt));
  EXPECT_EQ(store->list_keys(tenant.id, {.now = clock.now()})->total, 0);
  EXPECT_EQ(store->list_keys(tenant.id, {.status = KeyStatus::kDeleted, .now = clock.now()})->total, 1);
  EXPECT_EQ(keys->disable(tenant.id, made.key.id, std::nullopt).error().error.code, ErrorCode::kConflict);
  clock.advance_ms(30 * kDay - 1);
  ASSERT_TRUE(rotations->restore(tenant.id, made.key.id, std::nullopt));
  EXPECT_EQ(stored(made.key.id).key.status_at(clock.now()), KeyStatus::kActive);
  ASSERT_TRUE(rotations->remove(tenant.id, made.key.id, std::nullopt));
  clock.advance_ms(30 * kDay);
  EXPECT_EQ(rotations->restore(tenant.id, made.key.id, std::nullopt).error().error.code, ErrorCode::kNotFound);
  EXPECT_EQ(*store->forget_deleted(clock.now().plus_ms(1 - 30 * kDay), 10), 1);
  EXPECT_EQ(store->find_key(made.key.id).error().code, ErrorCode::kNotFound);
}

TEST_F(RotationsTest, UndeletingARowByHand_BreaksItsSeal) {
  const CreatedKey made = created();
  ASSERT_TRUE(rotations->remove(tenant.id, made.key.id, std::nullopt));
  store::KeyRecord record = stored(made.key.id);
  EXPECT_TRUE(seal_is_valid(record, *peppers));
  record.key.deleted_at.reset();
  EXPECT_FALSE(seal_is_valid(record, *peppers));
}

TEST_F(RotationsTest, Lifetimes_OfThePolicyBoundEveryExpiry) {
  tenant.key_policy.max_lifetime_days = 10;
  const CreatedKey made = created();
  EXPECT_EQ(made.key.expires_at, clock.now().plus_ms(10 * kDay));
  CreateKey longer = request();
  longer.expires_at = clock.now().plus_ms(11 * kDay);
  EXPECT_EQ(keys->create(tenant, longer, actor, std::nullopt).error().fields.front().pointer, "/expires_at");
  clock.advance_ms(kDay);
  EXPECT_FALSE(keys->update(
      tenant, made.key.id,
      {.nickname = {}, .contact_email = {}, .restrictions = {}, .expires_at = clock.now().plus_ms(10 * kDay)},
      std::nullopt));
  EXPECT_TRUE(keys->update(
      tenant, made.key.id,
      {.nickname = {}, .contact_email = {}, .restrictions = {}, .expires_at = clock.now().plus_ms(9 * kDay)},
      std::nullopt));
}

}  // namespace
}  // namespace latchkey::lifecycle
