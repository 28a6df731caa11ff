#include "exposure/exposures.h"

#include <nlohmann/json.hpp>

#include "exposure/exposure_world_test.h"

namespace latchkey::exposure {
namespace {

class ExposuresTest : public ExposureWorld {};

std::size_t revoked_in(const std::vector<ApiKey>& keys) {
  return static_cast<std::size_t>(std::ranges::count_if(keys, [](const ApiKey& key) {
    return key.state == KeyState::kRevoked;
  }));
}

TEST_F(ExposuresTest, TheContactIsToldAtOnceAndNothingElseHappensByDefault) {
  const ApiKey key = make_key().key;
  report(seen(key));
  ASSERT_EQ(noted(key).size(), 1u);
  EXPECT_EQ(noted(key).front().how, ExposureHow::kQuery);
  EXPECT_EQ(noted(key).front().action, ExposureAction::kNone);
  ASSERT_EQ(alerts_of(tenant).size(), 1u);
  const Alert alert = alerts_of(tenant).front();
  EXPECT_EQ(alert.rule, AlertRule::kExposed);
  EXPECT_EQ(alert.severity, AlertSeverity::kCritical);
  EXPECT_EQ(nlohmann::json::parse(alert.facts)["action"], "none");
  ASSERT_EQ(mails().size(), 1u);
  EXPECT_EQ(mails().front().mail.recipient, "dana@acme.example");
  EXPECT_EQ(stored(key).version, key.version);
}

TEST_F(ExposuresTest, TheSameAgainIsCountedAndTellsNobodyOnceItIsKnown) {
  const ApiKey key = make_key().key;
  report(seen(key));
  ExposureEvent again = seen(key);
  again.count = 5;
  report(again);
  ASSERT_EQ(alerts_of(tenant).size(), 1u);
  EXPECT_EQ(alerts_of(tenant).front().count, 6);
  EXPECT_EQ(noted(key).front().count, 6);
  ASSERT_TRUE(alerts->acknowledge(tenant.id, alerts_of(tenant).front().id, "Dana"));
  report(seen(key));
  EXPECT_EQ(alerts_of(tenant).size(), 1u);
  EXPECT_EQ(mails().size(), 1u);
  report(seen(key, ExposureHow::kPlainHttp));
  EXPECT_EQ(alerts_of(tenant).size(), 2u) << "another way is news";
}

TEST_F(ExposuresTest, ByPolicyTheKeyIsRotatedOnceWithTheShortOverlap) {
  set_policy(OnExposure::kRotate);
  const ApiKey key = make_key().key;
  report(seen(key, ExposureHow::kLeakReport));
  ApiKey rotated = stored(key);
  ASSERT_EQ(rotated.secrets.size(), 2u);
  EXPECT_EQ(rotated.secrets[0].number, key.secrets[0].number);
  EXPECT_EQ(rotated.secrets[0].valid_until, clock.now().plus_ms(600'000));
  EXPECT_EQ(noted(key).front().action, ExposureAction::kRotated);

  report(seen(key, ExposureHow::kLeakReport));
  report(seen(key, ExposureHow::kQuery));
  EXPECT_EQ(stored(key).version, rotated.version) << "it is on its way out";

  ASSERT_TRUE(rotations->cancel(tenant.id, key.id, std::nullopt));
  restart();
  report(seen(key, ExposureHow::kLeakReport));
  EXPECT_EQ(stored(key).secrets.back().valid_until, std::nullopt);
  EXPECT_FALSE(stored(key).rotates_at(clock.now())) << "somebody has decided to keep the secret";
}

TEST_F(ExposuresTest, ByPolicyTheKeyIsRevoked) {
  set_policy(OnExposure::kRevoke);
  const ApiKey key = make_key().key;
  report(seen(key));
  EXPECT_EQ(stored(key).state, KeyState::kRevoked);
  EXPECT_EQ(noted(key).front().action, ExposureAction::kRevoked);
  EXPECT_EQ(nlohmann::json::parse(alerts_of(tenant).front().facts)["action"], "revoke");
}

TEST_F(ExposuresTest, OfTwoSecretsThatWorkOnlyTheExposedOneEnds) {
  set_policy(OnExposure::kRevoke);
  const ApiKey key = make_key().key;
  ASSERT_TRUE(rotations->rotate(tenant, key.id, {.overlap_ms = 86'400'000}, std::nullopt));
  report(seen(key));
  const ApiKey after = stored(key);
  EXPECT_EQ(after.state, KeyState::kActive);
  EXPECT_FALSE(is_working(after, key.secrets[0].number, clock.now()));
  EXPECT_TRUE(is_working(after, after.secrets.back().number, clock.now()));
}

TEST_F(ExposuresTest, NoKeyIsRotatedWhoseNewSecretNobodyWouldSee) {
  set_policy(OnExposure::kRotate);
  const ApiKey key = make_key(tenant, HandOverKind::kShow).key;
  report(seen(key));
  EXPECT_EQ(stored(key).version, key.version);
  ASSERT_EQ(alerts_of(tenant).size(), 1u);
  EXPECT_NE(alerts_of(tenant).front().detail.find("nobody would see"), std::string::npos);
  EXPECT_EQ(noted(key).front().action, ExposureAction::kNone);
}

TEST_F(ExposuresTest, WhatDoesNotWorkIsNotNoted) {
  set_policy(OnExposure::kRevoke);
  const ApiKey revoked = make_key().key, deleted = make_key().key, rotated = make_key().key, expiring = make_key().key;
  ASSERT_TRUE(keys->revoke(tenant.id, revoked.id, std::nullopt));
  ASSERT_TRUE(rotations->remove(tenant.id, deleted.id, std::nullopt));
  ASSERT_TRUE(rotations->rotate(tenant, rotated.id, {.overlap_ms = 0}, std::nullopt));
  ASSERT_TRUE(
      keys->update(tenant, expiring.id,
                   {.nickname = {}, .contact_email = {}, .restrictions = {}, .expires_at = clock.now().plus_ms(1000)},
                   std::nullopt));
  clock.advance_ms(1000);
  for (const ApiKey& key : {revoked, deleted, rotated, expiring}) report(seen(key));
  ExposureEvent unknown = seen(rotated);
  unknown.secret = 42;
  report(unknown);
  unknown.key = KeyId::make(clock.now(), random);
  report(unknown);
  ExposureEvent elsewhere = seen(make_key().key);
  elsewhere.tenant = make_tenant().id;
  report(elsewhere);
  EXPECT_TRUE(alerts_of(tenant).empty());
  for (const ApiKey& key : {revoked, deleted, rotated, expiring}) EXPECT_TRUE(noted(key).empty());
}

TEST_F(ExposuresTest, ADisabledKeyIsNotedAndLeftAlone) {
  set_policy(OnExposure::kRevoke);
  const ApiKey key = make_key().key;
  ASSERT_TRUE(keys->disable(tenant.id, key.id, std::nullopt));
  report(seen(key));
  EXPECT_EQ(stored(key).state, KeyState::kDisabled);
  EXPECT_EQ(noted(key).size(), 1u);
  ASSERT_TRUE(keys->enable(tenant.id, key.id, std::nullopt));
  report(seen(key));
  EXPECT_EQ(stored(key).state, KeyState::kRevoked);
}

TEST_F(ExposuresTest, WhoeverHasAListOfATenantsKeysEndsTenOfThem) {
  set_policy(OnExposure::kRevoke);
  std::vector<ApiKey> all;
  for (int i = 0; i < 15; ++i) all.push_back(make_key().key);
  for (int round = 0; round < 3; ++round) {
    for (const ApiKey& key : all) report(seen(key, ExposureHow::kLeakReport));
    restart();
  }
  std::vector<ApiKey> after;
  for (const ApiKey& key : all) after.push_back(stored(key));
  EXPECT_EQ(revoked_in(after), static_cast<std::size_t>(Exposures::kActsOfTenant));
  const auto told = alerts_of(tenant);
  EXPECT_EQ(std::ranges::count(told, std::string("many"), &Alert::subject), 1);
  EXPECT_EQ(told.size(), all.size() + 1) << "each key has its own, too";
  const auto many = std::ranges::find(told, std::string("many"), &Alert::subject);
  EXPECT_TRUE(many->key.is_nil());

  // Nor do they only have to wait: what was held back is for people.
  clock.advance_ms(Exposures::kWithinMs);
  for (const ApiKey& key : all) report(seen(key, ExposureHow::kLeakReport));
  after.clear();
  for (const ApiKey& key : all) after.push_back(stored(key));
  EXPECT_EQ(revoked_in(after), static_cast<std::size_t>(Exposures::kActsOfTenant));
  const ApiKey late = make_key().key;
  report(seen(late));
  EXPECT_EQ(stored(late).state, KeyState::kRevoked) << "another key is dealt with again";
}

TEST_F(ExposuresTest, WhoeverHasAListOfEverybodysKeysEndsAHundredOfThem) {
  std::vector<ApiKey> all;
  for (int i = 0; i < 12; ++i) {
    Tenant each = make_tenant();
    set_policy(each, OnExposure::kRevoke);
    for (int k = 0; k < 9; ++k) all.push_back(make_key(each).key);
  }
  for (const ApiKey& key : all) report(seen(key, ExposureHow::kLeakReport));
  std::vector<ApiKey> after;
  for (const ApiKey& key : all) after.push_back(stored(key));
  EXPECT_EQ(revoked_in(after), static_cast<std::size_t>(Exposures::kActsOfAll));
}

TEST_F(ExposuresTest, WhatCannotBeDoneIsToldAndTriedAgain) {
  set_policy(OnExposure::kRotate);
  const ApiKey key = make_key().key;
  places.refuse = "There is no mail server.";
  report(seen(key));
  EXPECT_EQ(stored(key).version, key.version);
  ASSERT_EQ(alerts_of(tenant).size(), 2u);
  EXPECT_NE(alerts_of(tenant).front().detail.find("There is no mail server."), std::string::npos);
  places.refuse.reset();
  report(seen(key));
  EXPECT_TRUE(stored(key).rotates_at(clock.now()));
}

TEST_F(ExposuresTest, ARuleThatIsTurnedOffSilencesAlertsButNotThePolicy) {
  set_policy(OnExposure::kRevoke);
  ASSERT_TRUE(alerts->change_rules(tenant.id, [](AlertRuleTable& rules) {
    rules[static_cast<std::size_t>(AlertRule::kExposed)].enabled = false;
  }));
  const ApiKey key = make_key().key;
  report(seen(key));
  EXPECT_TRUE(alerts_of(tenant).empty());
  EXPECT_EQ(stored(key).state, KeyState::kRevoked);
}

TEST_F(ExposuresTest, TheGravestOfThoseThatStillWorkIsShown) {
  const ApiKey key = make_key().key;
  report(seen(key, ExposureHow::kPlainHttp));
  report(seen(key, ExposureHow::kLeakReport));
  clock.advance_ms(1000);
  report(seen(key, ExposureHow::kQuery));
  const auto all = noted(key);
  ASSERT_EQ(all.size(), 3u);
  ASSERT_NE(gravest(stored(key), all, clock.now()), nullptr);
  EXPECT_EQ(gravest(stored(key), all, clock.now())->how, ExposureHow::kLeakReport);
  ASSERT_TRUE(rotations->rotate(tenant, key.id, {.overlap_ms = 0}, std::nullopt));
  EXPECT_EQ(gravest(stored(key), all, clock.now()), nullptr) << "the new secret is not exposed";
}

}  // namespace
}  // namespace latchkey::exposure
