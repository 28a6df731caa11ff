#include "watch/rules.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace latchkey::watch {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr Instant kNow{1'777'628'400'000};  // 2026-05-01T09:40:00Z

// ---- networks

TEST(Network, IsTheSlash24OrSlash48) {
  const auto network = [](const char* address) { return network_of(*IpAddress::parse(address)).to_string(); };
  EXPECT_EQ(network("203.0.113.77"), "203.0.113.0/24");
  EXPECT_EQ(network("::ffff:203.0.113.77"), "203.0.113.0/24");
  EXPECT_EQ(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
  EXPECT_EQ(network("::1"), "::/48");
  EXPECT_NE(network_of(*IpAddress::parse("203.0.113.1")), network_of(*IpAddress::parse("203.0.114.1")));
}

TEST(NewNetwork, IsToldOfAfterSoManyDaysOfUse) {
  const AlertRuleSettings settings = standard_settings(AlertRule::kNewNetwork);
  const IpAddress address = *IpAddress::parse("203.0.113.7");
  EXPECT_FALSE(judge_new_network("Acme", {address, kNow, kNow.plus_ms(1 - kDayMs)}, settings));
  const auto finding = judge_new_network("Acme", {address, kNow, kNow.plus_ms(-kDayMs)}, settings);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->subject, "203.0.113.0/24");
  EXPECT_EQ(finding->title, "Acme was used from a new network, 203.0.113.0/24.");
  EXPECT_EQ(finding->facts,
            R"({"network":"203.0.113.0/24","address":"203.0.113.7","in_use_since":"2026-04-30T09:40:00.000Z"})");
}

// ---- refusals

AlertRuleSettings refusal_settings(std::int64_t refusals, std::int64_t minutes, std::int64_t share) {
  AlertRuleSettings settings = standard_settings(AlertRule::kRefusalBurst);
  settings.values = {refusals, minutes, share};
  return settings;
}

TEST(RefusalBurst, NeedsBothTheNumberAndTheShare) {
  const auto settings = refusal_settings(20, 5, 50);
  EXPECT_FALSE(judge_refusals("Acme", {19, 19, DenyReason::kRateLimited}, settings));
  EXPECT_FALSE(judge_refusals("Acme", {41, 20, DenyReason::kRateLimited}, settings));
  const auto finding = judge_refusals("Acme", {40, 20, DenyReason::kRateLimited}, settings);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->title, "Acme was refused 20 times within 5 minutes.");
  EXPECT_EQ(finding->facts, R"({"refusals":20,"requests":40,"within_minutes":5,"most_frequent":"rate_limited"})");
}

TEST(RefusalBurst, TheWindowHoldsTheLastMinutesOnly) {
  RefusalWindow window;
  window.add(kNow, 5, DenyReason::kRateLimited, 5);
  window.add(kNow, 3, std::nullopt, 5);
  window.add(kNow.plus_ms(2 * kMinuteMs), 7, DenyReason::kAddressNotPermitted, 5);
  EXPECT_EQ(window.sums().requests, 15);
  EXPECT_EQ(window.sums().refusals, 12);
  EXPECT_EQ(window.sums().most_frequent, DenyReason::kAddressNotPermitted);
  window.add(kNow.plus_ms(4 * kMinuteMs), 1, std::nullopt, 5);
  EXPECT_EQ(window.sums().requests, 16);
  window.add(kNow.plus_ms(5 * kMinuteMs), 1, std::nullopt, 5);
  EXPECT_EQ(window.sums().requests, 9) << "the first minute is over";
  window.add(kNow.plus_ms(-kDayMs), 1, std::nullopt, 5);
  EXPECT_EQ(window.sums().requests, 10) << "a clock that was set back loses nothing";
  window.clear();
  EXPECT_EQ(window.sums().requests, 0);
}

// ---- quotas

