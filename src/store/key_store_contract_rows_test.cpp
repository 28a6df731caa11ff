// What a node reads when it starts.
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "store/key_row.h"
#include "store/key_store_contract_test.h"

namespace latchkey::store {
namespace {

// A row with what it names, since it is gone after the visit.
struct Seen {
  KeyRow row;
  KeyRules rules;
  std::optional<TrialRecord> trial;
};

struct Visit {
  std::map<KeyId, Seen> rows;
  std::vector<TenantId> tenants;
  std::size_t times = 0;     // that a row was shown
  std::size_t expected = 0;  // keys at most, as was told
  Result<FeedPlace> place;
};

Visit visit(KeyStore& store, std::size_t threads, const std::function<void()>& at_first_batch = [] {}) {
  Visit out;
  std::mutex mutex;
  std::once_flag first;
  const RowVisitor visitor = [&](std::span<KeyRow> rows) {
    std::call_once(first, at_first_batch);
    const std::lock_guard lock(mutex);
    for (const KeyRow& row : rows) {
      ++out.times;
      out.rows[row.id] = {row, *row.rules, row.trial == nullptr ? std::nullopt : std::optional(*row.trial)};
    }
  };
  out.place = store.visit_rows([&](std::size_t keys) { out.expected = keys; },
                                  [&](const Tenant& tenant) {
                                    EXPECT_EQ(out.times, 0u) << "tenants come before keys";
                                    out.tenants.push_back(tenant.id);
                                  },
                                  std::vector<RowVisitor>(threads, visitor));
  return out;
}

void expect_same(const Seen& seen, const KeyRecord& record) {
  EXPECT_EQ(seen.row.id, record.key.id);
  EXPECT_EQ(seen.row.tenant, record.key.tenant);
  EXPECT_EQ(seen.rules.access_type, record.key.access_type);
  EXPECT_EQ(seen.rules.restrictions, record.key.restrictions);
  EXPECT_EQ(seen.rules.limits, record.key.limits);
  EXPECT_EQ(seen.row.state, record.key.state);
  EXPECT_EQ(seen.row.expires_at, record.key.expires_at);
  EXPECT_EQ(seen.row.version, record.key.version);
  EXPECT_EQ(seen.row.secrets, record.secrets);
  EXPECT_EQ(seen.row.seal_pepper, record.seal_pepper);
  EXPECT_EQ(seen.row.seal, record.seal);
}

TEST_P(KeyStoreContract, VisitRows_ShowsEachKeyOnceOnAnyNumberOfThreads) {
  std::map<KeyId, KeyRecord> stored;
  std::vector<TenantId> tenants;
  for (const char* name : {"One", "Two"}) {
    const Tenant tenant = stored_tenant(name);
    tenants.push_back(tenant.id);
    for (int i = 0; i < 3; ++i) {
      const KeyRecord record = stored_key(tenant.id);
      stored[record.key.id] = record;
    }
  }
  // With others' rules, and with none: nothing of one key may stick to the next.
  for (const bool bare : {true, false}) {
    KeyRecord record = make_key(tenants[0]);
    record.key.restrictions =
        bare ? Restrictions{} : Restrictions{.operations = {}, .channels = {"505"}, .attributes = {}, .ip_ranges = {}};
    record.key.limits = {};
    record.key.access_type = bare ? "" : "admin";
    record.key.expires_at.reset();
    record.secrets.pop_back();
    tell_secrets(record);
    ASSERT_TRUE(store().insert_key(record, std::nullopt));
    stored[record.key.id] = record;
  }
  for (const std::size_t threads : {1, 2, 7}) {
    const Visit found = visit(store(), threads);
    ASSERT_TRUE(found.place) << found.place.error().detail;
    LK_MUST(const Sequence last, store().last_sequence());
    EXPECT_EQ(found.place->sequence, last);
    EXPECT_EQ(found.tenants, tenants);
    EXPECT_EQ(found.times, stored.size());
    EXPECT_GE(found.expected, stored.size());
    ASSERT_EQ(found.rows.size(), stored.size());
    for (const auto& [id, seen] : found.rows) expect_same(seen, stored.at(id));
  }
}

TEST_P(KeyStoreContract, VisitRows_OfNoKeysShowsTenantsOnly) {
  EXPECT_EQ(visit(store(), 2).place->sequence, 0);
  const Tenant tenant = stored_tenant();
  const Visit found = visit(store(), 2);
  LK_MUST(const Sequence last, store().last_sequence());
  EXPECT_EQ(found.place->sequence, last);
  EXPECT_EQ(found.tenants, std::vector<TenantId>{tenant.id});
  EXPECT_EQ(found.times, 0u);
}

TEST_P(KeyStoreContract, VisitRows_ShowsATrialWithItsKeyOnly) {
  const Tenant tenant = stored_tenant();
  const KeyRecord without = stored_key(tenant.id), with = stored_key(tenant.id);
  TrialRecord trial;
  trial.trial.key = with.key.id;
  trial.trial.tenant = tenant.id;
  trial.trial.restrictions.channels = {"511"};
  LK_MUST(trial.trial.number, store().put_trial(trial));
  const Visit found = visit(store(), 2);
  ASSERT_EQ(found.rows.size(), 2u);
  EXPECT_EQ(found.rows.at(without.key.id).trial, std::nullopt);
  ASSERT_TRUE(found.rows.at(with.key.id).trial);
  EXPECT_EQ(found.rows.at(with.key.id).trial->trial.restrictions, trial.trial.restrictions);
  EXPECT_EQ(found.rows.at(with.key.id).trial->trial.number, trial.trial.number);
}

// More rules than are remembered, each of them different.
TEST_P(KeyStoreContract, VisitRows_TakesRulesThatNeverRepeat) {
  const Tenant tenant = stored_tenant();
  constexpr int kThreads = 8;
  const int each = static_cast<int>(kMaxRulesRemembered) / kThreads + 100;
  std::vector<std::vector<KeyRecord>> records(kThreads);
  int number = 0;
  for (auto& mine : records) {
    for (int i = 0; i < each; ++i) {
      mine.push_back(make_key(tenant.id));
      mine.back().key.restrictions.operations = {std::to_string(number++)};
    }
  }
  {
    std::vector<std::jthread> writers;
    for (auto& mine : records) {
      writers.emplace_back([&] {
        for (const KeyRecord& record : mine) EXPECT_TRUE(store().insert_key(record, std::nullopt));
      });
    }
  }
  const Visit found = visit(store(), 1);
  EXPECT_EQ(found.times, static_cast<std::size_t>(number));
  for (const auto& mine : records) {
    for (const KeyRecord& record : mine) expect_same(found.rows.at(record.key.id), record);
  }
}

// What is changed during the visit is after its sequence in the feed, whether a thread saw it or not.
TEST_P(KeyStoreContract, VisitRows_SequenceIsBeforeWhatChangesMeanwhile) {
  const Tenant tenant = stored_tenant();
  KeyRecord changed = stored_key(tenant.id);
  LK_MUST(const Sequence before, store().last_sequence());
  const Visit found = visit(store(), 2, [&] {
    std::thread([&] {
      changed.key.version = 2;
      EXPECT_TRUE(store().update_key(changed, 1));
      stored_key(stored_tenant("Second").id);
    }).join();
  });
  EXPECT_EQ(found.place->sequence, before);
  LK_MUST(const std::vector<Change> changes, store().changes_after(found.place->sequence, 10));
  EXPECT_EQ(changes.size(), 3u);
}

}  // namespace
}  // namespace latchkey::store
