#include "lifecycle/keys.h"

#include <thread>

#include "lifecycle/seal.h"
#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

class KeysTest : public World {};

TEST_F(KeysTest, CreatedKey_IsStoredWithADigestOfItsSecretSealedAndFollowed) {
  const CreatedKey made = created();
  EXPECT_TRUE(credential::is_well_formed({}, made.secret.expose()));
  EXPECT_FALSE(made.replayed);
  const store::KeyRecord record = stored(made.key.id);
  EXPECT_EQ(record.key.nickname, "Acme SMS Partner");
  EXPECT_EQ(record.key.tenant, tenant.id);
  EXPECT_EQ(record.key.hint, credential::hint_of({}, made.secret));
  EXPECT_EQ(record.key.created_by, actor);
  EXPECT_EQ(record.key.version, 1);
  EXPECT_EQ(record.key.created_at, clock.now());
  ASSERT_EQ(record.secrets.size(), 1u);
  EXPECT_EQ(record.secrets[0].pepper, 7u);
  EXPECT_EQ(record.secrets[0].digest, peppers->digest(7, made.secret.expose()));
  EXPECT_TRUE(seal_is_valid(record, *peppers));
  EXPECT_EQ(feed.position, *store->last_sequence());
}

TEST_F(KeysTest, Create_WithMistakesReportsThemAllAndStoresNothing) {
  CreateKey bad = request();
  bad.nickname = " ";
  bad.contact_email = "dana";
  bad.access_type = "integration";
  bad.restrictions.ip_ranges = {"10.0.0.1/8"};
  bad.expires_at = clock.now();
  const auto made = keys->create(tenant, bad, actor, std::nullopt);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().error.code, ErrorCode::kInvalidArgument);
  std::vector<std::string> pointers;
  for (const FieldError& field : made.error().fields) pointers.push_back(field.pointer);
  EXPECT_EQ(pointers, (std::vector<std::string>{"/nickname", "/contact_email", "/access_type",
                                                "/restrictions/ip_ranges/0", "/expires_at"}));
  EXPECT_EQ(store->list_keys(tenant.id, {.now = clock.now()})->total, 0);
}

TEST_F(KeysTest, IdempotencyKey_RepeatedAnswersTheFirstKeyWithoutItsSecret) {
  const Idempotency once{"request-1", credential::sha256("body")};
  const auto first = keys->create(tenant, request(), actor, once);
  ASSERT_TRUE(first);
  clock.advance_ms(store::kIdempotencyWindowMs);
  feed.position = 0;
  const auto again = keys->create(tenant, request(), actor, once);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->replayed);
  EXPECT_TRUE(again->secret.empty());
  EXPECT_EQ(again->key.id, first->key.id);
  EXPECT_EQ(feed.position, *store->last_sequence()) << "the first answer may never have waited for the feed";
  clock.advance_ms(1);
  const auto later = keys->create(tenant, request(), actor, once);
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->replayed) << "after 24 hours it is a new request";
}

TEST_F(KeysTest, IdempotencyKey_UsedForAnotherRequestIsAConflict) {
  ASSERT_TRUE(keys->create(tenant, request(), actor, Idempotency{"request-1", credential::sha256("body")}));
  const auto other = keys->create(tenant, request(), actor, Idempotency{"request-1", credential::sha256("other body")});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().error.code, ErrorCode::kConflict);
}

TEST_F(KeysTest, IdempotencyKey_SentManyTimesAtOnceMakesOneKey) {
  const Idempotency once{"request-1", credential::sha256("body")};
  std::atomic<int> with_secret{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      const auto made = keys->create(tenant, request(), actor, once);
      EXPECT_TRUE(made);
      if (made && !made->replayed) ++with_secret;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(with_secret, 1);
  EXPECT_EQ(store->list_keys(tenant.id, {.now = clock.now()})->total, 1);
}

TEST_F(KeysTest, Create_IsAnErrorWhenThisNodeCannotFollow) {
  feed.broken = true;
  const auto made = keys->create(tenant, request(), actor, std::nullopt);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().error.code, ErrorCode::kUnavailable);
  EXPECT_TRUE(made.error().fields.empty());
}

