#include "watch/alerts.h"

#include "watch/watch_world_test.h"

namespace latchkey::watch {
namespace {

class AlertsTest : public WatchWorld {
 protected:
  Finding finding(std::string subject = "203.0.113.0/24") {
    return {.rule = AlertRule::kNewNetwork,
            .severity = AlertSeverity::kWarning,
            .subject = std::move(subject),
            .title = "Acme \"SMS\" was used from a new network.",
            .detail = "What it means.",
            .facts = R"({"n":1})"};
  }
  bool raise(const ApiKey& key, Occurrence occurrence = Occurrence::kEvent) {
    const auto opened = alerts->raise({tenant.id, &key}, finding(), occurrence);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened.value_or(false);
  }
};

TEST_F(AlertsTest, TellsTheContactOfTheKeyAndTheWebhooksOnce) {
  const ApiKey key = make_key();
  make_webhook();
  make_webhook({"alert.acknowledged"});
  EXPECT_TRUE(raise(key));
  EXPECT_FALSE(raise(key));
  ASSERT_EQ(mails().size(), 1u);
  EXPECT_EQ(mails()[0].mail.recipient, "dana@acme.example");
  EXPECT_EQ(mails()[0].mail.subject, "Acme \"SMS\" was used from a new network.");
  EXPECT_NE(mails()[0].mail.text.find("Account: Acme\n"), std::string::npos);
  ASSERT_EQ(messages().size(), 1u) << "one webhook takes this event";
  const auto alert = listed().at(0);
  EXPECT_EQ(alert.count, 2);
  EXPECT_EQ(
      messages()[0].delivery.what.payload,
      fmt::format(
          R"({{"type":"alert.opened","timestamp":"{0}","data":{{"id":"{1}","rule":"new_network","severity":"warning",)"
          R"("status":"open","key":{{"id":"{2}","nickname":"Acme SMS"}},"title":"Acme \"SMS\" was used from a new )"
          R"(network.","detail":"What it means.","facts":{{"n":1}},"first_at":"{0}","last_at":"{0}","count":1,)"
          R"("acknowledged_at":null,"acknowledged_by":null}}}})",
          format_rfc3339(clock.now()), alert.id.to_string(), key.id.to_string()));
}

TEST_F(AlertsTest, TellsTheOwnersOfWhatIsAboutTheTenant) {
  ASSERT_TRUE(alerts->raise({tenant.id, nullptr}, finding(), Occurrence::kState));
  ASSERT_EQ(mails().size(), 1u);
  EXPECT_EQ(mails()[0].mail.recipient, "owner@acme.example");
  EXPECT_NE(alert_json(listed().at(0)).find(R"("key":null)"), std::string::npos);
}

TEST_F(AlertsTest, TellsNobodyWhereTheRuleSaysSo) {
  make_webhook();
  set_rule(AlertRule::kNewNetwork, [](AlertRuleSettings& settings) { settings.email = settings.webhook = false; });
  EXPECT_TRUE(raise(make_key()));
  EXPECT_TRUE(mails().empty());
  EXPECT_TRUE(messages().empty());
  EXPECT_EQ(listed().size(), 1u);
}

TEST_F(AlertsTest, WithoutAMailServerNoMailWaitsForever) {
  alerts.emplace(store->alerts(), store->webhooks(), *store, false, clock, random);
  EXPECT_TRUE(raise(make_key()));
  EXPECT_TRUE(mails().empty());
}

TEST_F(AlertsTest, AcknowledgedItOpensAnewWhenItHappensAgain) {
  const ApiKey key = make_key();
  raise(key);
  acknowledge_all();
  EXPECT_TRUE(listed().empty());
  EXPECT_TRUE(raise(key, Occurrence::kEvent));
  EXPECT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed(std::nullopt).size(), 2u);
}

TEST_F(AlertsTest, WhatOnlyGoesOnStaysAcknowledged) {
  const ApiKey key = make_key();
  raise(key);
  EXPECT_FALSE(raise(key, Occurrence::kContinuing));
  EXPECT_EQ(listed().at(0).count, 2);
  acknowledge_all();
  EXPECT_FALSE(raise(key, Occurrence::kContinuing));
  EXPECT_TRUE(listed().empty());
}

TEST_F(AlertsTest, AStateIsToldOnceWhateverBecameOfIt) {
  const ApiKey key = make_key();
  EXPECT_TRUE(raise(key, Occurrence::kState));
  EXPECT_FALSE(raise(key, Occurrence::kState));
  EXPECT_EQ(listed().at(0).count, 1);
  acknowledge_all();
  EXPECT_FALSE(raise(key, Occurrence::kState));
  EXPECT_TRUE(listed().empty());
}

TEST_F(AlertsTest, ATenantWithTooManyOpenAlertsGetsNoMoreAndNothingFails) {
  const ApiKey key = make_key();
  alerts.emplace(store->alerts(), store->webhooks(), *store, false, clock, random);
  for (std::int64_t i = 0; i < store::kMaxOpenAlerts; ++i) {
    ASSERT_TRUE(*alerts->raise({tenant.id, &key}, finding(std::to_string(i)), Occurrence::kEvent));
  }
  EXPECT_FALSE(raise(key));
  EXPECT_FALSE(*alerts->raise({tenant.id, &key}, finding("0"), Occurrence::kEvent))
      << "what is open is still counted up";
  LK_MUST(const auto page, alerts->list(tenant.id, {}));
  EXPECT_EQ(page.open, store::kMaxOpenAlerts);
}

TEST_F(AlertsTest, AcknowledgingTellsTheWebhooksOnceAndByWhom) {
  make_webhook({"alert.acknowledged"});
  raise(make_key());
  const AlertId id = listed().at(0).id;
  LK_MUST(const Alert first, alerts->acknowledge(tenant.id, id, "Dana"));
  EXPECT_EQ(first.acknowledged_by, "Dana");
  EXPECT_EQ(first.acknowledged_at, clock.now());
  LK_MUST(const Alert second, alerts->acknowledge(tenant.id, id, "Erin"));
  EXPECT_EQ(second.acknowledged_by, "Dana");
  ASSERT_EQ(messages().size(), 1u);
  EXPECT_NE(messages()[0].delivery.what.payload.find(R"("acknowledged_by":"Dana")"), std::string::npos);
  EXPECT_EQ(alerts->acknowledge(TenantId(), id, "Eve").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace latchkey::watch