TEST(QuotaNear, IsToldOfFromThePercentOnAndOnceMoreWhenUsedUp) {
  const AlertRuleSettings settings = standard_settings(AlertRule::kQuotaNear);
  QuotaStanding quota{
      .key = {}, .name = "monthly", .period = "month", .requests = 1000, .used = 799, .resets_at = kNow};
  EXPECT_FALSE(judge_quota("Acme", quota, settings));
  quota.used = 800;
  const auto near = judge_quota("Acme", quota, settings);
  ASSERT_TRUE(near);
  EXPECT_EQ(near->severity, AlertSeverity::kWarning);
  EXPECT_EQ(near->title, "Acme has used 80 percent of its quota monthly.");
  quota.used = 900;
  EXPECT_EQ(judge_quota("Acme", quota, settings)->subject, near->subject) << "not told again for every percent";
  quota.used = 1000;
  const auto gone = judge_quota("Acme", quota, settings);
  EXPECT_EQ(gone->severity, AlertSeverity::kCritical);
  EXPECT_NE(gone->subject, near->subject);
  quota.resets_at = kNow.plus_ms(kDayMs);
  EXPECT_NE(judge_quota("Acme", quota, settings)->subject, gone->subject) << "the next period is another matter";
  quota.requests = 0;
  EXPECT_FALSE(judge_quota("Acme", quota, settings));
}

// ---- age

TEST(Unused, CountsFromTheLastUseOrElseFromTheKeysMaking) {
  const AlertRuleSettings settings = standard_settings(AlertRule::kUnused);
  KeyAge key{.nickname = "Acme",
             .created_at = kNow.plus_ms(-100 * kDayMs),
             .last_used_at = std::nullopt,
             .secret_since = kNow};
  const auto never = judge_unused(key, kNow, settings);
  ASSERT_TRUE(never);
  EXPECT_EQ(never->title, "Acme has not been used for 100 days.");
  EXPECT_NE(never->detail.find("never used"), std::string::npos);
  key.last_used_at = kNow.plus_ms(-90 * kDayMs);
  const auto unused = judge_unused(key, kNow, settings);
  ASSERT_TRUE(unused);
  EXPECT_EQ(judge_unused(key, kNow.plus_ms(5 * kDayMs), settings)->subject, unused->subject)
      << "the same disuse is told once";
  key.last_used_at = kNow.plus_ms(1 - 90 * kDayMs);
  EXPECT_FALSE(judge_unused(key, kNow, settings));
}

TEST(OldKey, CountsFromTheNewestSecret) {
  const AlertRuleSettings settings = standard_settings(AlertRule::kOldKey);
  KeyAge key{.nickname = "Acme",
             .created_at = {},
             .last_used_at = std::nullopt,
             .secret_since = kNow.plus_ms(1 - 90 * kDayMs)};
  EXPECT_FALSE(judge_old(key, kNow, settings));
  key.secret_since = kNow.plus_ms(-90 * kDayMs);
  const auto old = judge_old(key, kNow, settings);
  ASSERT_TRUE(old);
  EXPECT_EQ(old->title, "The secret of Acme is 90 days old.");
  EXPECT_EQ(old->severity, AlertSeverity::kInfo);
}

// ---- settings

TEST(AlertRules, EachHasANameATextAndDefaultsWithinItsBounds) {
  std::ifstream file(LATCHKEY_SOURCE_DIR "/docs/alerts.md");
  const std::string explained((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (const AlertRule rule : all_alert_rules()) {
    EXPECT_EQ(parse_alert_rule(to_string(rule)), rule);
    const AlertRuleInfo& info = rule_info(rule);
    EXPECT_EQ(info.rule, rule) << to_string(rule);
    EXPECT_FALSE(info.title.empty());
    EXPECT_FALSE(info.description.empty());
    EXPECT_LE(info.settings.size(), kMaxAlertSettings);
    for (const AlertSetting& setting : info.settings) {
      EXPECT_LE(setting.least, setting.standard) << setting.name;
      EXPECT_LE(setting.standard, setting.most) << setting.name;
      EXPECT_NE(explained.find(fmt::format("`{}`", setting.name)), std::string::npos) << setting.name << " is not in docs/alerts.md";
    }
  }
  EXPECT_FALSE(parse_alert_rule("new-network"));
}

}  // namespace
}  // namespace latchkey::watch
