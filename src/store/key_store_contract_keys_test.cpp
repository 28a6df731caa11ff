// Keys: what goes in comes out, conflicts, versions, idempotency, last use.
#include "store/key_store_contract_test.h"

namespace latchkey::store {
namespace {

TEST_P(KeyStoreContract, Key_ComesBackAsItWasStored) {
  const Tenant tenant = stored_tenant();
  const KeyRecord record = stored_key(tenant.id);
  LK_MUST(const KeyRecord of_tenant, store().find_key(tenant.id, record.key.id));
  EXPECT_TRUE(same(of_tenant, record));
  LK_MUST(const KeyRecord of_any, store().find_key(record.key.id));
  EXPECT_TRUE(same(of_any, record));
}

TEST_P(KeyStoreContract, Key_WithNothingOptionalComesBackAsItWasStored) {
  const Tenant tenant = stored_tenant();
  KeyRecord record = make_key(tenant.id, "");
  record.key.restrictions = {};
  record.key.expires_at.reset();
  record.key.created_by = {ActorType::kOperator, UserId(), ""};
  record.secrets.clear();
  tell_secrets(record);
  ASSERT_TRUE(store().insert_key(record, std::nullopt));
  LK_MUST(const KeyRecord found, store().find_key(record.key.id));
  EXPECT_TRUE(same(found, record));
}

TEST_P(KeyStoreContract, Key_ThatWasImportedComesBackAsItWasStoredAndStaysSo) {
  const Tenant tenant = stored_tenant();
  for (const KeyImport& imported :
       {KeyImport{KeyImport::From::kSecret, ""}, KeyImport{KeyImport::From::kSha256, "ä 7"}}) {
    KeyRecord record = make_key(tenant.id);
    record.key.imported = imported;
    ASSERT_TRUE(store().insert_key(record, std::nullopt));
    record.key.version = 2;
    ASSERT_TRUE(store().update_key(record, 1));
    LK_MUST(const KeyRecord found, store().find_key(record.key.id));
    EXPECT_TRUE(same(found, record));
  }
}

TEST_P(KeyStoreContract, Key_SurvivesReopening) {
  const Tenant tenant = stored_tenant();
  const KeyRecord record = stored_key(tenant.id);
  place().reopen();
  LK_MUST(const KeyRecord found, store().find_key(tenant.id, record.key.id));
  EXPECT_TRUE(same(found, record));
}

TEST_P(KeyStoreContract, Key_IsNotFoundThroughAnotherTenantOrId) {
  const Tenant tenant = stored_tenant();
  const Tenant other = stored_tenant("Other");
  const KeyRecord record = stored_key(tenant.id);
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_key(other.id, record.key.id));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_key(KeyId::make(now_, random_)));
}

TEST_P(KeyStoreContract, InsertKey_RefusesAnIdOrDigestThatIsThereAndLeavesNothingBehind) {
  const Tenant tenant = stored_tenant();
  const Tenant other = stored_tenant("Other");
  const KeyRecord first = stored_key(tenant.id);
  LK_MUST(const Sequence before, store().last_sequence());

  KeyRecord same_id = make_key(other.id);
  same_id.key.id = first.key.id;
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_key(same_id, std::nullopt));

  KeyRecord same_digest = make_key(other.id);
  same_digest.secrets[1].digest = first.secrets[0].digest;
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_key(same_digest, make_once(same_digest, "once")));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_key(same_digest.key.id));
  LK_MUST(const auto once, store().find_idempotency(other.id, credential::sha256("once"), Instant{0}));
  EXPECT_FALSE(once) << "of a failed insert nothing may stay";
  LK_MUST(const Sequence after, store().last_sequence());
  EXPECT_EQ(after, before);

  same_digest.secrets[1].digest = next_digest();
  EXPECT_TRUE(store().insert_key(same_digest, std::nullopt)) << "its other digest must be free again";
}