TEST_F(KeysTest, Update_ChangesWhatIsSentAndNothingElse) {
  const CreatedKey made = created();
  clock.advance_ms(5);
  const Instant end = clock.now().plus_ms(1000);
  const auto updated =
      keys->update(tenant, made.key.id,
                   {.nickname = " Renamed ", .contact_email = {}, .restrictions = {}, .expires_at = std::optional(end)},
                   1);
  ASSERT_TRUE(updated);
  const store::KeyRecord record = stored(made.key.id);
  EXPECT_EQ(record.key.nickname, "Renamed");
  EXPECT_EQ(record.key.contact_email, made.key.contact_email);
  EXPECT_EQ(record.key.expires_at, end);
  EXPECT_EQ(record.key.version, 2);
  EXPECT_EQ(record.key.updated_at, clock.now());
  EXPECT_EQ(record.key.created_at, made.key.created_at);
  EXPECT_TRUE(seal_is_valid(record, *peppers));
  EXPECT_EQ(feed.position, *store->last_sequence());

  const auto forever =
      keys->update(tenant, made.key.id,
                   {.nickname = {}, .contact_email = {}, .restrictions = {}, .expires_at = std::optional<Instant>()},
                   {});
  ASSERT_TRUE(forever);
  EXPECT_FALSE(forever->expires_at);
}

TEST_F(KeysTest, Update_ToWhatAlreadyIsMakesNoNewVersion) {
  CreateKey short_lived = request();
  short_lived.expires_at = clock.now().plus_ms(10);
  const auto made = keys->create(tenant, short_lived, actor, std::nullopt);
  clock.advance_ms(100);
  UpdateKey same{.nickname = made->key.nickname,
                 .contact_email = {},
                 .restrictions = RestrictionsInput{},
                 .expires_at = made->key.expires_at};
  const auto updated = keys->update(tenant, made->key.id, same, {});
  ASSERT_TRUE(updated) << "an end that is past, but not changed, is no mistake";
  EXPECT_EQ(updated->version, 1);
}

TEST_F(KeysTest, Update_WithAnotherVersionIsRefused) {
  const CreatedKey made = created();
  for (const std::int64_t version : {0, 2}) {
    const auto updated =
        keys->update(tenant, made.key.id, {.nickname = "X", .contact_email = {}, .restrictions = {}, .expires_at = {}},
                     version);
    ASSERT_FALSE(updated);
    EXPECT_EQ(updated.error().error.code, ErrorCode::kPreconditionFailed);
    const auto disabled = keys->disable(tenant.id, made.key.id, version);
    ASSERT_FALSE(disabled);
    EXPECT_EQ(disabled.error().error.code, ErrorCode::kPreconditionFailed);
  }
  EXPECT_EQ(stored(made.key.id).key.version, 1);
}

TEST_F(KeysTest, Update_OfAnothersKeyIsNotFound) {
  const CreatedKey made = created();
  const Tenant other = *store->insert_tenant(make_tenant());
  const auto updated = keys->update(other, made.key.id,
                                    {.nickname = "X", .contact_email = {}, .restrictions = {}, .expires_at = {}}, {});
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().error.code, ErrorCode::kNotFound);
  EXPECT_EQ(keys->revoke(other.id, made.key.id, {}).error().error.code, ErrorCode::kNotFound);
}

TEST_F(KeysTest, ConcurrentUpdates_AllTakeEffect) {
  const CreatedKey made = created();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      EXPECT_TRUE(keys->update(
          tenant, made.key.id,
          {.nickname = fmt::format("Name {}", i), .contact_email = {}, .restrictions = {}, .expires_at = {}}, {}));
    });
    threads.emplace_back([&] { EXPECT_TRUE(keys->disable(tenant.id, made.key.id, {})); });
  }
  for (std::thread& thread : threads) thread.join();
  const store::KeyRecord record = stored(made.key.id);
  EXPECT_EQ(record.key.version, 1 + 4 + 1);
  EXPECT_EQ(record.key.state, KeyState::kDisabled);
  EXPECT_TRUE(seal_is_valid(record, *peppers));
}

