// Alerts: what Latchkey noticed about a key or a tenant, and the rules that notice it. Plain values.
//
//   const AlertRuleInfo& rule = rule_info(AlertRule::kUnused);   // its settings with their defaults and bounds
//   AlertRuleSettings settings = standard_settings(rule.rule);   // what a tenant has that set nothing
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "core/ids.h"

namespace latchkey {

// Stored by number: the order is for good.
enum class AlertRule : std::uint8_t {
  kNewNetwork,
  kUnusualTraffic,
  kRefusalBurst,
  kQuotaNear,
  kUnused,
  kOldKey,
  kKeyEnding,
  kSecretDue,
  kRotation,
  kHandOver,
  kExposed
};
inline constexpr std::size_t kAlertRuleCount = 11;
inline constexpr std::array<AlertRule, kAlertRuleCount> all_alert_rules() {
  std::array<AlertRule, kAlertRuleCount> all{};
  for (std::size_t i = 0; i < kAlertRuleCount; ++i) all[i] = static_cast<AlertRule>(i);
  return all;
}
std::string_view to_string(AlertRule rule);  // "new_network"
std::optional<AlertRule> parse_alert_rule(std::string_view text);

enum class AlertSeverity : std::uint8_t { kInfo, kWarning, kCritical };
std::string_view to_string(AlertSeverity severity);

enum class AlertStatus : std::uint8_t { kOpen, kAcknowledged };
std::string_view to_string(AlertStatus status);

// A number that a tenant may set for a rule.
struct AlertSetting {
  std::string_view name;
  std::int64_t standard = 0;
  std::int64_t least = 0;
  std::int64_t most = 0;
};

// Where each setting stands in AlertRuleSettings::values. Stored by place, too.
namespace setting {
inline constexpr std::size_t kAfterDays = 0;                                        // new_network
inline constexpr std::size_t kSensitivity = 0, kAtLeast = 1;                        // unusual_traffic
inline constexpr std::size_t kRefusals = 0, kWithinMinutes = 1, kSharePercent = 2;  // refusal_burst
inline constexpr std::size_t kPercent = 0;                                          // quota_near
inline constexpr std::size_t kDays = 0;                                             // unused, old_key
}  // namespace setting

struct AlertRuleInfo {
  AlertRule rule{};
  std::string_view title;
  std::string_view description;  // a sentence or two for people
  std::span<const AlertSetting> settings;
};
const AlertRuleInfo& rule_info(AlertRule rule);

inline constexpr std::size_t kMaxAlertSettings = 3;
struct AlertRuleSettings {
  bool enabled = true;
  bool email = true;
  bool webhook = true;
  std::array<std::int64_t, kMaxAlertSettings> values{};  // as in rule_info(); what the rule has not is 0
  bool operator==(const AlertRuleSettings&) const = default;
};
AlertRuleSettings standard_settings(AlertRule rule);
using AlertRuleTable = std::array<AlertRuleSettings, kAlertRuleCount>;  // by rule

struct Alert {
  AlertId id;
  TenantId tenant;
  KeyId key;  // nil when it is about the tenant
  AlertRule rule{};
  AlertSeverity severity = AlertSeverity::kWarning;
  // What, beside rule and key, tells one alert from another, such as "203.0.113.0/24".
  std::string subject;
  std::string title;   // one sentence
  std::string detail;  // what it means and what to do
  std::string facts;   // the rule's numbers, a JSON object
  Instant first_at;
  Instant last_at;
  std::int64_t count = 1;  // how often it was seen while open
  std::optional<Instant> acknowledged_at;
  std::string acknowledged_by;  // empty while open
  std::string key_nickname;     // as it is now; filled when read

  AlertStatus status() const { return acknowledged_at ? AlertStatus::kAcknowledged : AlertStatus::kOpen; }
};

}  // namespace latchkey
