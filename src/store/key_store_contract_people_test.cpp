// Tenants, users, sessions, operator keys.
#include "store/key_store_contract_test.h"

namespace latchkey::store {
namespace {

TEST_P(KeyStoreContract, Tenant_ComesBackAsItWasStored) {
  Tenant tenant = make_tenant("Ünïcode & Söhne");
  tenant.cid = 4711;
  tenant.status = TenantStatus::kSuspended;
  LK_MUST(const Tenant stored, store().insert_tenant(tenant));
  EXPECT_TRUE(same(stored, tenant));
  LK_MUST(const Tenant found, store().find_tenant(tenant.id));
  EXPECT_TRUE(same(found, tenant));
}

TEST_P(KeyStoreContract, Tenant_GetsTheNextFreeClientNumberWhenItHasNone) {
  EXPECT_EQ(stored_tenant().cid, 1);
  Tenant high = make_tenant();
  high.cid = 700;
  ASSERT_TRUE(store().insert_tenant(high));
  EXPECT_EQ(stored_tenant().cid, 701);
  Tenant last = make_tenant();
  last.cid = kMaxCid;
  ASSERT_TRUE(store().insert_tenant(last));
  EXPECT_EQ(stored_tenant().cid, 2) << "after the highest possible, the first gap";
}

TEST_P(KeyStoreContract, Tenant_AClientNumberOrIdIsNotGivenTwice) {
  Tenant first = make_tenant();
  first.cid = 42;
  ASSERT_TRUE(store().insert_tenant(first));
  Tenant second = make_tenant();
  second.cid = 42;
  LK_MUST(const Sequence before, store().last_sequence());
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_tenant(second));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_tenant(second.id));
  second.cid = 0;
  LK_MUST(second, store().insert_tenant(second));
  second.cid = 42;
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().update_tenant(second));
  LK_MUST(const Sequence after, store().last_sequence());
  EXPECT_EQ(after, before + 1);
}

TEST_P(KeyStoreContract, UpdateTenant_WritesEveryField) {
  Tenant tenant = stored_tenant();
  tenant.name = "Renamed";
  tenant.status = TenantStatus::kSuspended;
  tenant.enabled_channels = {};
  tenant.ip_ranges = {*IpRange::parse("10.0.0.0/8")};
  tenant.updated_at = next_moment();
  LK_MUST(const Sequence sequence, store().update_tenant(tenant));
  LK_MUST(const Sequence last, store().last_sequence());
  EXPECT_EQ(sequence, last);
  LK_MUST(const Tenant found, store().find_tenant(tenant.id));
  EXPECT_TRUE(same(found, tenant));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().update_tenant(make_tenant()));
}

TEST_P(KeyStoreContract, ListTenants_InTheOrderOfCreationPageByPage) {
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.push_back(stored_tenant(fmt::format("Tenant {}", 9 - i)).name);
  for (const int limit : {1, 2, 4, 5, 6}) {
    std::vector<std::string> seen;
    std::string cursor;
    do {
      LK_MUST(const TenantPage page, store().list_tenants(cursor, limit));
      for (const Tenant& tenant : page.tenants) seen.push_back(tenant.name);
      cursor = page.next_cursor;
    } while (!cursor.empty());
    EXPECT_EQ(seen, names) << limit;
  }
  EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument, store().list_tenants("junk", 5));
}

TEST_P(KeyStoreContract, User_ComesBackAndIsFoundByEmailInAnyCase) {
  const Tenant tenant = stored_tenant();
  const UserRecord record = make_user(tenant.id, "Dana@Acme.Example");
  ASSERT_TRUE(store().insert_user(record));
  LK_MUST(const UserRecord found, store().find_user_by_email("dana@acme.EXAMPLE"));
  EXPECT_EQ(found.password_hash, record.password_hash);
  EXPECT_EQ(found.user.email, "Dana@Acme.Example");
  LK_MUST(const User user, store().find_user(record.user.id));
  EXPECT_EQ(user.tenant, tenant.id);
  EXPECT_EQ(user.name, "Dana");
  EXPECT_EQ(user.role, Role::kOwner);
  EXPECT_EQ(user.created_at, record.user.created_at);
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_user_by_email("dana@acme"));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_user_by_email("%"));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_user(UserId::make(now_, random_)));
}

TEST_P(KeyStoreContract, User_AnEmailBelongsToOnePersonOverAllTenants) {
  const Tenant tenant = stored_tenant();
  const Tenant other = stored_tenant("Other");
  ASSERT_TRUE(store().insert_user(make_user(tenant.id, "dana@acme.example")));
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_user(make_user(other.id, "DANA@acme.example")));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().insert_user(make_user(TenantId::make(now_, random_), "x@y.example")));
}

