// What the tests of this room share: the real store in a directory of its own, the shipped catalog, a feed that notes
// how far it was asked to follow, a clock that stands still.
#pragma once
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>

#include "catalog/load.h"
#include "lifecycle/keys.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::lifecycle {

class NotedFeed final : public Feed {
 public:
  Result<void> follow_to(store::Sequence sequence) override {
    if (broken) return fail(ErrorCode::kUnavailable, "The feed cannot be read.");
    store::Sequence before = position;
    while (before < sequence && !position.compare_exchange_weak(before, sequence)) {
    }
    return {};
  }
  std::atomic<store::Sequence> position{0};
  std::atomic<bool> broken{false};
};

class World : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::SqliteStore::open(directory.file("latchkey.db"), store::OpenMode::kCreateIfMissing);
    ASSERT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
    loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
    ASSERT_TRUE(loaded.catalog);
    std::vector<credential::Peppers::Pepper> made;
    made.push_back({7, Secret(std::string(32, 'p'))});
    made.push_back({3, Secret(std::string(32, 'q'))});
    peppers.emplace(*credential::Peppers::make(std::move(made)));
    tenant = *store->insert_tenant(make_tenant());
    keys.emplace(*store, feed, *loaded.catalog, *peppers, credential::KeyFormat{}, clock, random);
  }

  Tenant make_tenant() {
    Tenant out;
    out.id = TenantId::make(clock.now(), random);
    out.name = "Acme";
    out.created_at = out.updated_at = clock.now();
    return out;
  }
  CreateKey request() const {
    return {.nickname = "Acme SMS Partner",
            .contact_email = "dana@acme.example",
            .access_type = "integrations",
            .restrictions = {},
            .expires_at = std::nullopt};
  }
  CreatedKey created() { return std::move(*keys->create(tenant, request(), actor, std::nullopt)); }
  store::KeyRecord stored(KeyId id) { return *store->find_key(id); }

  store::TempDirectory directory;
  std::unique_ptr<store::SqliteStore> store;
  catalog::LoadResult loaded;
  std::optional<credential::Peppers> peppers;
  NotedFeed feed;
  ManualClock clock;
  SystemRandom random;
  Tenant tenant;
  Actor actor{ActorType::kOperator, UserId(), "operator"};
  std::optional<Keys> keys;
};

}  // namespace latchkey::lifecycle