TEST_F(KeysTest, States_GoBackAndForthUntilRevoked) {
  const KeyId id = created().key.id;
  clock.advance_ms(1);
  const auto disabled = keys->disable(tenant.id, id, 1);
  ASSERT_TRUE(disabled);
  EXPECT_EQ(disabled->state, KeyState::kDisabled);
  EXPECT_EQ(disabled->disabled_at, clock.now());
  EXPECT_EQ(disabled->version, 2);

  const auto again = keys->disable(tenant.id, id, 1);
  ASSERT_TRUE(again) << "it is so already";
  EXPECT_EQ(again->version, 2);

  const auto enabled = keys->enable(tenant.id, id, {});
  ASSERT_TRUE(enabled);
  EXPECT_EQ(enabled->state, KeyState::kActive);
  EXPECT_FALSE(enabled->disabled_at);

  const auto revoked = keys->revoke(tenant.id, id, {});
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->revoked_at, clock.now());
  EXPECT_TRUE(keys->revoke(tenant.id, id, {}));
  EXPECT_EQ(stored(id).key.version, 4);
  EXPECT_FALSE(stored(id).secrets.empty()) << "its callers are told that it is revoked, not that it is unknown";

  EXPECT_EQ(keys->enable(tenant.id, id, {}).error().error.code, ErrorCode::kConflict);
  EXPECT_EQ(keys->disable(tenant.id, id, {}).error().error.code, ErrorCode::kConflict);
  const auto updated =
      keys->update(tenant, id, {.nickname = "X", .contact_email = {}, .restrictions = {}, .expires_at = {}}, {});
  EXPECT_EQ(updated.error().error.code, ErrorCode::kConflict);
}

TEST_F(KeysTest, RevokeRepeated_FollowsWhatTheFirstCouldNot) {
  const KeyId id = created().key.id;
  feed.broken = true;
  const auto first = keys->revoke(tenant.id, id, {});
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().error.code, ErrorCode::kUnavailable);
  EXPECT_FALSE(keys->revoke(tenant.id, id, {})) << "still not certain";
  feed.broken = false;
  EXPECT_TRUE(keys->revoke(tenant.id, id, {}));
  EXPECT_EQ(feed.position, *store->last_sequence());
}

// Whether its seal is valid; a row of the same content must be judged the same.
bool verdict(const store::KeyRecord& record, const credential::Peppers& peppers) {
  const store::KeyRules rules{.number = 0,
                              .access_type = record.key.access_type,
                              .restrictions = record.key.restrictions,
                              .limits = record.key.limits};
  const store::KeyRow row{.id = record.key.id,
                          .tenant = record.key.tenant,
                          .rules = &rules,
                          .state = record.key.state,
                          .expires_at = record.key.expires_at,
                          .version = record.key.version,
                          .secrets = record.secrets,
                          .seal_pepper = record.seal_pepper,
                          .seal = record.seal};
  RowSeals seals(peppers);
  const bool valid = seal_is_valid(record, peppers);
  EXPECT_EQ(seals.valid(row), valid);
  EXPECT_EQ(seals.valid(row), valid) << "once its rules are known";
  return valid;
}

