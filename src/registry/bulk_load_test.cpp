#include "registry/bulk_load.h"

#include <thread>

#include "registry/registry_world_test.h"

namespace latchkey::registry {
namespace {

class BulkLoadTest : public RegistryWorld {
 protected:
  store::KeyRow row(const store::KeyRules& rules, std::vector<int> secrets) {
    const store::KeyRecord made = record(std::move(secrets));
    store::KeyRow out;
    out.id = made.key.id;
    out.tenant = made.key.tenant;
    out.rules = &rules;
    out.secrets = made.secrets;
    return out;
  }
  void load(std::vector<store::KeyRow> rows) { Registry::BulkLoad(registry_).put(rows); }

  const store::KeyRules plain_{.number = 1, .access_type = "all", .restrictions = {}, .limits = {}};
  const store::KeyRules channels_{
      .number = 2,
      .access_type = "all",
      .restrictions = {.operations = {}, .channels = {"505"}, .attributes = {}, .ip_ranges = {}},
      .limits = {{{"rest", 5, 10, std::nullopt}}, {{"daily", Period::kDay, 100}}}};
};

TEST_F(BulkLoadTest, PutsWhatPutKeyPuts) {
  store::KeyRow full = row(channels_, {1, 2});
  full.expires_at = Instant{99};
  full.state = KeyState::kDisabled;
  full.secrets[1].valid_until = Instant{77};
  store::TrialRecord trial;
  trial.trial.restrictions.channels = {"504"};
  trial.trial.number = 12;
  full.trial = &trial;
  load({full, row(plain_, {3})});

  // The same by the other way, in its place.
  std::vector<LiveKey> loaded;
  std::vector<LiveTrial> on_trial;  // theirs go when they are replaced
  for (const int secret : {1, 2}) {
    loaded.push_back(*find(secret));
    on_trial.push_back(*loaded.back().trial);
  }
  store::KeyRecord same;
  same.key.id = full.id;
  same.key.tenant = full.tenant;
  same.key.access_type = channels_.access_type;
  same.key.restrictions = channels_.restrictions;
  same.key.limits = channels_.limits;
  same.key.state = full.state;
  same.key.expires_at = full.expires_at;
  same.secrets = full.secrets;
  same.trial = trial;
  registry_.put_key(same);
  EXPECT_EQ(registry_.key_count(), 2u);
  for (const int secret : {1, 2}) {
    const auto i = static_cast<std::size_t>(secret) - 1;
    const LiveKey was = loaded[i], is = *find(secret);
    EXPECT_EQ(was.secret, is.secret);
    EXPECT_EQ(was.id, is.id);
    EXPECT_EQ(was.tenant, is.tenant);
    EXPECT_EQ(was.policy, is.policy) << "equal policies are one object, whichever way they come";
    EXPECT_EQ(was.expires_ms, is.expires_ms);
    EXPECT_EQ(was.valid_until_ms, is.valid_until_ms);
    EXPECT_EQ(was.state, is.state);
    EXPECT_EQ(on_trial[i].policy, is.trial->policy);
    EXPECT_EQ(on_trial[i].number, is.trial->number);
  }
  EXPECT_NE(find(3)->policy, find(1)->policy);
  EXPECT_EQ(find(3)->trial, nullptr);
}

TEST_F(BulkLoadTest, EqualRulesOfDifferentVisitorsAreOnePolicy) {
  store::KeyRules again = channels_;
  again.number = 3;
  load({row(channels_, {1})});
  load({row(again, {2}), row(plain_, {3}), row(again, {4})});
  EXPECT_EQ(find(1)->policy, find(2)->policy);
  EXPECT_EQ(find(1)->policy, find(4)->policy);
  EXPECT_NE(find(1)->policy, find(3)->policy);
  EXPECT_EQ(find(1)->policy->permitted.channels->words()[0], 2u) << "the second channel of the catalog";
}

TEST_F(BulkLoadTest, TakesMoreRulesThanItRemembers) {
  std::vector<store::KeyRules> rules(store::kMaxRulesRemembered + 10);
  Registry::BulkLoad load(registry_);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    rules[i] = {
        .number = i, .access_type = "all", .restrictions = {}, .limits = {{}, {{"daily", Period::kDay, i + 1}}}};
    load.put(std::vector{row(rules[i], {static_cast<int>(i)})});
  }
  for (const std::size_t i : {std::size_t{0}, rules.size() - 1}) {
    EXPECT_EQ(find(static_cast<int>(i))->policy->limits.quotas[0].requests, i + 1);
  }
}

TEST_F(BulkLoadTest, ASecretThatAnotherKeyHasStaysWithThatOne) {
  store::KeyRow first = row(plain_, {1}), second = row(plain_, {1, 2});
  load({first, second});
  EXPECT_EQ(find(1)->id, first.id);
  EXPECT_EQ(find(2)->id, second.id);
}

// Under ThreadSanitizer, the proof that loading threads don't race with one another, nor with checks.
TEST_F(BulkLoadTest, ThreadsLoadSideBySideWhileChecksRun) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  std::vector<std::vector<store::KeyRow>> rows(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    for (int i = 0; i < kEach; ++i)
      rows[static_cast<std::size_t>(t)].push_back(row(i % 2 ? plain_ : channels_, {t * kEach + i}));
  }
  {
    std::vector<std::jthread> threads;
    for (auto& mine : rows) {
      threads.emplace_back([&] {
        Registry::BulkLoad load(registry_);
        for (std::size_t at = 0; at < mine.size(); at += 50) load.put(std::span(mine).subspan(at, 50));
      });
    }
    for (int i = 0; i < kThreads * kEach; ++i) find(i);
  }
  EXPECT_EQ(registry_.key_count(), static_cast<std::size_t>(kThreads * kEach));
  for (int i = 0; i < kThreads * kEach; ++i) ASSERT_TRUE(find(i));
}

}  // namespace
}  // namespace latchkey::registry
