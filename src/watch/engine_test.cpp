#include "watch/engine.h"

#include "watch/watch_world_test.h"

namespace latchkey::watch {
namespace {

class EngineTest : public WatchWorld {
 protected:
  // In use from one network for ten days.
  ApiKey used_key() {
    const ApiKey key = make_key("Acme SMS", 20 * kDayMs);
    usage.seen[key.id] = {{network_of(*IpAddress::parse("203.0.113.7")), clock.now().plus_ms(-10 * kDayMs)}};
    return key;
  }
  // A hundred requests in every hour of the last four weeks.
  ApiKey steady_key() {
    ApiKey key = make_key("Acme SMS", 100 * kDayMs);
    const std::int64_t hour = clock.now().unix_ms / kHourMs * kHourMs;
    for (int i = 1; i <= static_cast<int>(kHabitHours); ++i) usage.counts[key.id][hour - i * kHourMs] = 100;
    usage.seen[key.id] = {{network_of(*IpAddress::parse("203.0.113.7")), clock.now().plus_ms(-100 * kDayMs)}};
    return key;
  }
};

// ---- networks

TEST_F(EngineTest, TheFirstUseFromANewNetworkIsToldOnce) {
  const ApiKey key = used_key();
  observe(cell(key, "203.0.113.200"));
  EXPECT_TRUE(listed().empty()) << "the network is known";
  observe(cell(key, "198.51.100.1"));
  observe(cell(key, "198.51.100.2"));
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].rule, AlertRule::kNewNetwork);
  EXPECT_EQ(listed()[0].subject, "198.51.100.0/24");
  EXPECT_EQ(listed()[0].count, 1);
  observe(cell(key, "2001:db8:1::1"));
  observe(cell(key, "2001:db8:1:ffff::1"));
  EXPECT_EQ(listed().size(), 2u);
}

TEST_F(EngineTest, ARestartRemembersNetworksAndForgetsNone) {
  const ApiKey key = used_key();
  // The usage room may have written down what this thread sees only now.
  usage.seen[key.id].push_back({network_of(*IpAddress::parse("198.51.100.1")), clock.now()});
  observe(cell(key, "198.51.100.1"));
  EXPECT_EQ(listed().size(), 1u);
  acknowledge_all();
  clock.advance_ms(2 * kMinuteMs);
  restart();
  observe(cell(key, "198.51.100.1"));
  EXPECT_TRUE(listed().empty());
}

TEST_F(EngineTest, OnItsFirstDayAKeyMayComeFromAnywhere) {
  const ApiKey key = make_key();
  observe(cell(key, "203.0.113.7"));
  clock.advance_ms(kDayMs - 1);
  observe(cell(key, "198.51.100.1"));
  EXPECT_TRUE(listed().empty());
  clock.advance_ms(1);
  observe(cell(key, "192.0.2.1"));
  EXPECT_EQ(listed().size(), 1u);
}

TEST_F(EngineTest, ARefusedRequestIsNoUse) {
  const ApiKey key = used_key();
  observe(cell(key, "198.51.100.1", 1, DenyReason::kAddressNotPermitted));
  EXPECT_TRUE(listed().empty());
  observe(cell(key, "198.51.100.1"));
  EXPECT_EQ(listed().size(), 1u);
}

TEST_F(EngineTest, AKeyThatHasGotAroundIsOneAlertNotAThousand) {
  const ApiKey key = used_key();
  set_rule(AlertRule::kUnusualTraffic, [](AlertRuleSettings& settings) { settings.enabled = false; });
  for (int i = 0; i < 200; ++i) observe(cell(key, fmt::format("198.51.{}.1", i).c_str()));
  EXPECT_EQ(std::ssize(listed()), Engine::kNetworksOneByOne);
  engine->every_minute();
  ASSERT_EQ(std::ssize(listed()), Engine::kNetworksOneByOne + 1);
  EXPECT_EQ(listed()[0].subject, "many");
  EXPECT_EQ(listed()[0].severity, AlertSeverity::kCritical);
  EXPECT_EQ(listed()[0].count, 200 - Engine::kNetworksOneByOne);
}

TEST_F(EngineTest, ARuleThatIsOffStaysQuiet) {
  const ApiKey key = used_key();
  set_rule(AlertRule::kNewNetwork, [](AlertRuleSettings& settings) { settings.enabled = false; });
  observe(cell(key, "198.51.100.1"));
  EXPECT_TRUE(listed().empty());
}

