// Trials of restrictions.
#include "store/key_store_contract_test.h"

namespace latchkey::store {
namespace {

TrialRecord make_trial(const KeyRecord& key, std::vector<std::string> channels = {"504"}) {
  TrialRecord record;
  record.trial = {.key = key.key.id,
                  .tenant = key.key.tenant,
                  .restrictions = {.operations = {},
                                   .channels = std::move(channels),
                                   .attributes = {"Näme"},
                                   .ip_ranges = {*IpRange::parse("2001:db8::/64")}},
                  .started_at = {1'777'000'123'456},
                  .started_by = key.key.created_by};
  record.seal_pepper = 7;
  record.seal = credential::sha256("seal");
  return record;
}

TEST_P(KeyStoreContract, Trial_IsReadWithItsKeyAndNumberedByTheFeed) {
  const KeyRecord key = stored_key(stored_tenant().id);
  TrialRecord trial = make_trial(key);
  LK_MUST(trial.trial.number, store().put_trial(trial));
  LK_MUST(const Sequence last, store().last_sequence());
  EXPECT_EQ(trial.trial.number, last);
  place().reopen();
  LK_MUST(const KeyRecord found, store().find_key(key.key.id));
  ASSERT_TRUE(found.trial);
  EXPECT_EQ(*found.trial, trial);
  EXPECT_TRUE(same(found, key)) << "nothing of the key itself has changed";
  LK_MUST(const std::vector<Change> changes, store().changes_after(last - 1, 10));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].kind, ChangeKind::kKey);
  EXPECT_EQ(changes[0].key, key.key.id);
}

TEST_P(KeyStoreContract, Trial_IsVisitedWithItsKeyOnly) {
  const Tenant tenant = stored_tenant();
  const KeyRecord without = stored_key(tenant.id), with = stored_key(tenant.id), after = stored_key(tenant.id);
  ASSERT_TRUE(store().put_trial(make_trial(with)));
  int visited = 0;
  ASSERT_TRUE(store().visit_all([](const Tenant&) { return true; },
                                [&](const KeyRecord& record) {
                                  EXPECT_EQ(record.trial.has_value(), record.key.id == with.key.id);
                                  return ++visited < 10;
                                }));
  EXPECT_EQ(visited, 3);
}

TEST_P(KeyStoreContract, Trial_AnotherReplacesItAndEndingIsRepeatable) {
  const KeyRecord key = stored_key(stored_tenant().id);
  LK_MUST(const Sequence first, store().put_trial(make_trial(key)));
  LK_MUST(const Sequence second, store().put_trial(make_trial(key, {"505"})));
  EXPECT_GT(second, first);
  LK_MUST(const KeyRecord found, store().find_key(key.key.tenant, key.key.id));
  EXPECT_EQ(found.trial->trial.restrictions.channels, (std::vector<std::string>{"505"}));
  EXPECT_EQ(found.trial->trial.number, second);
  LK_MUST(const Sequence ended, store().delete_trial(key.key.tenant, key.key.id, next_moment()));
  EXPECT_EQ(ended, second + 1);
  LK_MUST(const Sequence again, store().delete_trial(key.key.tenant, key.key.id, next_moment()));
  EXPECT_EQ(again, ended) << "nothing was written";
  LK_MUST(const KeyRecord bare, store().find_key(key.key.id));
  EXPECT_FALSE(bare.trial);
}

TEST_P(KeyStoreContract, Trial_NeedsAKeyOfItsTenantThatIsNotRevoked) {
  KeyRecord key = stored_key(stored_tenant().id);
  TrialRecord elsewhere = make_trial(key);
  elsewhere.trial.tenant = stored_tenant("Other").id;
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().put_trial(elsewhere));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().delete_trial(elsewhere.trial.tenant, key.key.id, next_moment()));
  ASSERT_TRUE(store().put_trial(make_trial(key)));
  key.key.state = KeyState::kRevoked;
  key.key.version = 2;
  ASSERT_TRUE(store().update_key(key, 1));
  LK_MUST(const KeyRecord revoked, store().find_key(key.key.id));
  EXPECT_FALSE(revoked.trial) << "it ends with the key";
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().put_trial(make_trial(key)));
}

TEST_P(KeyStoreContract, Trial_IsAppliedWholeOrNotAtAll) {
  KeyRecord key = stored_key(stored_tenant().id);
  LK_MUST(const Sequence number, store().put_trial(make_trial(key)));
  key.key.version = 2;
  key.key.restrictions.channels = {"505"};
  EXPECT_FAILS_WITH(ErrorCode::kPreconditionFailed, store().apply_trial(key, 1, number - 1));
  EXPECT_FAILS_WITH(ErrorCode::kPreconditionFailed, store().apply_trial(key, 9, number));
  LK_MUST(const KeyRecord untouched, store().find_key(key.key.id));
  EXPECT_TRUE(untouched.trial);
  EXPECT_EQ(untouched.key.version, 1);
  LK_MUST(const Sequence applied, store().apply_trial(key, 1, number));
  EXPECT_EQ(applied, number + 1);
  LK_MUST(const KeyRecord found, store().find_key(key.key.id));
  EXPECT_TRUE(same(found, key));
  EXPECT_FALSE(found.trial);
  key.key.version = 3;
  EXPECT_FAILS_WITH(ErrorCode::kPreconditionFailed, store().apply_trial(key, 2, number));
}

}  // namespace
}  // namespace latchkey::store
