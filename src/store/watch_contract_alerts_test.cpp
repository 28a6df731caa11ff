// Alerts and the settings of their rules.
#include "store/watch_contract_test.h"

namespace latchkey::store {
namespace {

TEST_P(WatchContract, Alert_ComesBackAsItWasOpened) {
  Alert alert = make_alert(ours);
  alert.count = 3;
  ASSERT_TRUE(alerts().open_alert(alert, {}));
  place().reopen();
  LK_MUST(const Alert found, alerts().find_alert(ours, alert.id));
  EXPECT_EQ(found.key, alert.key);
  EXPECT_EQ(found.rule, alert.rule);
  EXPECT_EQ(found.severity, alert.severity);
  EXPECT_EQ(found.subject, alert.subject);
  EXPECT_EQ(found.title, alert.title);
  EXPECT_EQ(found.detail, alert.detail);
  EXPECT_EQ(found.facts, alert.facts);
  EXPECT_EQ(found.first_at, alert.first_at);
  EXPECT_EQ(found.count, 3);
  EXPECT_EQ(found.status(), AlertStatus::kOpen);
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, alerts().find_alert(theirs, alert.id));
}

TEST_P(WatchContract, Alert_IsOpenOnceForEachRuleKeyAndSubject) {
  ASSERT_TRUE(alerts().open_alert(make_alert(ours), {}));
  EXPECT_FAILS_WITH(ErrorCode::kConflict, alerts().open_alert(make_alert(ours), {}));
  EXPECT_TRUE(alerts().open_alert(make_alert(ours, AlertRule::kRefusalBurst), {}));
  EXPECT_TRUE(alerts().open_alert(make_alert(ours, AlertRule::kNewNetwork, "198.51.100.0/24"), {}));
  EXPECT_TRUE(alerts().open_alert(make_alert(theirs), {}));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, alerts().open_alert(make_alert(TenantId::make(now, random)), {}));
}

TEST_P(WatchContract, Alert_CountsUpWhileOpenAndOpensAnewOnceAcknowledged) {
  const Alert first = make_alert(ours);
  Alert again = make_alert(ours);
  again.count = 2;
  again.title = "Again";
  LK_MUST(bool counted, alerts().count_up(again));
  EXPECT_FALSE(counted) << "none is open yet";
  ASSERT_TRUE(alerts().open_alert(first, {}));
  LK_MUST(counted, alerts().count_up(again));
  EXPECT_TRUE(counted);
  LK_MUST(Alert found, alerts().find_alert(ours, first.id));
  EXPECT_EQ(found.count, 3);
  EXPECT_EQ(found.title, "Again");
  EXPECT_EQ(found.first_at, first.first_at);
  EXPECT_EQ(found.last_at, again.last_at);

  LK_MUST(const bool was_open, alerts().acknowledge(ours, first.id, next_moment(), "Dana", {}));
  EXPECT_TRUE(was_open);
  LK_MUST(counted, alerts().count_up(again));
  EXPECT_FALSE(counted);
  EXPECT_TRUE(alerts().open_alert(again, {}));
  LK_MUST(found, alerts().find_alert(ours, first.id));
  EXPECT_EQ(found.count, 3) << "what is acknowledged stays as it was";
}

TEST_P(WatchContract, Acknowledge_IsNotedOnceAndByTheFirst) {
  const Alert alert = make_alert(ours);
  ASSERT_TRUE(alerts().open_alert(alert, {}));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, alerts().acknowledge(theirs, alert.id, now, "Eve", {}));
  const Instant at = next_moment();
  ASSERT_TRUE(alerts().acknowledge(ours, alert.id, at, "Dana", {.mails = {make_mail()}, .deliveries = {}}));
  LK_MUST(const bool again,
          alerts().acknowledge(ours, alert.id, next_moment(), "Erin", {.mails = {make_mail()}, .deliveries = {}}));
  EXPECT_FALSE(again);
  LK_MUST(const Alert found, alerts().find_alert(ours, alert.id));
  EXPECT_EQ(found.acknowledged_at, at);
  EXPECT_EQ(found.acknowledged_by, "Dana");
  LK_MUST(const auto mails, outbox().due_mails(now, 10));
  EXPECT_EQ(mails.size(), 1u) << "nobody is told twice";
}

TEST_P(WatchContract, History_TellsWhetherOneIsOrWasOpen) {
  const Alert alert = make_alert(ours);
  const AlertSubject subject{ours, alert.key, alert.rule, alert.subject};
  LK_MUST(AlertHistory history, alerts().history(subject));
  EXPECT_FALSE(history.any());
  ASSERT_TRUE(alerts().open_alert(alert, {}));
  LK_MUST(history, alerts().history(subject));
  EXPECT_TRUE(history.open);
  EXPECT_FALSE(history.acknowledged_at);
  ASSERT_TRUE(alerts().acknowledge(ours, alert.id, next_moment(), "Dana", {}));
  LK_MUST(history, alerts().history(subject));
  EXPECT_FALSE(history.open);
  EXPECT_EQ(history.acknowledged_at, now);
}