// ---- refusals

TEST_F(EngineTest, ABurstOfRefusalsIsToldOnceAndCountedUp) {
  const ApiKey key = make_key();
  observe(cell(key, "203.0.113.7", 19, DenyReason::kRateLimited));
  EXPECT_TRUE(listed().empty());
  observe(cell(key, "203.0.113.7", 1, DenyReason::kRateLimited));
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].rule, AlertRule::kRefusalBurst);
  clock.advance_ms(kMinuteMs);
  observe(cell(key, "203.0.113.7", 20, DenyReason::kRateLimited));
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].count, 2);
}

TEST_F(EngineTest, ABurstThatGoesOnStaysAcknowledgedAndTheNextOneIsNew) {
  const ApiKey key = make_key();
  observe(cell(key, "203.0.113.7", 20, DenyReason::kRateLimited));
  acknowledge_all();
  clock.advance_ms(kMinuteMs);
  observe(cell(key, "203.0.113.7", 20, DenyReason::kRateLimited));
  EXPECT_TRUE(listed().empty());
  clock.advance_ms(kHourMs);
  observe(cell(key, "203.0.113.7", 20, DenyReason::kRateLimited));
  EXPECT_EQ(listed().size(), 1u);
}

TEST_F(EngineTest, SomeRefusalsAmongManyRequestsAreNoBurst) {
  const ApiKey key = make_key();
  observe(cell(key, "203.0.113.7", 1000));
  observe(cell(key, "203.0.113.7", 100, DenyReason::kRateLimited));
  EXPECT_TRUE(listed().empty());
}

TEST_F(EngineTest, SettingsThatWereChangedCountAfterAMoment) {
  const ApiKey key = make_key();
  observe(cell(key, "203.0.113.7", 1, DenyReason::kRateLimited));
  set_rule(AlertRule::kRefusalBurst, [](AlertRuleSettings& settings) { settings.values[setting::kRefusals] = 2; });
  clock.advance_ms(Engine::kSettingsMs);
  observe(cell(key, "203.0.113.7", 1, DenyReason::kRateLimited));
  EXPECT_EQ(listed().size(), 1u);
}

// ---- traffic

TEST_F(EngineTest, ASurgeIsNoticedWithinTheHourAndOnce) {
  const ApiKey key = steady_key();
  observe(cell(key, "203.0.113.7", 300));
  EXPECT_TRUE(listed().empty());
  observe(cell(key, "203.0.113.7", 200));
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].rule, AlertRule::kUnusualTraffic);
  EXPECT_NE(listed()[0].detail.find("about 100 are usual"), std::string::npos) << listed()[0].detail;
  observe(cell(key, "203.0.113.7", 500));
  EXPECT_EQ(listed()[0].count, 1);
  EXPECT_EQ(usage.asked, 1) << "the past is asked for once an hour";
}

TEST_F(EngineTest, ASurgeThatGoesOnStaysAcknowledgedAndTheNextOneIsNew) {
  const ApiKey key = steady_key();
  observe(cell(key, "203.0.113.7", 1000));
  acknowledge_all();
  clock.advance_ms(kHourMs);
  observe(cell(key, "203.0.113.7", 1000));
  EXPECT_TRUE(listed().empty());
  clock.advance_ms(5 * kHourMs);
  observe(cell(key, "203.0.113.7", 1000));
  EXPECT_EQ(listed().size(), 1u);
}

TEST_F(EngineTest, WhatCameInThisHourBeforeARestartCounts) {
  const ApiKey key = steady_key();
  usage.counts[key.id][clock.now().unix_ms / kHourMs * kHourMs] = 460;
  observe(cell(key, "203.0.113.7", 60));
  EXPECT_EQ(listed().size(), 1u);
}

TEST_F(EngineTest, AKeyWithoutHistoryHasNoHabit) {
  const ApiKey key = make_key();
  observe(cell(key, "203.0.113.7", 100'000));
  EXPECT_TRUE(listed().empty());
}

TEST_F(EngineTest, UsageThatCannotBeReadStopsNothingElse) {
  const ApiKey key = steady_key();
  usage.broken = true;
  observe(cell(key, "203.0.113.7", 1000));
  observe(cell(key, "203.0.113.7", 2000, DenyReason::kRateLimited));
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].rule, AlertRule::kRefusalBurst);
  usage.broken = false;
  observe(cell(key, "203.0.113.7", 1000));
  EXPECT_EQ(listed().size(), 2u) << "and is asked again";
}

