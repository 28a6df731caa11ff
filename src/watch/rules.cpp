#include "watch/rules.h"

#include "watch/facts.h"

namespace latchkey::watch {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDayMs = 86'400'000;

std::string day_of(Instant at) { return format_rfc3339(at).substr(0, 10); }

std::string plural(std::int64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace

// ---- new_network

std::optional<Finding> judge_new_network(std::string_view nickname, const NetworkUse& use,
                                         const AlertRuleSettings& settings) {
  const std::int64_t in_use_ms = use.at.unix_ms - use.in_use_since.unix_ms;
  if (in_use_ms < settings.values[setting::kAfterDays] * kDayMs) return std::nullopt;
  const std::string network = network_of(use.address).to_string();
  return Finding{
      .rule = AlertRule::kNewNetwork,
      .severity = AlertSeverity::kWarning,
      .subject = network,
      .title = fmt::format("{} was used from a new network, {}.", nickname, network),
      .detail = fmt::format(
          "A request from {} was allowed. The key has been in use since {}, and never from this network before. If "
          "nobody moved the application, somebody else may have the key: revoke it, or permit only the networks "
          "that you know.",
          use.address.to_string(), day_of(use.in_use_since)),
      .facts = Facts()
                   .text("network", network)
                   .text("address", use.address.to_string())
                   .time("in_use_since", use.in_use_since)
                   .take()};
}

Finding many_new_networks(std::string_view nickname, std::int64_t networks, const IpAddress& latest) {
  return {
      .rule = AlertRule::kNewNetwork,
      .severity = AlertSeverity::kCritical,
      .subject = "many",
      .title = fmt::format("{} is used from many new networks.", nickname),
      .detail =
          fmt::format("Today it was used from {} and more that it was never used from before; the latest is {}. If the "
                      "application does not run on changing addresses, the key has got around: revoke it.",
                      plural(networks, "network"), network_of(latest).to_string()),
      .facts = Facts().number("networks", networks).text("latest_address", latest.to_string()).take()};
}

// ---- refusal_burst

void RefusalWindow::add(Instant at, std::uint32_t count, std::optional<DenyReason> refused, std::int64_t minutes) {
  const std::int64_t number = at.unix_ms / kMinuteMs;
  // A clock that was set back continues the latest minute.
  if (minutes_.empty() || minutes_.back().number < number)
    minutes_.push_back({.number = number, .allowed = 0, .refused = {}});
  Minute& minute = minutes_.back();
  (refused ? minute.refused[static_cast<std::size_t>(*refused)] : minute.allowed) += count;
  const std::int64_t oldest = minute.number - std::min(minutes, kMaxMinutes) + 1;
  std::erase_if(minutes_, [&](const Minute& old) { return old.number < oldest; });
}

RefusalWindow::Sums RefusalWindow::sums() const {
  Sums sums;
  std::array<std::int64_t, kDenyReasonCount> by_reason{};
  for (const Minute& minute : minutes_) {
    sums.requests += minute.allowed;
    for (std::size_t i = 0; i < by_reason.size(); ++i) by_reason[i] += minute.refused[i];
  }
  for (const std::int64_t count : by_reason) sums.refusals += count;
  sums.requests += sums.refusals;
  const auto most = std::max_element(by_reason.begin(), by_reason.end());
  sums.most_frequent = static_cast<DenyReason>(most - by_reason.begin());
  return sums;
}

std::optional<Finding> judge_refusals(std::string_view nickname, const RefusalWindow::Sums& sums,
                                      const AlertRuleSettings& settings) {
  if (sums.refusals < settings.values[setting::kRefusals]) return std::nullopt;
  if (sums.refusals * 100 < sums.requests * settings.values[setting::kSharePercent]) return std::nullopt;
  const std::int64_t minutes = settings.values[setting::kWithinMinutes];
  return Finding{
      .rule = AlertRule::kRefusalBurst,
      .severity = AlertSeverity::kWarning,
      .subject = "",
      .title = fmt::format("{} was refused {} within {}.", nickname, plural(sums.refusals, "time"),
                           plural(minutes, "minute")),
      .detail = fmt::format(
          "Of its last {}, {} were refused, most of them as {}. Either the application is set up wrongly, or "
          "somebody tries what the key may not do; the key's refusals show which requests.",
          plural(sums.requests, "request"), sums.refusals, code(sums.most_frequent)),
      .facts = Facts()
                   .number("refusals", sums.refusals)
                   .number("requests", sums.requests)
                   .number("within_minutes", minutes)
                   .text("most_frequent", code(sums.most_frequent))
                   .take()};
}

// ---- quota_near

std::optional<Finding> judge_quota(std::string_view whose, const QuotaStanding& quota,
                                   const AlertRuleSettings& settings) {
  if (quota.requests <= 0 || quota.used * 100 < quota.requests * settings.values[setting::kPercent])
    return std::nullopt;
  const bool used_up = quota.used >= quota.requests;
  const std::int64_t percent = quota.used * 100 / quota.requests;
  const std::string resets = format_rfc3339(quota.resets_at);
  return Finding{
      .rule = AlertRule::kQuotaNear,
      .severity = used_up ? AlertSeverity::kCritical : AlertSeverity::kWarning,
      .subject = fmt::format("{} until {}{}", quota.name, resets, used_up ? ", used up" : ""),
      .title = used_up ? fmt::format("{} has used up its quota {}.", whose, quota.name)
                       : fmt::format("{} has used {} percent of its quota {}.", whose, percent, quota.name),
      .detail =
          fmt::format("{} of {} requests of this {} are used. {} The count starts anew at {}.", quota.used,
                      quota.requests, quota.period,
                      used_up ? "Requests are refused until then." : "What comes beyond the quota is refused.", resets),
      .facts = Facts()
                   .text("quota", quota.name)
                   .text("period", quota.period)
                   .number("requests", quota.requests)
                   .number("used", quota.used)
                   .number("percent", percent)
                   .time("resets_at", quota.resets_at)
                   .take()};
}

// ---- unused, old_key

std::optional<Finding> judge_unused(const KeyAge& key, Instant now, const AlertRuleSettings& settings) {
  const Instant since = key.last_used_at.value_or(key.created_at);
  const std::int64_t days = (now.unix_ms - since.unix_ms) / kDayMs;
  if (days < settings.values[setting::kDays]) return std::nullopt;
  const std::string what = key.last_used_at ? fmt::format("was last used on {}", day_of(since))
                                            : fmt::format("was never used since it was made on {}", day_of(since));
  Facts facts;
  facts.number("days", days);
  key.last_used_at ? facts.time("last_used_at", *key.last_used_at) : facts.null("last_used_at");
  return Finding{
      .rule = AlertRule::kUnused,
      .severity = AlertSeverity::kInfo,
      .subject = "since " + format_rfc3339(since),
      .title = fmt::format("{} has not been used for {}.", key.nickname, plural(days, "day")),
      .detail = fmt::format(
          "The key {}. If no application needs it any more, revoke it: what does not exist can't be stolen.", what),
      .facts = facts.time("created_at", key.created_at).take()};
}

std::optional<Finding> judge_old(const KeyAge& key, Instant now, const AlertRuleSettings& settings) {
  const std::int64_t days = (now.unix_ms - key.secret_since.unix_ms) / kDayMs;
  if (days < settings.values[setting::kDays]) return std::nullopt;
  return Finding{
      .rule = AlertRule::kOldKey,
      .severity = AlertSeverity::kInfo,
      .subject = "since " + format_rfc3339(key.secret_since),
      .title = fmt::format("The secret of {} is {} old.", key.nickname, plural(days, "day")),
      .detail = fmt::format(
          "It was made on {}, and this account exchanges secrets after {}. Give the application a new one, then end "
          "the old.",
          day_of(key.secret_since), plural(settings.values[setting::kDays], "day")),
      .facts = Facts().number("days", days).time("secret_since", key.secret_since).take()};
}

}  // namespace latchkey::watch