TEST_F(KeysTest, Seal_CoversEveryFieldThatACheckReliesOn) {
  const KeyId id = created().key.id;
  const store::KeyRecord sealed = stored(id);
  ASSERT_TRUE(verdict(sealed, *peppers));
  const auto breaks = [&](const char* what, auto change) {
    store::KeyRecord record = sealed;
    change(record);
    EXPECT_FALSE(verdict(record, *peppers)) << what;
  };
  breaks("id", [&](auto& r) { r.key.id = KeyId::make(clock.now(), random); });
  breaks("tenant", [&](auto& r) { r.key.tenant = TenantId::make(clock.now(), random); });
  breaks("access type", [](auto& r) { r.key.access_type = "admin"; });
  breaks("operations", [](auto& r) { r.key.restrictions.operations = {"a"}; });
  breaks("channels", [](auto& r) { r.key.restrictions.channels = {"504"}; });
  breaks("attributes", [](auto& r) { r.key.restrictions.attributes = {"Alias"}; });
  breaks("ip ranges", [](auto& r) { r.key.restrictions.ip_ranges = {*IpRange::parse("10.0.0.0/8")}; });
  breaks("rate limits", [](auto& r) { r.key.limits.rate_limits = {{"default", 5, 10, std::nullopt}}; });
  breaks("quotas", [](auto& r) { r.key.limits.quotas = {{"daily", Period::kDay, 5}}; });
  breaks("state", [](auto& r) { r.key.state = KeyState::kDisabled; });
  breaks("expiry", [](auto& r) { r.key.expires_at = Instant{0}; });
  breaks("version", [](auto& r) { ++r.key.version; });
  breaks("digest", [](auto& r) { r.secrets[0].digest[0] ^= 1; });
  breaks("its pepper", [](auto& r) { r.secrets[0].pepper = 3; });
  breaks("overlap", [](auto& r) { r.secrets[0].valid_until = Instant{0}; });
  breaks("one more secret", [](auto& r) { r.secrets.push_back(r.secrets[0]); });
  breaks("no secret", [](auto& r) { r.secrets.clear(); });
  breaks("seal", [](auto& r) { r.seal[31] ^= 0x80; });
  breaks("seal's pepper", [](auto& r) { r.seal_pepper = 3; });
  breaks("unknown pepper", [](auto& r) { r.seal_pepper = 99; });

  store::KeyRecord moved = sealed;  // the same texts in another list must not read the same
  moved.key.restrictions.channels = {"504"};
  seal(moved, *peppers);
  std::swap(moved.key.restrictions.channels, moved.key.restrictions.attributes);
  EXPECT_FALSE(verdict(moved, *peppers));

  store::KeyRecord limited = sealed;
  limited.key.limits = {{{"default", 5, 10, std::nullopt}, {"mail", 5, 60, "transactional-mail"}},
                        {{"daily", Period::kDay, 5}}};
  seal(limited, *peppers);
  const auto loosens = [&](auto change) {
    store::KeyRecord record = limited;
    change(record.key.limits);
    EXPECT_FALSE(verdict(record, *peppers));
  };
  loosens([](OwnLimits& l) { l = {}; });
  loosens([](OwnLimits& l) { l.rate_limits.pop_back(); });
  loosens([](OwnLimits& l) { l.quotas.clear(); });
  loosens([](OwnLimits& l) { l.rate_limits[0].name = "defaul"; });
  loosens([](OwnLimits& l) { l.rate_limits[0].requests = 6; });
  loosens([](OwnLimits& l) { l.rate_limits[0].window_seconds = 9; });
  loosens([](OwnLimits& l) { l.rate_limits[0].rate_class = ""; });
  loosens([](OwnLimits& l) { l.rate_limits[1].rate_class.reset(); });
  loosens([](OwnLimits& l) { l.quotas[0].requests = 6; });
  loosens([](OwnLimits& l) { l.quotas[0].period = Period::kMonth; });

  store::KeyRecord renamed = sealed;
  renamed.key.nickname = "people may rename keys without the pepper";
  EXPECT_TRUE(verdict(renamed, *peppers));
}

TEST_F(KeysTest, Seal_OfAKeyWithoutLimitsIsWhatItWasBeforeThereWereAny) {
  store::KeyRecord record;
  record.key.access_type = "admin";
  record.secrets.push_back({7, credential::sha256("x"), Instant{1}, std::nullopt});
  const credential::Digest row = credential::sha256(canonical_row(record));
  std::string hex;
  for (const std::uint8_t byte : row) hex += fmt::format("{:02x}", byte);
  EXPECT_EQ(hex, "af4824ed7e3cdff6b239a7a25f18e52d25800007c944444d968eec1cb3611944");
}

TEST_F(KeysTest, LimitsAreStoredChangedAndRefused) {
  CreateKey wanted = request();
  wanted.limits = {{{"default", 20}}, {{"daily", "day", 1'000}}};
  const KeyId id = keys->create(tenant, wanted, actor, std::nullopt)->key.id;
  EXPECT_EQ(stored(id).key.limits, (OwnLimits{{{"default", 20, 10, std::nullopt}}, {{"daily", Period::kDay, 1'000}}}));
  EXPECT_TRUE(seal_is_valid(stored(id), *peppers));
  UpdateKey change;
  change.limits = LimitsInput{{{"hourly", 100, 3'600}}, {}};
  const auto changed = keys->update(tenant, id, change, std::nullopt);
  ASSERT_TRUE(changed);
  EXPECT_EQ(stored(id).key.limits, (OwnLimits{{{"hourly", 100, 3'600, std::nullopt}}, {}}));
  EXPECT_TRUE(seal_is_valid(stored(id), *peppers));
  const auto version = changed->version;
  EXPECT_EQ(keys->update(tenant, id, change, std::nullopt)->version, version) << "nothing has changed";
  change.limits = LimitsInput{{{"default", 51}}, {}};
  const auto refused = keys->update(tenant, id, change, std::nullopt);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).pointer, "/limits/rate_limits/0/requests");
}

}  // namespace
}  // namespace latchkey::lifecycle
