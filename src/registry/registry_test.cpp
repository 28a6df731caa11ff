#include "registry/registry.h"

#include <gtest/gtest.h>

#include "registry/registry_world_test.h"

namespace latchkey::registry {
namespace {

using RegistryTest = RegistryWorld;

TEST_F(RegistryTest, FindsAKeyByEachOfItsSecrets) {
  registry_.put_key(record({1, 2}));
  ASSERT_TRUE(find(1));
  ASSERT_TRUE(find(2));
  EXPECT_EQ(find(1)->id, find(2)->id);
  EXPECT_FALSE(find(3));
  EXPECT_EQ(registry_.key_count(), 1u);
}

TEST_F(RegistryTest, ChecksFindTheLimitsOfAKeyAndItsTenant) {
  store::KeyRecord plain = record({1}), limited = record({2}), same = record({3});
  limited.key.limits = same.key.limits = {{{"rest", 5, 10, std::nullopt}}, {{"daily", Period::kDay, 100}}};
  for (const auto& key : {plain, limited, same}) registry_.put_key(key);
  EXPECT_EQ(find(1)->policy->limits, limit::EffectiveLimits{});
  EXPECT_EQ(find(2)->policy->limits.every, (std::vector<RateLimit>{{"rest", 5, 10'000, true}}));
  EXPECT_EQ(find(2)->policy->limits.quotas, limited.key.limits.quotas);
  EXPECT_EQ(find(2)->policy, find(3)->policy) << "equal policies are one object";
  EXPECT_NE(find(1)->policy, find(2)->policy);
  limited.key.limits = {};
  registry_.put_key(limited);
  EXPECT_EQ(find(2)->policy, find(1)->policy);

  Tenant tenant;
  tenant.id = tenant_;
  tenant.limits.quotas = {{"monthly", Period::kMonth, 9}};
  registry_.put_tenant(tenant);
  EXPECT_EQ(find(1)->tenant->state.load()->limits.quotas, tenant.limits.quotas);
}

TEST_F(RegistryTest, ItIsKnownWhetherAnySecretIsImported) {
  EXPECT_FALSE(registry_.holds_imported());
  store::KeyRecord own = record({1}), theirs = record({2}), both = record({3, 4});
  theirs.secrets[0].imported = both.secrets[0].imported = true;
  registry_.put_key(own);
  EXPECT_FALSE(registry_.holds_imported());
  for (const auto& key : {theirs, both, theirs, both}) registry_.put_key(key);
  EXPECT_TRUE(registry_.holds_imported());
  registry_.remove_key(theirs.key.id);
  EXPECT_TRUE(registry_.holds_imported());
  both.secrets.erase(both.secrets.begin());
  registry_.put_key(both);
  EXPECT_FALSE(registry_.holds_imported()) << "what it rotated away from is gone";
  registry_.put_key(theirs);
  EXPECT_TRUE(registry_.holds_imported());
}

TEST_F(RegistryTest, AChangeReplacesWhatWasThere) {
  store::KeyRecord key = record({1, 2});
  registry_.put_key(key);
  key.key.state = KeyState::kRevoked;
  key.secrets.erase(key.secrets.begin());
  key.secrets.push_back({1, digest_of(3), {1}, std::nullopt});
  registry_.put_key(key);
  EXPECT_FALSE(find(1));
  EXPECT_EQ(find(2)->state, KeyState::kRevoked);
  EXPECT_EQ(find(3)->state, KeyState::kRevoked);
  registry_.remove_key(key.key.id);
  EXPECT_FALSE(find(2));
  EXPECT_FALSE(find(3));
  EXPECT_EQ(registry_.key_count(), 0u);
}

TEST_F(RegistryTest, ASecretStaysWithTheKeyThatHadItFirst) {
  const store::KeyRecord first = record({1}), second = record({1});
  registry_.put_key(first);
  registry_.put_key(second);
  EXPECT_EQ(find(1)->id, first.key.id);
}

TEST_F(RegistryTest, EqualRestrictionsAreOneObject) {
  store::KeyRecord a = record({1}), b = record({2}), c = record({3});
  a.key.restrictions.channels = b.key.restrictions.channels = {"504"};
  for (const auto& key : {a, b, c}) registry_.put_key(key);
  EXPECT_EQ(find(1)->policy, find(2)->policy);
  EXPECT_NE(find(1)->policy, find(3)->policy);
}

TEST_F(RegistryTest, WhatIsOnTrialStandsBesideWhatHolds) {
  store::KeyRecord key = record({1, 2});
  key.key.restrictions.channels = {"504"};
  key.trial.emplace().trial.restrictions.channels = {"505"};
  key.trial->trial.number = 7;
  registry_.put_key(key);
  registry_.put_key(record({3}));
  for (const int secret : {1, 2}) {
    EXPECT_TRUE(find(secret)->policy->permitted.channels->contains(0));
    EXPECT_EQ(find(secret)->policy->permitted.channels->count(), 1u);
    ASSERT_NE(find(secret)->trial, nullptr);
    EXPECT_EQ(find(secret)->trial->number, 7);
    EXPECT_TRUE(find(secret)->trial->policy.permitted.channels->contains(1));
    EXPECT_EQ(find(secret)->trial->policy.operations, find(secret)->policy->operations);
  }
  EXPECT_EQ(find(3)->trial, nullptr);
  key.trial.reset();
  registry_.put_key(key);
  EXPECT_EQ(find(1)->trial, nullptr);
}

TEST_F(RegistryTest, ARestrictionToTheUnknownPermitsNothing) {
  store::KeyRecord key = record({1});
  key.key.restrictions.channels = {"999"};
  key.key.restrictions.operations = {"Gone"};
  registry_.put_key(key);
  ASSERT_TRUE(find(1)->policy->permitted.channels);
  EXPECT_TRUE(find(1)->policy->permitted.channels->empty());
  EXPECT_TRUE(find(1)->policy->operations.empty());
  store::KeyRecord other = record({2});
  other.key.access_type = "gone";
  registry_.put_key(other);
  EXPECT_TRUE(find(2)->policy->operations.empty());
}

// Under ThreadSanitizer, the proof that checks and changes don't race.
TEST_F(RegistryTest, ReadersSeeWholeRecordsDuringChurn) {
  std::vector<store::KeyRecord> keys;
  for (int i = 0; i < 100; ++i) {
    keys.push_back(record({i}));
    registry_.put_key(keys.back());
  }
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t) {
    readers.emplace_back([&] {
      Registry::Reader reader(registry_);
      for (int i = 0; !stop; i = (i + 1) % 100) {
        const Registry::Pin pin(reader);
        const std::optional<LiveKey> key = registry_.find(pin, digest_of(i));
        ASSERT_TRUE(key) << "a key that always exists was missing";
        ASSERT_EQ(key->tenant->id, tenant_);
        ASSERT_NE(key->policy->access_type, kNoAccessType);
      }
    });
  }
  for (int round = 0; round < 50; ++round) {
    for (auto& key : keys) {
      key.key.restrictions.channels = round % 2 ? std::vector<std::string>{"504"} : std::vector<std::string>{};
      registry_.put_key(key);
    }
    registry_.put_key(record({1000 + round}));  // makes the table grow meanwhile
  }
  stop = true;
  for (auto& thread : readers) thread.join();
}

}  // namespace
}  // namespace latchkey::registry