TEST_P(WatchContract, ListAlerts_NewestFirstPageByPageAndNoOthers) {
  std::vector<AlertId> expected;
  for (int i = 0; i < 5; ++i) {
    const Alert alert = make_alert(ours, AlertRule::kNewNetwork, std::to_string(i));
    ASSERT_TRUE(alerts().open_alert(alert, {}));
    expected.insert(expected.begin(), alert.id);
  }
  ASSERT_TRUE(alerts().open_alert(make_alert(theirs), {}));
  ASSERT_TRUE(alerts().acknowledge(ours, expected[0], next_moment(), "Dana", {}));
  for (const int limit : {1, 2, 5, 6}) {
    std::vector<AlertId> seen;
    AlertQuery query{.limit = limit};
    do {
      LK_MUST(const AlertPage page, alerts().list_alerts(ours, query));
      EXPECT_EQ(page.open, 4);
      for (const Alert& alert : page.alerts) seen.push_back(alert.id);
      query.cursor = page.next_cursor;
    } while (!query.cursor.empty());
    EXPECT_EQ(seen, expected) << limit;
  }
  LK_MUST(AlertPage page, alerts().list_alerts(ours, {.status = AlertStatus::kAcknowledged}));
  EXPECT_EQ(page.alerts.size(), 1u);
  LK_MUST(page, alerts().list_alerts(ours, {.status = AlertStatus::kOpen}));
  EXPECT_EQ(page.alerts.size(), 4u);
  LK_MUST(page, alerts().list_alerts(ours, {.key = KeyId::make(now, random)}));
  EXPECT_TRUE(page.alerts.empty());
  EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument, alerts().list_alerts(ours, {.cursor = "junk"}));
}

TEST_P(WatchContract, Alert_IsNotOpenedBeyondTheBound) {
  for (std::int64_t i = 0; i < kMaxOpenAlerts; ++i) {
    ASSERT_TRUE(alerts().open_alert(make_alert(ours, AlertRule::kNewNetwork, std::to_string(i)), {}));
  }
  EXPECT_FAILS_WITH(ErrorCode::kTooLarge, alerts().open_alert(make_alert(ours), {}));
  EXPECT_TRUE(alerts().open_alert(make_alert(theirs), {})) << "another tenant is not concerned";
}

TEST_P(WatchContract, Alert_AndWhatIsToldOfItAreStoredTogetherOrNotAtAll) {
  const Webhook webhook = stored_webhook(ours);
  const Notices notices{.mails = {make_mail()}, .deliveries = {make_delivery(webhook.id)}};
  ASSERT_TRUE(alerts().open_alert(make_alert(ours), notices));
  EXPECT_FAILS_WITH(ErrorCode::kConflict,
                    alerts().open_alert(make_alert(ours), {.mails = {make_mail()}, .deliveries = {}}));
  place().reopen();
  LK_MUST(const auto mails, outbox().due_mails(now, 10));
  EXPECT_EQ(mails.size(), 1u);
  LK_MUST(const auto deliveries, outbox().due_deliveries(now, 10));
  EXPECT_EQ(deliveries.size(), 1u);
}

TEST_P(WatchContract, ForgetAlerts_TakesOldAcknowledgedOnesOnly) {
  const Alert open = make_alert(ours, AlertRule::kNewNetwork, "a"), old = make_alert(ours, AlertRule::kNewNetwork, "b");
  ASSERT_TRUE(alerts().open_alert(open, {}));
  ASSERT_TRUE(alerts().open_alert(old, {}));
  ASSERT_TRUE(alerts().acknowledge(ours, old.id, next_moment(), "Dana", {}));
  ASSERT_TRUE(alerts().forget_alerts(now));
  EXPECT_TRUE(alerts().find_alert(ours, old.id));
  ASSERT_TRUE(alerts().forget_alerts(now.plus_ms(1)));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, alerts().find_alert(ours, old.id));
  EXPECT_TRUE(alerts().find_alert(ours, open.id));
}

TEST_P(WatchContract, AlertRules_AreTheDefaultsUntilSet) {
  LK_MUST(AlertRuleTable rules, alerts().alert_rules(ours));
  for (const AlertRule rule : all_alert_rules()) {
    EXPECT_EQ(rules[static_cast<std::size_t>(rule)], standard_settings(rule)) << to_string(rule);
  }
  const auto change = [](AlertRuleTable& changing) {
    AlertRuleSettings& burst = changing[static_cast<std::size_t>(AlertRule::kRefusalBurst)];
    burst.email = false;
    burst.values[setting::kSharePercent] = 75;
    changing[static_cast<std::size_t>(AlertRule::kUnused)].enabled = false;
  };
  change(rules);
  LK_MUST(const AlertRuleTable changed, alerts().change_alert_rules(ours, change));
  EXPECT_EQ(changed, rules);
  place().reopen();
  LK_MUST(AlertRuleTable found, alerts().alert_rules(ours));
  EXPECT_EQ(found, rules);
  LK_MUST(found, alerts().alert_rules(theirs));
  EXPECT_NE(found, rules);
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, alerts().change_alert_rules(TenantId::make(now, random), change));
}

}  // namespace
}  // namespace latchkey::store
