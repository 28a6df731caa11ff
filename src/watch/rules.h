// The rules that notice things about keys, as functions from facts to findings. Each takes the settings of the tenant and
// answers a finding, or nothing. What counts as the same thing again (one alert, not two) is the finding's `subject`.
// Traffic far from a key's habit is in watch/habit.h. Pure.
//
//   if (auto finding = judge_refusals("Acme SMS", window, settings)) alerts.raise(...);
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/alert.h"
#include "core/deny_reason.h"
#include "core/ip.h"
#include "watch/network.h"
#include "watch/usage_source.h"

namespace latchkey::watch {

struct Finding {
  AlertRule rule{};
  AlertSeverity severity = AlertSeverity::kWarning;
  std::string subject;  // see core/alert.h
  std::string title;
  std::string detail;
  std::string facts;
};

// ---- new_network

struct NetworkUse {
  IpAddress address;
  Instant at;
  Instant in_use_since;  // the key's first use that is remembered
};
// For a network that the key was never used from.
std::optional<Finding> judge_new_network(std::string_view nickname, const NetworkUse& use,
                                         const AlertRuleSettings& settings);
// For a key that came from so many new networks that they are told of together.
Finding many_new_networks(std::string_view nickname, std::int64_t networks, const IpAddress& latest);

// ---- refusal_burst

// What a key asked in the last minutes.
class RefusalWindow {
 public:
  static constexpr std::int64_t kMaxMinutes = 60;
  struct Sums {
    std::int64_t requests = 0;
    std::int64_t refusals = 0;
    DenyReason most_frequent{};  // of the refusals
  };
  // `minutes`: how far back is kept from here on.
  void add(Instant at, std::uint32_t count, std::optional<DenyReason> refused, std::int64_t minutes);
  Sums sums() const;
  void clear() { minutes_.clear(); }

 private:
  struct Minute {
    std::int64_t number = 0;
    std::uint32_t allowed = 0;
    std::array<std::uint32_t, kDenyReasonCount> refused{};
  };
  std::vector<Minute> minutes_;  // oldest first, only those with requests
};
std::optional<Finding> judge_refusals(std::string_view nickname, const RefusalWindow::Sums& sums,
                                      const AlertRuleSettings& settings);

// ---- quota_near

// `whose`: the key's nickname, or the tenant's name.
std::optional<Finding> judge_quota(std::string_view whose, const QuotaStanding& quota,
                                   const AlertRuleSettings& settings);

// ---- unused, old_key

struct KeyAge {
  std::string_view nickname;
  Instant created_at;
  std::optional<Instant> last_used_at;
  Instant secret_since;  // when the newest secret was made
};
std::optional<Finding> judge_unused(const KeyAge& key, Instant now, const AlertRuleSettings& settings);
std::optional<Finding> judge_old(const KeyAge& key, Instant now, const AlertRuleSettings& settings);

}  // namespace latchkey::watch
