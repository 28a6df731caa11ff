// Keys that another system made: found by secrets of any form, and nothing changes for those that are none.
#include "base/random.h"
#include "catalog/load.h"
#include "check/check.h"

#include <gtest/gtest.h>

namespace latchkey::check {
namespace {

constexpr std::string_view kForeign = "sk-other-4eC39HqLyjWDarjtT1zdp7dc";

struct ImportedKeys : ::testing::Test {
  static credential::Peppers make_peppers() {
    std::vector<credential::Peppers::Pepper> list;
    list.push_back({2, Secret(std::string(32, 'n'))});
    list.push_back({1, Secret(std::string(32, 'o'))});
    return std::move(credential::Peppers::make(std::move(list)).value());
  }

  void SetUp() override {
    tenant.id = TenantId::make(clock.now(), random);
    registry.put_tenant(tenant);
  }
  KeyId import(credential::PepperId pepper, std::string_view secret) {
    store::KeyRecord record;
    record.key.id = KeyId::make(clock.now(), random);
    record.key.tenant = tenant.id;
    record.key.access_type = "admin";
    record.secrets.push_back(
        {pepper, peppers.imported_digest(pepper, credential::sha256(secret)), clock.now(), {}, true});
    registry.put_key(record);
    return record.key.id;
  }
  const Decision& ask(std::string_view secret, bool secure = true, std::string_view target = {}) {
    field = secret;
    Request request;
    request.api_key_fields = {&field, 1};
    request.secure = secure;
    request.target = target;
    request.cost = 0;
    return checker.check(request, scratch);
  }

  catalog::LoadResult loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  credential::Peppers peppers = make_peppers();
  credential::KeyFormat format;
  ManualClock clock;
  SeededRandom random{42};
  registry::Registry registry{*loaded.catalog};
  registry::Registry::Reader reader{registry};
  limit::InMemoryLimiter limiter;
  usage::Recorder recorder;
  Checker checker{registry, *loaded.catalog, peppers, format, clock, limiter};
  Scratch scratch{reader, recorder};
  Tenant tenant;
  std::string_view field;
};

TEST_F(ImportedKeys, ASecretOfAnotherFormIsMalformedUntilItIsAKeys) {
  EXPECT_EQ(ask(kForeign).reason, DenyReason::kMalformedKey);
  const KeyId key = import(2, kForeign);
  EXPECT_TRUE(ask(kForeign).allowed());
  EXPECT_EQ(ask(kForeign).key, key);
  EXPECT_EQ(ask("sk-other-4eC39HqLyjWDarjtT1zdp7dd").reason, DenyReason::kMalformedKey);
  registry.remove_key(key);
  EXPECT_EQ(ask(kForeign).reason, DenyReason::kMalformedKey);
}

TEST_F(ImportedKeys, AreFoundUnderEveryPepper) {
  const KeyId older = import(1, kForeign), newer = import(2, "another-secret-of-theirs");
  EXPECT_EQ(ask(kForeign).key, older);
  EXPECT_EQ(ask("another-secret-of-theirs").key, newer);
}

TEST_F(ImportedKeys, MayHaveOurForm) {
  const Secret ours = credential::generate(format, random);
  EXPECT_EQ(ask(ours.expose()).reason, DenyReason::kUnknownKey);
  const KeyId key = import(1, ours.expose());
  EXPECT_EQ(ask(ours.expose()).key, key);
}

TEST_F(ImportedKeys, AreLookedUpWithinBoundsOnly) {
  const std::string short_one(credential::kMinImportedCharacters - 1, 'k'),
      shortest(credential::kMinImportedCharacters, 'k');
  const std::string longest(credential::kMaxImportedCharacters, 'k'),
      long_one(credential::kMaxImportedCharacters + 1, 'k');
  for (const std::string& secret : {short_one, shortest, longest, long_one}) import(2, secret);
  EXPECT_FALSE(ask(short_one).allowed());
  EXPECT_TRUE(ask(shortest).allowed());
  EXPECT_TRUE(ask(longest).allowed());
  EXPECT_FALSE(ask(long_one).allowed());
}

TEST_F(ImportedKeys, AreExposedByPlainHttp) {
  import(2, kForeign);
  EXPECT_EQ(ask(kForeign, false).reason, DenyReason::kHttpsRequired);
  EXPECT_EQ(ask(kForeign, false).exposed.how, Exposure::kPlainHttp);
  EXPECT_EQ(ask("sk-other-4eC39HqLyjWDarjtT1zdp7dd", false).exposed.how, Exposure::kNone);
}

}  // namespace
}  // namespace latchkey::check
