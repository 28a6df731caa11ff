#include "lifecycle/imports.h"

#include "lifecycle/seal.h"
#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

constexpr std::string_view kForeign = "sk-other-4eC39HqLyjWDarjtT1zdp7dc";

class ImportsTest : public World {
 protected:
  void SetUp() override {
    World::SetUp();
    imports.emplace(*store, feed, *loaded.catalog, *peppers, credential::KeyFormat{}, clock, random);
  }
  ImportKey by_secret(std::string_view secret) {
    ImportKey key;
    key.key = request();
    key.secret = Secret::copy_of(secret);
    key.external_id = "app-7";
    return key;
  }
  ImportKey by_sha256(std::string_view secret) {
    ImportKey key;
    key.key = request();
    key.sha256 = credential::sha256(secret);
    return key;
  }
  template <class... Keys>
  static std::vector<ImportKey> batch(Keys... keys) {
    std::vector<ImportKey> out;
    (out.push_back(std::move(keys)), ...);
    for (std::size_t i = 0; i < out.size(); ++i) out[i].place = i;
    return out;
  }
  ImportedBatch taken(const std::vector<ImportKey>& keys) { return imports->take(tenant, keys, actor, once).value(); }
  static std::vector<std::string> pointers(const ChangeError& error) {
    std::vector<std::string> out;
    for (const FieldError& field : error.fields) out.push_back(field.pointer);
    return out;
  }
  std::int64_t stored_keys() { return store->list_keys(tenant.id, {.now = clock.now()})->total; }

  std::optional<Imports> imports;
  std::optional<Idempotency> once;
};

TEST_F(ImportsTest, AKeyIsTheSameWhetherItsSecretCameOrTheSecretsSha256) {
  const ImportedBatch first = taken(batch(by_secret(kForeign)));
  ASSERT_EQ(first.keys.size(), 1u);
  EXPECT_FALSE(first.keys[0].was_here);
  const store::KeyRecord record = stored(first.keys[0].id);
  EXPECT_EQ(record.key.imported, (KeyImport{KeyImport::From::kSecret, "app-7"}));
  EXPECT_EQ(record.key.hint, "…p7dc");
  EXPECT_EQ(record.key.created_by, actor);
  ASSERT_EQ(record.secrets.size(), 1u);
  EXPECT_TRUE(record.secrets[0].imported);
  EXPECT_EQ(record.secrets[0].digest, peppers->imported_digest(7, credential::sha256(kForeign)));
  EXPECT_TRUE(seal_is_valid(record, *peppers));
  EXPECT_EQ(feed.position, *store->last_sequence());

  const ImportedBatch again = taken(batch(by_sha256(kForeign)));
  EXPECT_TRUE(again.keys[0].was_here);
  EXPECT_EQ(again.keys[0].id, first.keys[0].id);
  EXPECT_EQ(stored_keys(), 1);
}

TEST_F(ImportsTest, NoPlainSha256IsStored) {
  const ImportedBatch made = taken(batch(by_sha256(kForeign)));
  const store::KeyRecord record = stored(made.keys[0].id);
  EXPECT_NE(record.secrets[0].digest, credential::sha256(kForeign));
  EXPECT_EQ(record.key.hint, "imported");
}

TEST_F(ImportsTest, ASecretOfOurOwnFormIsKeptAsOurs) {
  const Secret ours = credential::generate({}, random);
  const ImportedBatch made = taken(batch(by_secret(ours.expose())));
  const store::KeyRecord record = stored(made.keys[0].id);
  EXPECT_FALSE(record.secrets[0].imported);
  EXPECT_EQ(record.secrets[0].digest, peppers->digest(7, ours.expose()));
  EXPECT_TRUE(record.key.imported);
}

TEST_F(ImportsTest, AMarkThatSomebodyTookAwayOrSetBreaksTheSeal) {
  store::KeyRecord record = stored(taken(batch(by_secret(kForeign))).keys[0].id);
  record.secrets[0].imported = false;
  EXPECT_FALSE(seal_is_valid(record, *peppers));
}

TEST_F(ImportsTest, EveryMistakeOfABatchIsToldWithItsPlaceAndNothingIsStored) {
  auto keys = batch(by_secret(kForeign), by_secret("too short"), by_sha256("a"), by_sha256(kForeign),
                    by_secret(credential::generate(credential::operator_key_format(), random).expose()));
  keys[2].key.nickname = " ";
  keys[2].key.access_type = "nothing";
  keys[2].secret = Secret::copy_of(kForeign);
  const auto refused = imports->take(tenant, keys, actor, once);
  ASSERT_FALSE(refused);
  EXPECT_EQ(pointers(refused.error()),
            (std::vector<std::string>{"/keys/1/secret", "/keys/2/nickname", "/keys/2/access_type", "/keys/2", "/keys/3",
                                      "/keys/4/secret"}));
  EXPECT_EQ(stored_keys(), 0);
}

TEST_F(ImportsTest, ForeseeingWritesNothingAndSaysWhatWouldBe) {
  const KeyId here = taken(batch(by_secret(kForeign))).keys[0].id;
  const auto seen = imports->foresee(tenant, batch(by_sha256("another secret of theirs"), by_sha256(kForeign)));
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->keys[0].was_here);
  EXPECT_TRUE(seen->keys[0].id.is_nil());
  EXPECT_TRUE(seen->keys[1].was_here);
  EXPECT_EQ(seen->keys[1].id, here);
  EXPECT_EQ(stored_keys(), 1);
}

TEST_F(ImportsTest, ASecretThatAnotherTenantHasIsAMistake) {
  const Tenant other = *store->insert_tenant(make_tenant());
  ASSERT_TRUE(imports->take(other, batch(by_secret(kForeign)), actor, once));
  const auto keys = batch(by_sha256("one that nobody has yet"), by_sha256(kForeign));
  for (const auto& refused : {imports->take(tenant, keys, actor, once), imports->foresee(tenant, keys)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(pointers(refused.error()), (std::vector<std::string>{"/keys/1"}));
  }
  EXPECT_EQ(stored_keys(), 0);
}

TEST_F(ImportsTest, IdempotencyKey_RepeatedAnswersTheSameKeysAndIsForOneBatch) {
  once = {"batch-1", credential::sha256("what was sent")};
  const ImportedBatch first = taken(batch(by_secret(kForeign), by_sha256("another secret of theirs")));
  EXPECT_FALSE(first.replayed);
  const ImportedBatch again = taken(batch(by_secret(kForeign), by_sha256("another secret of theirs")));
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.keys[0].id, first.keys[0].id);
  EXPECT_EQ(again.keys[1].id, first.keys[1].id);
  once->request_hash = credential::sha256("something else");
  const auto refused = imports->take(tenant, batch(by_secret(kForeign)), actor, once);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace latchkey::lifecycle