TEST_P(KeyStoreContract, InsertKeys_LeavesOutWhatItsTenantHasAndTellsWhere) {
  const Tenant tenant = stored_tenant();
  const KeyRecord there = stored_key(tenant.id);
  std::vector<KeyRecord> records = {make_key(tenant.id), make_key(tenant.id), make_key(tenant.id)};
  records[1].secrets[0].digest = there.secrets[0].digest;
  LK_MUST(const InsertedKeys done, store().insert_keys(records, make_once(records[0], "batch")));
  EXPECT_EQ(done.holders, (std::vector<KeyId>{KeyId(), there.key.id, KeyId()}));
  LK_MUST(const Sequence last, store().last_sequence());
  EXPECT_EQ(done.sequence, last);
  for (const std::size_t i : {std::size_t{0}, std::size_t{2}}) {
    LK_MUST(const KeyRecord found, store().find_key(records[i].key.id));
    EXPECT_TRUE(same(found, records[i]));
  }
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_key(records[1].key.id));
  LK_MUST(const auto changes, store().changes_after(0, 100));
  EXPECT_EQ(changes.back().key, records[2].key.id);

  const std::vector<credential::Digest> asked = {records[2].secrets[1].digest, next_digest(), there.secrets[0].digest};
  LK_MUST(const auto holders, store().find_holders(asked));
  ASSERT_EQ(holders.size(), 3u);
  EXPECT_EQ(holders[0]->key, records[2].key.id);
  EXPECT_EQ(holders[0]->tenant, tenant.id);
  EXPECT_FALSE(holders[1]);
  EXPECT_EQ(holders[2]->key, there.key.id);

  LK_MUST(const InsertedKeys again, store().insert_keys(records, std::nullopt));
  EXPECT_EQ(again.holders, (std::vector<KeyId>{records[0].key.id, there.key.id, records[2].key.id}));
  EXPECT_EQ(again.sequence, last) << "nothing was written";
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_keys(records, make_once(records[0], "batch")));
}

TEST_P(KeyStoreContract, InsertKeys_OfWhichOneCanNotBeStoresNone) {
  const Tenant tenant = stored_tenant();
  const Tenant other = stored_tenant("Other");
  const KeyRecord theirs = stored_key(other.id);
  LK_MUST(const Sequence before, store().last_sequence());
  std::vector<KeyRecord> records = {make_key(tenant.id), make_key(tenant.id)};
  records[1].secrets[1].digest = theirs.secrets[0].digest;
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_keys(records, std::nullopt));
  records[1].secrets[1].digest = next_digest();
  records[1].key.id = theirs.key.id;
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_keys(records, std::nullopt));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_key(records[0].key.id));
  LK_MUST(const Sequence after, store().last_sequence());
  EXPECT_EQ(after, before);
}

TEST_P(KeyStoreContract, InsertKey_NeedsItsTenant) {
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().insert_key(make_key(TenantId::make(now_, random_)), std::nullopt));
}

TEST_P(KeyStoreContract, UpdateKey_WritesEveryFieldIfTheVersionIsTheExpectedOne) {
  const Tenant tenant = stored_tenant();
  const KeyRecord before = stored_key(tenant.id);
  KeyRecord after = make_key(tenant.id, "Renamed");
  after.key.id = before.key.id;
  after.key.access_type = "admin";
  after.key.state = KeyState::kRevoked;
  after.key.restrictions = {.operations = {}, .channels = {"506"}, .attributes = {}, .ip_ranges = {}};
  after.key.expires_at.reset();
  after.key.disabled_at = now_;
  after.key.revoked_at = now_.plus_ms(5);
  after.key.version = 2;
  after.secrets.pop_back();
  tell_secrets(after);
  LK_MUST(const Sequence sequence, store().update_key(after, 1));
  LK_MUST(const KeyRecord found, store().find_key(before.key.id));
  EXPECT_TRUE(same(found, after));
  LK_MUST(const Sequence last, store().last_sequence());
  EXPECT_EQ(sequence, last);
}