TEST_P(KeyStoreContract, ListUsers_OfThatTenantInTheOrderOfCreation) {
  const Tenant tenant = stored_tenant();
  const Tenant other = stored_tenant("Other");
  ASSERT_TRUE(store().insert_user(make_user(tenant.id, "z@acme.example")));
  ASSERT_TRUE(store().insert_user(make_user(other.id, "m@other.example")));
  ASSERT_TRUE(store().insert_user(make_user(tenant.id, "a@acme.example")));
  LK_MUST(const std::vector<User> users, store().list_users(tenant.id));
  ASSERT_EQ(users.size(), 2u);
  EXPECT_EQ(users[0].email, "z@acme.example");
  EXPECT_EQ(users[1].email, "a@acme.example");
}

TEST_P(KeyStoreContract, Session_LivesUntilItIsDeleted) {
  const Tenant tenant = stored_tenant();
  const UserRecord user = make_user(tenant.id, "dana@acme.example");
  ASSERT_TRUE(store().insert_user(user));
  const SessionRecord session = make_session(user.user.id);
  ASSERT_TRUE(store().insert_session(session));
  LK_MUST(SessionRecord found, store().find_session(session.token_hash));
  EXPECT_EQ(found.user, user.user.id);
  EXPECT_EQ(found.csrf_token, session.csrf_token);
  EXPECT_EQ(found.created_at, session.created_at);
  EXPECT_EQ(found.expires_at, session.expires_at);
  EXPECT_EQ(found.last_seen_at, session.last_seen_at);

  ASSERT_TRUE(store().touch_session(session.token_hash, now_.plus_ms(10), now_.plus_ms(20)));
  LK_MUST(found, store().find_session(session.token_hash));
  EXPECT_EQ(found.last_seen_at, now_.plus_ms(10));
  EXPECT_EQ(found.expires_at, now_.plus_ms(20));

  EXPECT_TRUE(store().delete_session(session.token_hash));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_session(session.token_hash));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().touch_session(session.token_hash, now_, now_));
  EXPECT_TRUE(store().delete_session(session.token_hash)) << "deleting what is gone is fine";
}

TEST_P(KeyStoreContract, DeleteExpired_TakesWhatIsPastAndNothingElse) {
  const Tenant tenant = stored_tenant();
  const UserRecord user = make_user(tenant.id, "dana@acme.example");
  ASSERT_TRUE(store().insert_user(user));
  const SessionRecord early = make_session(user.user.id);
  SessionRecord late = make_session(user.user.id);
  late.expires_at = early.expires_at.plus_ms(1);
  ASSERT_TRUE(store().insert_session(early));
  ASSERT_TRUE(store().insert_session(late));
  ASSERT_TRUE(store().delete_expired(early.expires_at));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, store().find_session(early.token_hash));
  EXPECT_TRUE(store().find_session(late.token_hash));

  const KeyRecord record = make_key(tenant.id);
  const IdempotencyRecord once = make_once(record, "once");
  ASSERT_TRUE(store().insert_key(record, once));
  ASSERT_TRUE(store().delete_expired(once.created_at.plus_ms(kIdempotencyWindowMs)));
  LK_MUST(const auto kept, store().find_idempotency(tenant.id, once.key_hash, Instant{0}));
  EXPECT_TRUE(kept);
  ASSERT_TRUE(store().delete_expired(once.created_at.plus_ms(kIdempotencyWindowMs + 1)));
  LK_MUST(const auto gone, store().find_idempotency(tenant.id, once.key_hash, Instant{0}));
  EXPECT_FALSE(gone);
  EXPECT_TRUE(store().find_key(record.key.id)) << "the key itself stays";
}

TEST_P(KeyStoreContract, OperatorKeys_AreListedAndNotDoubled) {
  const OperatorKeyRecord record{3'000'000'000, next_digest(), "lkop_live_abc…9999", next_moment()};
  ASSERT_TRUE(store().insert_operator_key(record));
  EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_operator_key(record));
  LK_MUST(const auto records, store().list_operator_keys());
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].pepper, record.pepper);
  EXPECT_EQ(records[0].digest, record.digest);
  EXPECT_EQ(records[0].hint, record.hint);
  EXPECT_EQ(records[0].created_at, record.created_at);
}

}  // namespace
}  // namespace latchkey::store
