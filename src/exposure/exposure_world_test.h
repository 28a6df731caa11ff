// What the tests of this room share: the real store, a tenant with an owner and a policy, keys with their secrets, a clock that
// stands still.
#pragma once
#include <gtest/gtest.h>

#include <optional>

#include "catalog/load.h"
#include "exposure/exposures.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::exposure {

class NobodyFollows final : public lifecycle::Feed {
 public:
  Result<void> follow_to(store::Sequence) override { return {}; }
};

class NeverUsed final : public lifecycle::SecretUses {
 public:
  Result<std::optional<Instant>> last_use(TenantId, KeyId, std::uint64_t) override { return used; }
  std::optional<Instant> used;
};

class Anywhere final : public lifecycle::HandOverPlaces {
 public:
  bool mails_links() const override { return true; }
  std::vector<Manager> managers_of(const Tenant&) const override { return {}; }
  std::optional<std::string> why_not(const Tenant&, const HandOver&) const override { return refuse; }
  std::optional<std::string> refuse;
};

class ExposureWorld : public testing::Test {
 protected:
  ExposureWorld() {
    store = std::move(*store::SqliteStore::open(directory.file("latchkey.db"), store::OpenMode::kCreateIfMissing));
    loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
    std::vector<credential::Peppers::Pepper> made;
    made.push_back({1, Secret(std::string(32, 'p'))});
    peppers.emplace(*credential::Peppers::make(std::move(made)));
    keys.emplace(*store, feed, *loaded.catalog, *peppers, format, clock, random, &places);
    rotations.emplace(*store, feed, *peppers, format, clock, random, uses, &places);
    alerts.emplace(store->alerts(), store->webhooks(), *store, true, clock, random);
    restart();
    tenant = make_tenant();
  }
  // As after a crash: nothing of what was in memory.
  void restart() { exposures.emplace(store->exposures(), *store, *keys, *rotations, *alerts, clock); }

  Tenant make_tenant() {
    Tenant out;
    out.id = TenantId::make(clock.now(), random);
    out.name = "Acme";
    out.created_at = out.updated_at = clock.now();
    out = *store->insert_tenant(out);
    User owner;
    owner.id = UserId::make(clock.now(), random);
    owner.tenant = out.id;
    owner.email = owner.id.to_string() + "@acme.example";
    owner.name = "Owner";
    owner.role = Role::kOwner;
    EXPECT_TRUE(store->insert_user({owner, "no password leads here"}));
    return out;
  }
  void set_policy(OnExposure action) { set_policy(tenant, action); }
  void set_policy(Tenant& whose, OnExposure action) {
    whose.key_policy.on_exposure = action;
    whose.key_policy.exposure_overlap_ms = 600'000;
    ASSERT_TRUE(store->update_tenant(whose));
  }
  lifecycle::CreatedKey make_key(const Tenant& whose, HandOverKind hand_over = HandOverKind::kLink) {
    auto made = keys->create(whose,
                             {.nickname = fmt::format("Key {}", ++made_keys),
                              .contact_email = "dana@acme.example",
                              .access_type = "integrations",
                              .restrictions = {},
                              .expires_at = std::nullopt,
                              .limits = {},
                              .hand_over = {}},
                             {}, std::nullopt);
    EXPECT_TRUE(made);
    if (hand_over != HandOverKind::kShow) {
      store::KeyRecord record = *store->find_key(made->key.id);
      record.key.hand_over = {hand_over, "", ""};
      const std::int64_t before = record.key.version++;
      lifecycle::seal(record, *peppers);
      EXPECT_TRUE(store->update_key(record, before));
      made->key = record.key;
    }
    return std::move(*made);
  }
  lifecycle::CreatedKey make_key() { return make_key(tenant); }

  ExposureEvent seen(const ApiKey& key, ExposureHow how = ExposureHow::kQuery) {
    return {.tenant = key.tenant, .key = key.id, .secret = key.secrets.front().number, .how = how, .at = clock.now()};
  }
  void report(const ExposureEvent& event) {
    const auto reported = exposures->report(event);
    EXPECT_TRUE(reported) << reported.error().message;
  }
  ApiKey stored(const ApiKey& key) { return store->find_key(key.id)->key; }
  std::vector<KeyExposure> noted(const ApiKey& key) { return *exposures->of(key.tenant, {key}); }
  std::vector<Alert> alerts_of(const Tenant& whose) { return alerts->list(whose.id, {.status = std::nullopt})->alerts; }
  std::vector<store::PendingMail> mails() { return *store->outbox().due_mails(clock.now(), 1'000); }

  store::TempDirectory directory;
  std::unique_ptr<store::SqliteStore> store;
  catalog::LoadResult loaded;
  std::optional<credential::Peppers> peppers;
  credential::KeyFormat format;
  NobodyFollows feed;
  NeverUsed uses;
  Anywhere places;
  ManualClock clock;
  SystemRandom random;
  std::optional<lifecycle::Keys> keys;
  std::optional<lifecycle::Rotations> rotations;
  std::optional<watch::Alerts> alerts;
  std::optional<Exposures> exposures;
  Tenant tenant;
  int made_keys = 0;
};

}  // namespace latchkey::exposure
