// Restrictions on trial, through Keys.
#include "lifecycle/seal.h"
#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

class KeyTrials : public World {
 protected:
  static RestrictionsInput narrow() {
    return {
        .operations = {"GetLastDataUpdate"}, .channels = {"504"}, .attributes = {}, .ip_ranges = {"203.0.113.0/24"}};
  }
  Trial started(KeyId id) { return *keys->start_trial(tenant, id, narrow(), actor); }
};

TEST_F(KeyTrials, Started_LeavesTheKeyAsItIsAndIsFollowed) {
  const CreatedKey made = created();
  const Trial trial = started(made.key.id);
  EXPECT_EQ(trial.started_at, clock.now());
  EXPECT_EQ(trial.started_by, actor);
  const store::KeyRecord record = stored(made.key.id);
  EXPECT_EQ(record.key.version, 1);
  EXPECT_EQ(record.key.restrictions, Restrictions{});
  ASSERT_TRUE(record.trial);
  EXPECT_EQ(record.trial->trial, trial);
  EXPECT_TRUE(seal_is_valid(record, *peppers)) << "the key's own seal holds";
  EXPECT_TRUE(seal_is_valid(*record.trial, *peppers));
  EXPECT_EQ(feed.position, trial.number);
}

TEST_F(KeyTrials, Started_IsValidatedLikeTheKeysOwn) {
  const CreatedKey made = created();
  RestrictionsInput bad = narrow();
  bad.channels = {"999"};
  bad.operations = {"GetAllActions"};
  const auto trial = keys->start_trial(tenant, made.key.id, bad, actor);
  ASSERT_FALSE(trial);
  std::vector<std::string> pointers;
  for (const FieldError& field : trial.error().fields) pointers.push_back(field.pointer);
  EXPECT_EQ(pointers, (std::vector<std::string>{"/restrictions/operations/0", "/restrictions/channels/0"}));
  EXPECT_FALSE(stored(made.key.id).trial);
}

TEST_F(KeyTrials, Applied_BecomesTheKeysOwnRestrictionsAndEnds) {
  const CreatedKey made = created();
  const Trial trial = started(made.key.id);
  EXPECT_EQ(keys->apply_trial(tenant, made.key.id, 7).error().error.code, ErrorCode::kPreconditionFailed);
  clock.advance_ms(5);
  const auto applied = keys->apply_trial(tenant, made.key.id, 1);
  ASSERT_TRUE(applied) << applied.error().error.message;
  EXPECT_EQ(applied->restrictions, trial.restrictions);
  EXPECT_EQ(applied->version, 2);
  EXPECT_EQ(applied->updated_at, clock.now());
  const store::KeyRecord record = stored(made.key.id);
  EXPECT_EQ(record.key.restrictions, trial.restrictions);
  EXPECT_TRUE(seal_is_valid(record, *peppers));
  EXPECT_FALSE(record.trial);
  EXPECT_EQ(feed.position, *store->last_sequence());
  EXPECT_EQ(keys->apply_trial(tenant, made.key.id, std::nullopt).error().error.code, ErrorCode::kNotFound);
}

TEST_F(KeyTrials, Applied_IsJudgedByWhatTheTenantHasEnabledNow) {
  const CreatedKey made = created();
  started(made.key.id);
  tenant.enabled_channels = {"505"};
  const auto applied = keys->apply_trial(tenant, made.key.id, std::nullopt);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().fields.at(0).pointer, "/restrictions/channels/0");
  EXPECT_TRUE(stored(made.key.id).trial);
}

TEST_F(KeyTrials, Applied_OnlyIfWeWroteIt) {
  const CreatedKey made = created();
  started(made.key.id);
  store::TrialRecord planted = *stored(made.key.id).trial;
  planted.trial.restrictions = {};
  ASSERT_TRUE(store->put_trial(planted));
  EXPECT_EQ(keys->apply_trial(tenant, made.key.id, std::nullopt).error().error.code, ErrorCode::kConflict);
  EXPECT_EQ(stored(made.key.id).key.restrictions, Restrictions{});
}

TEST_F(KeyTrials, ChangesByHandLeaveItStandingAndRevocationEndsIt) {
  const CreatedKey made = created();
  const Trial trial = started(made.key.id);
  UpdateKey update;
  update.restrictions = {.operations = {}, .channels = {"504", "505"}, .attributes = {}, .ip_ranges = {}};
  ASSERT_TRUE(keys->update(tenant, made.key.id, update, std::nullopt));
  ASSERT_TRUE(keys->disable(tenant.id, made.key.id, std::nullopt));
  ASSERT_TRUE(stored(made.key.id).trial);
  EXPECT_EQ(stored(made.key.id).trial->trial, trial);
  ASSERT_TRUE(keys->revoke(tenant.id, made.key.id, std::nullopt));
  EXPECT_FALSE(stored(made.key.id).trial);
  EXPECT_EQ(keys->start_trial(tenant, made.key.id, narrow(), actor).error().error.code, ErrorCode::kConflict);
  EXPECT_EQ(keys->apply_trial(tenant, made.key.id, std::nullopt).error().error.code, ErrorCode::kConflict);
}

TEST_F(KeyTrials, Ended_IsGoneAndMayBeEndedAgain) {
  const CreatedKey made = created();
  started(made.key.id);
  for (int i = 0; i < 2; ++i) {
    feed.position = 0;
    ASSERT_TRUE(keys->end_trial(tenant.id, made.key.id));
    EXPECT_FALSE(stored(made.key.id).trial);
    EXPECT_EQ(feed.position, *store->last_sequence());
  }
}

}  // namespace
}  // namespace latchkey::lifecycle
