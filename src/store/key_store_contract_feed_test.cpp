// The change feed, snapshots, and many threads at once.
#include <map>
#include <set>
#include <thread>

#include "store/key_store_contract_test.h"

namespace latchkey::store {
namespace {

TEST_P(KeyStoreContract, Feed_NamesEachChangeInOrderWithDenseSequences) {
  LK_MUST(const Sequence start, store().last_sequence());
  Tenant tenant = stored_tenant();
  KeyRecord record = make_key(tenant.id);
  LK_MUST(const Sequence inserted, store().insert_key(record, std::nullopt));
  EXPECT_FALSE(store().insert_key(record, std::nullopt));  // failures leave no hole
  LK_MUST(const Sequence tenant_updated, store().update_tenant(tenant));
  record.key.version = 2;
  LK_MUST(const Sequence key_updated, store().update_key(record, 1));
  EXPECT_EQ(inserted, start + 2);
  EXPECT_EQ(tenant_updated, start + 3);
  EXPECT_EQ(key_updated, start + 4);

  LK_MUST(const std::vector<Change> changes, store().changes_after(start, 100));
  ASSERT_EQ(changes.size(), 4u);
  const ChangeKind kinds[] = {ChangeKind::kTenant, ChangeKind::kKey, ChangeKind::kTenant, ChangeKind::kKey};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(changes[i].sequence, start + 1 + static_cast<Sequence>(i));
    EXPECT_EQ(changes[i].kind, kinds[i]);
    EXPECT_EQ(changes[i].tenant, tenant.id);
    EXPECT_EQ(changes[i].key, kinds[i] == ChangeKind::kKey ? record.key.id : KeyId());
  }
  LK_MUST(const std::vector<Change> part, store().changes_after(start + 1, 2));
  ASSERT_EQ(part.size(), 2u);
  EXPECT_EQ(part[0].sequence, start + 2);
  LK_MUST(const std::vector<Change> none, store().changes_after(start + 4, 2));
  EXPECT_TRUE(none.empty());
}

TEST_P(KeyStoreContract, Feed_GoesOnAfterReopening) {
  const Tenant tenant = stored_tenant();
  LK_MUST(const Sequence before, store().last_sequence());
  place().reopen();
  LK_MUST(const Sequence after, store().last_sequence());
  EXPECT_EQ(after, before);
  LK_MUST(const Sequence next, store().update_tenant(tenant));
  EXPECT_EQ(next, before + 1);
}

TEST_P(KeyStoreContract, VisitAll_ShowsEverythingTenantsFirst) {
  std::map<TenantId, Tenant> tenants;
  std::map<KeyId, KeyRecord> keys;
  for (const char* name : {"One", "Two"}) {
    const Tenant tenant = stored_tenant(name);
    tenants[tenant.id] = tenant;
    for (int i = 0; i < 3; ++i) {
      const KeyRecord record = stored_key(tenant.id);
      keys[record.key.id] = record;
    }
  }
  // Restricted and unrestricted, with one secret and without: nothing of one key may stick to the next.
  KeyRecord bare = make_key(tenants.begin()->first, "Bare");
  bare.key.restrictions = {};
  bare.key.expires_at.reset();
  bare.secrets.pop_back();
  tell_secrets(bare);
  ASSERT_TRUE(store().insert_key(bare, std::nullopt));
  keys[bare.key.id] = bare;

  LK_MUST(const Sequence sequence, store().visit_all(
                                       [&](const Tenant& tenant) {
                                         EXPECT_EQ(keys.size(), 7u) << "tenants come before keys";
                                         EXPECT_TRUE(same(tenant, tenants[tenant.id]));
                                         return tenants.erase(tenant.id) == 1;
                                       },
                                       [&](const KeyRecord& record) {
                                         EXPECT_TRUE(same(record, keys[record.key.id]));
                                         return keys.erase(record.key.id) == 1;
                                       }));
  EXPECT_TRUE(tenants.empty());
  EXPECT_TRUE(keys.empty());
  LK_MUST(const Sequence last, store().last_sequence());
  EXPECT_EQ(sequence, last);
}

TEST_P(KeyStoreContract, VisitAll_EndsWhenAVisitorSaysSo) {
  const Tenant tenant = stored_tenant();
  stored_tenant("Second");
  for (int i = 0; i < 3; ++i) stored_key(tenant.id);
  int tenants = 0;
  int keys = 0;
  ASSERT_TRUE(store().visit_all([&](const Tenant&) { return ++tenants < 1; },
                                [&](const KeyRecord&) { return ++keys < 2; }));
  EXPECT_EQ(tenants, 1);
  EXPECT_EQ(keys, 0);
  ASSERT_TRUE(store().visit_all([&](const Tenant&) { return true; }, [&](const KeyRecord&) { return ++keys < 2; }));
  EXPECT_EQ(keys, 2);
}

// A snapshot's sequence says exactly which inserts are in it, however many writers are busy; a reader that then follows
// the feed misses nothing and sees every version grow.
TEST_P(KeyStoreContract, Snapshot_AgreesWithItsSequenceWhileOthersWrite) {
  const Tenant tenant = stored_tenant();
  LK_MUST(const Sequence start, store().last_sequence());
  constexpr int kThreads = 4;
  constexpr int kEach = 40;
  std::vector<std::vector<KeyRecord>> records(kThreads);
  for (auto& mine : records) {
    for (int i = 0; i < kEach; ++i) mine.push_back(make_key(tenant.id));
  }
  std::atomic<int> running{kThreads};
  std::vector<std::thread> writers;
  for (auto& mine : records) {
    writers.emplace_back([&] {
      for (const KeyRecord& record : mine) EXPECT_TRUE(store().insert_key(record, std::nullopt));
      --running;
    });
  }
  bool last_round = false;
  while (!last_round) {
    last_round = running == 0;
    std::set<KeyId> visited;
    const auto sequence =
        store().visit_all([](const Tenant&) { return true; },
                          [&](const KeyRecord& record) { return visited.insert(record.key.id).second; });
    EXPECT_TRUE(sequence);
    if (!sequence) break;
    EXPECT_EQ(*sequence - start, static_cast<Sequence>(visited.size()));
    const auto changes = store().changes_after(start, 1000);
    EXPECT_TRUE(changes);
    for (const Change& change : *changes) {
      EXPECT_TRUE(change.sequence > *sequence || visited.contains(change.key));
    }
  }
  for (std::thread& writer : writers) writer.join();
}

TEST_P(KeyStoreContract, ManyWriters_LoseNothingAndEachGetsASequenceOfItsOwn) {
  const Tenant tenant = stored_tenant();
  constexpr int kThreads = 8;
  constexpr int kEach = 50;
  std::vector<std::vector<KeyRecord>> records(kThreads);
  for (auto& mine : records) {
    for (int i = 0; i < kEach; ++i) mine.push_back(make_key(tenant.id));
  }
  std::vector<std::vector<Sequence>> sequences(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (const KeyRecord& record : records[t]) {
        const auto sequence = store().insert_key(record, std::nullopt);
        EXPECT_TRUE(sequence);
        if (sequence) sequences[t].push_back(*sequence);
        // One that fails between others must not take them along.
        EXPECT_FAILS_WITH(ErrorCode::kConflict, store().insert_key(record, std::nullopt));
        // What was acknowledged is seen at once.
        EXPECT_TRUE(store().find_key(tenant.id, record.key.id));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<Sequence> all;
  for (const auto& mine : sequences) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  ASSERT_EQ(all.size(), static_cast<std::size_t>(kThreads * kEach));
  EXPECT_EQ(*all.rbegin() - *all.begin() + 1, static_cast<Sequence>(all.size())) << "dense";
  place().reopen();
  for (const auto& mine : records) {
    for (const KeyRecord& record : mine) {
      LK_MUST(const KeyRecord found, store().find_key(record.key.id));
      EXPECT_TRUE(same(found, record));
    }
  }
}

TEST_P(KeyStoreContract, ManyWriters_OfOneKeyEachVersionIsWrittenOnce) {
  const Tenant tenant = stored_tenant();
  const KeyRecord record = stored_key(tenant.id);
  constexpr int kThreads = 6;
  constexpr int kEach = 10;
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int done = 0; done < kEach;) {
        auto found = store().find_key(record.key.id);
        ASSERT_TRUE(found);
        const std::int64_t version = found->key.version++;
        const auto updated = store().update_key(*found, version);
        if (updated) {
          ++done;
          ++won;
        } else {
          EXPECT_EQ(updated.error().code, ErrorCode::kPreconditionFailed);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  LK_MUST(const KeyRecord found, store().find_key(record.key.id));
  EXPECT_EQ(found.key.version, 1 + won);
}

TEST_P(KeyStoreContract, ManyRequests_WithOneIdempotencyKeyMakeOneKey) {
  const Tenant tenant = stored_tenant();
  std::vector<KeyRecord> records;
  for (int i = 0; i < 8; ++i) records.push_back(make_key(tenant.id));
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (const KeyRecord& record : records) {
    threads.emplace_back([&] {
      if (store().insert_key(record, make_once(record, "once"))) ++made;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  LK_MUST(const KeyPage page, store().list_keys(tenant.id, {.now = now_}));
  EXPECT_EQ(page.total, 1);
}

}  // namespace
}  // namespace latchkey::store