// ---- quotas

TEST_F(EngineTest, QuotasOfKeyAndTenantAreLookedAtOnceAMinuteForKeysInUse) {
  const ApiKey key = make_key();
  const Instant resets = clock.now().plus_ms(kDayMs);
  usage.standings = {{key.id, "daily", "day", 100, 85, resets}, {KeyId(), "monthly", "month", 1000, 900, resets}};
  engine->every_minute();
  EXPECT_TRUE(listed().empty()) << "nothing is in use";
  observe(cell(key));
  engine->every_minute();
  engine->every_minute();
  ASSERT_EQ(listed().size(), 2u);
  EXPECT_EQ(listed()[0].title, "Acme has used 90 percent of its quota monthly.");
  EXPECT_EQ(listed()[1].title, "Acme SMS has used 85 percent of its quota daily.");
  acknowledge_all();
  observe(cell(key));
  engine->every_minute();
  EXPECT_TRUE(listed().empty()) << "known for this period";
  usage.standings[0].used = 100;
  observe(cell(key));
  engine->every_minute();
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].severity, AlertSeverity::kCritical);
}

// ---- age

TEST_F(EngineTest, UnusedAndOldKeysAreFoundAmongMany) {
  for (int i = 0; i < 700; ++i) make_key(fmt::format("Fresh {}", i));
  const ApiKey old = make_key("Old", 95 * kDayMs);
  const ApiKey used = make_key("Used", 95 * kDayMs);
  usage.uses = {{used.id, clock.now().plus_ms(-95 * kDayMs)}, {used.id, clock.now()}};
  every_hour();
  std::map<std::string, std::set<AlertRule>> found;
  for (const Alert& alert : listed()) found[alert.key_nickname].insert(alert.rule);
  const std::map<std::string, std::set<AlertRule>> expected = {{"Old", {AlertRule::kUnused, AlertRule::kOldKey}},
                                                               {"Used", {AlertRule::kOldKey}}};
  EXPECT_EQ(found, expected);
  acknowledge_all();
  clock.advance_ms(kHourMs);
  every_hour();
  EXPECT_TRUE(listed().empty()) << "what is acknowledged is not told every hour";
}

TEST_F(EngineTest, ARevokedKeyIsNobodysConcern) {
  const ApiKey key = make_key("Old", 95 * kDayMs);
  store::KeyRecord record = *store->find_key(key.id);
  record.key.state = KeyState::kRevoked;
  record.key.version = 2;
  ASSERT_TRUE(store->update_key(record, 1));
  every_hour();
  EXPECT_TRUE(listed().empty());
}

TEST_F(EngineTest, ASecretThatWasWithdrawnAgainMakesAKeyNoYounger) {
  const ApiKey key = make_key("Cancelled", 95 * kDayMs);
  store::KeyRecord record = *store->find_key(key.id);
  store::SecretRecord withdrawn;
  random.fill(withdrawn.digest);
  withdrawn.created_at = withdrawn.valid_until.emplace(clock.now());
  record.secrets.insert(record.secrets.begin(), withdrawn);
  record.key.version = 2;
  ASSERT_TRUE(store->update_key(record, 1));
  every_hour();
  EXPECT_TRUE(std::ranges::any_of(listed(), [](const Alert& alert) { return alert.rule == AlertRule::kOldKey; }));
}

TEST_F(EngineTest, AKeyWithANewSecretIsNotOld) {
  const ApiKey key = make_key("Rotated", 95 * kDayMs);
  store::KeyRecord record = *store->find_key(key.id);
  store::SecretRecord secret;
  random.fill(secret.digest);
  secret.created_at = clock.now();
  record.secrets.push_back(secret);
  record.key.version = 2;
  ASSERT_TRUE(store->update_key(record, 1));
  every_hour();
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].rule, AlertRule::kUnused);
}

// ---- bounds

TEST_F(EngineTest, KeysThatAreQuietAreForgotten) {
  observe(cell(make_key()));
  EXPECT_EQ(engine->watched(), 1u);
  clock.advance_ms(Engine::kForgetAfterMs + 1);
  engine->every_minute();
  EXPECT_EQ(engine->watched(), 0u);
  EXPECT_EQ(engine->unwatched(), 0u);
}

}  // namespace
}  // namespace latchkey::watch
