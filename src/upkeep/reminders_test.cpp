#include "upkeep/reminders.h"

#include <gtest/gtest.h>

namespace latchkey::upkeep {
namespace {

constexpr Instant kNow{1'767'225'600'000};
constexpr std::int64_t kDay = KeyPolicy::kDayMs;

ApiKey key_made(std::int64_t days_ago) {
  ApiKey key;
  key.nickname = "Acme SMS";
  key.created_at = kNow.plus_ms(-days_ago * kDay);
  key.secrets = {{1, key.created_at, std::nullopt}};
  return key;
}

TEST(RemindersTest, Expiry_IsToldAtEachOfThePolicysDaysOnce) {
  ApiKey key = key_made(0);
  key.expires_at = kNow.plus_ms(20 * kDay);
  const KeyPolicy policy;
  EXPECT_FALSE(judge_ending(key, policy, kNow));
  const auto at = [&](std::int64_t days_before) {
    return judge_ending(key, policy, key.expires_at->plus_ms(-days_before * kDay));
  };
  ASSERT_TRUE(at(14));
  EXPECT_EQ(at(14)->subject, at(8)->subject);
  EXPECT_NE(at(14)->subject, at(7)->subject);
  EXPECT_EQ(at(7)->subject, at(2)->subject);
  EXPECT_NE(at(7)->subject, at(1)->subject);
  EXPECT_EQ(at(1)->severity, AlertSeverity::kCritical);
  EXPECT_FALSE(at(0)) << "it is over";
  key.expires_at.reset();
  EXPECT_FALSE(judge_ending(key, policy, kNow));
}

TEST(RemindersTest, NoReminders_MeansNone) {
  ApiKey key = key_made(0);
  key.expires_at = kNow.plus_ms(1);
  KeyPolicy policy;
  policy.reminder_days.clear();
  EXPECT_FALSE(judge_ending(key, policy, kNow));
}

TEST(RemindersTest, SecretsAge_CountsFromTheNewest) {
  ApiKey key = key_made(85);
  KeyPolicy policy;
  EXPECT_FALSE(judge_secret_due(key, policy, kNow)) << "secrets may grow old";
  policy.max_secret_age_days = 90;
  const auto finding = judge_secret_due(key, policy, kNow);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->title, "The secret of Acme SMS must be exchanged in 5 days.");
  key.secrets.push_back({2, kNow, std::nullopt});
  EXPECT_FALSE(judge_secret_due(key, policy, kNow));
  EXPECT_EQ(exchange_due(key, policy), kNow.plus_ms(90 * kDay));
}

ApiKey rotating(std::optional<Instant> old_ends, RotationFinish finish) {
  ApiKey key = key_made(10);
  key.secrets.front().valid_until = old_ends;
  key.secrets.push_back({2, kNow, std::nullopt});
  key.rotation = {kNow, kDay, finish, false, "old"};
  return key;
}

store::SecretUse use(std::uint64_t secret, Instant at) {
  return {.key = {},
          .tenant = {},
          .secret = secret,
          .at = at,
          .address = IpAddress::v4(203, 0, 113, 9),
          .user_agent = "curl/8",
          .operation = {}};
}

TEST(RemindersTest, OldSecretInUse_IsToldShortlyBeforeItEnds) {
  const ApiKey key = rotating(kNow.plus_ms(kDay), RotationFinish::kAtEnd);
  const Instant late = kNow.plus_ms(kDay * 7 / 8);
  EXPECT_FALSE(judge_rotation(key, {use(1, kNow.plus_ms(5))}, kNow.plus_ms(10)));
  EXPECT_FALSE(judge_rotation(key, {use(1, kNow.plus_ms(-5))}, late)) << "not since the rotation began";
  EXPECT_FALSE(judge_rotation(key, {use(2, kNow.plus_ms(5))}, late));
  const auto finding = judge_rotation(key, {use(1, kNow.plus_ms(5))}, late);
  ASSERT_TRUE(finding);
  EXPECT_NE(finding->detail.find("203.0.113.9 by curl/8"), std::string::npos);
  EXPECT_FALSE(judge_rotation(key, {use(1, kNow.plus_ms(5))}, kNow.plus_ms(kDay))) << "it has ended";
}

TEST(RemindersTest, NewSecretThatNobodyUses_IsToldAfterDays) {
  const ApiKey key = rotating(std::nullopt, RotationFinish::kOnFirstUse);
  EXPECT_FALSE(judge_rotation(key, {}, kNow.plus_ms(kUnusedForMs - 1)));
  EXPECT_TRUE(judge_rotation(key, {}, kNow.plus_ms(kUnusedForMs)));
  EXPECT_FALSE(judge_rotation(key, {use(2, kNow)}, kNow.plus_ms(kUnusedForMs)));
}

}  // namespace
}  // namespace latchkey::upkeep