TEST_P(KeyStoreContract, UpdateKey_WithAnotherVersionChangesNothing) {
  const Tenant tenant = stored_tenant();
  const KeyRecord record = stored_key(tenant.id);
  KeyRecord changed = record;
  changed.key.nickname = "Changed";
  changed.key.version = 3;
  LK_MUST(const Sequence before, store().last_sequence());
  EXPECT_FAILS_WITH(ErrorCode::kPreconditionFailed, store().update_key(changed, 2));
  LK_MUST(const KeyRecord found, store().find_key(record.key.id));
  EXPECT_TRUE(same(found, record));
  LK_MUST(const Sequence after, store().last_sequence());
  EXPECT_EQ(after, before);
}

TEST_P(KeyStoreContract, UpdateKey_OfAnotherTenantOrOfNoneIsNotFound) {
  const Tenant tenant = stored_tenant();
  const Tenant other = stored_tenant("Other");
  KeyRecord record = stored_key(tenant.id);
  record.key.tenant = other.id;
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().update_key(record, 1));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().update_key(make_key(tenant.id), 1));
}

TEST_P(KeyStoreContract, UpdateKey_FreesDigestsThatGoAndRefusesThoseThatAreTaken) {
  const Tenant tenant = stored_tenant();
  KeyRecord first = stored_key(tenant.id, "First");
  const KeyRecord second = stored_key(tenant.id, "Second");
  const credential::Digest freed = first.secrets[0].digest;

  KeyRecord thief = first;
  thief.secrets[0].digest = second.secrets[0].digest;
  thief.key.version = 2;
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().update_key(thief, 1));

  first.secrets[0].digest = next_digest();
  first.key.version = 2;
  ASSERT_TRUE(store().update_key(first, 1));
  KeyRecord third = make_key(tenant.id, "Third");
  third.secrets[0].digest = freed;
  EXPECT_TRUE(store().insert_key(third, std::nullopt));
}

TEST_P(KeyStoreContract, Idempotency_TheSameRequestInsertsOnce) {
  const Tenant tenant = stored_tenant();
  const Tenant other = stored_tenant("Other");
  const KeyRecord first = make_key(tenant.id);
  const IdempotencyRecord once = make_once(first, "request-1");
  ASSERT_TRUE(store().insert_key(first, once));

  const KeyRecord again = make_key(tenant.id);
  LK_MUST(const Sequence before, store().last_sequence());
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_key(again, make_once(again, "request-1")));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_key(again.key.id));
  LK_MUST(const Sequence after, store().last_sequence());
  EXPECT_EQ(after, before);

  LK_MUST(const auto found, store().find_idempotency(tenant.id, once.key_hash, once.created_at));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->tenant, tenant.id);
  EXPECT_EQ(found->key_hash, once.key_hash);
  EXPECT_EQ(found->request_hash, once.request_hash);
  EXPECT_EQ(found->result, first.key.id);
  EXPECT_EQ(found->created_at, once.created_at);
  LK_MUST(const auto too_old, store().find_idempotency(tenant.id, once.key_hash, once.created_at.plus_ms(1)));
  EXPECT_FALSE(too_old);
  LK_MUST(const auto of_other, store().find_idempotency(other.id, once.key_hash, Instant{0}));
  EXPECT_FALSE(of_other);

  const KeyRecord elsewhere = make_key(other.id);
  EXPECT_TRUE(store().insert_key(elsewhere, make_once(elsewhere, "request-1"))) << "each tenant has keys of its own";
}

TEST_P(KeyStoreContract, Idempotency_EndsAfterItsWindow) {
  const Tenant tenant = stored_tenant();
  const KeyRecord first = make_key(tenant.id);
  const IdempotencyRecord once = make_once(first, "request-1");
  ASSERT_TRUE(store().insert_key(first, once));
  const KeyRecord late = make_key(tenant.id);
  IdempotencyRecord again = make_once(late, "request-1");
  again.created_at = once.created_at.plus_ms(kIdempotencyWindowMs);
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_key(late, again));
  again.created_at = again.created_at.plus_ms(1);
  ASSERT_TRUE(store().insert_key(late, again));
  LK_MUST(const auto found, store().find_idempotency(tenant.id, once.key_hash, Instant{0}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->result, late.key.id);
}

}  // namespace
}  // namespace latchkey::store
