#include "core/alert.h"

#include <algorithm>

namespace latchkey {
namespace {

constexpr std::int64_t kMaxDays = 3650;
constexpr std::int64_t kMaxCount = 1'000'000'000;

constexpr AlertSetting kNewNetworkSettings[] = {{"after_days", 1, 0, 90}};
constexpr AlertSetting kUnusualTrafficSettings[] = {{"sensitivity", 3, 1, 5}, {"at_least", 50, 1, kMaxCount}};
constexpr AlertSetting kRefusalBurstSettings[] = {
    {"refusals", 20, 1, kMaxCount}, {"within_minutes", 5, 1, 60}, {"share_percent", 50, 1, 100}};
constexpr AlertSetting kQuotaNearSettings[] = {{"percent", 80, 1, 100}};
constexpr AlertSetting kUnusedSettings[] = {{"days", 90, 1, kMaxDays}};
constexpr AlertSetting kOldKeySettings[] = {{"days", 90, 1, kMaxDays}};

constexpr AlertRuleInfo kRules[kAlertRuleCount] = {
    {AlertRule::kNewNetwork, "First use from a new network",
     "A key was used from a network (an IPv4 /24 or IPv6 /48) that it was never used from before. Networks seen in the "
     "first days of a key's use count as known.",
     kNewNetworkSettings},
    {AlertRule::kUnusualTraffic, "Traffic far from the key's habit",
     "A key is used far more in this hour than it usually is at this hour, and than its own ups and downs explain. A "
     "higher sensitivity (1 to 5) asks earlier; hours with few requests are never unusual.",
     kUnusualTrafficSettings},
    {AlertRule::kRefusalBurst, "Burst of refusals",
     "A key was refused many times within minutes, and that was a large part of its requests.", kRefusalBurstSettings},
    {AlertRule::kQuotaNear, "Close to quota", "A key or the tenant has used most of a quota, or all of it.",
     kQuotaNearSettings},
    {AlertRule::kUnused, "Unused key", "An active key was not used for a long time. Revoke what nobody needs.",
     kUnusedSettings},
    {AlertRule::kOldKey, "Key older than its rotation age",
     "The newest secret of an active key is older than a secret should be. Exchange it.", kOldKeySettings},
    {AlertRule::kKeyEnding,
     "Key about to expire",
     "A key expires soon. The key policy says how many days before there is a reminder.",
     {}},
    {AlertRule::kSecretDue,
     "Secret about to reach its greatest age",
     "The key policy limits the age of secrets, and a key's is close to it, or there. The policy says how many days "
     "before "
     "there is a reminder, and what happens then.",
     {}},
    {AlertRule::kRotation,
     "Rotation that needs somebody",
     "The old secret of a key is about to end and is still in use, or the new one was not used for days.",
     {}},
    {AlertRule::kHandOver,
     "Secret that does not arrive",
     "A new secret can't be written to its secret manager. The old one works until it is there.",
     {}},
    {AlertRule::kExposed,
     "Exposed key",
     "A secret was sent over plain HTTP or in a query string, or was found where others can read it. The key policy "
     "says "
     "what happens then.",
     {}},
};

constexpr std::string_view kRuleNames[kAlertRuleCount] = {
    "new_network", "unusual_traffic", "refusal_burst", "quota_near", "unused", "old_key",
    "key_ending",  "secret_due",      "rotation",      "hand_over",  "exposed"};

}  // namespace

std::string_view to_string(AlertRule rule) { return kRuleNames[static_cast<std::size_t>(rule)]; }

std::optional<AlertRule> parse_alert_rule(std::string_view text) {
  const auto* at = std::find(std::begin(kRuleNames), std::end(kRuleNames), text);
  if (at == std::end(kRuleNames)) return std::nullopt;
  return static_cast<AlertRule>(at - std::begin(kRuleNames));
}

std::string_view to_string(AlertSeverity severity) {
  switch (severity) {
    case AlertSeverity::kInfo: return "info";
    case AlertSeverity::kWarning: return "warning";
    case AlertSeverity::kCritical: return "critical";
  }
  return "";
}

std::string_view to_string(AlertStatus status) {
  switch (status) {
    case AlertStatus::kOpen: return "open";
    case AlertStatus::kAcknowledged: return "acknowledged";
  }
  return "";
}

const AlertRuleInfo& rule_info(AlertRule rule) { return kRules[static_cast<std::size_t>(rule)]; }

AlertRuleSettings standard_settings(AlertRule rule) {
  AlertRuleSettings settings;
  const auto known = rule_info(rule).settings;
  for (std::size_t i = 0; i < known.size(); ++i) settings.values[i] = known[i].standard;
  return settings;
}

}  // namespace latchkey
