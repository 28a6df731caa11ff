#include "upkeep/reminders.h"

#include <algorithm>

#include "watch/facts.h"

namespace latchkey::upkeep {
namespace {

using watch::Facts;
using watch::Finding;

constexpr std::int64_t kDayMs = KeyPolicy::kDayMs;

std::string day_of(Instant at) { return format_rfc3339(at).substr(0, 10); }

std::string in_days(std::int64_t days) { return days == 1 ? "in a day" : fmt::format("in {} days", days); }

// How many days before `deadline` the latest reminder that is due stands.
std::optional<std::int64_t> reminder_before(Instant deadline, const KeyPolicy& policy, Instant now) {
  if (deadline <= now) return std::nullopt;
  std::optional<std::int64_t> nearest;
  for (const std::int64_t days : policy.reminder_days) {
    if (deadline.plus_ms(-days * kDayMs) <= now && (!nearest || days < *nearest)) nearest = days;
  }
  return nearest;
}

std::int64_t days_until(Instant deadline, Instant now) {
  return std::max<std::int64_t>(1, (deadline.unix_ms - now.unix_ms + kDayMs - 1) / kDayMs);
}

std::string what_happens(const ApiKey& key, const KeyPolicy& policy) {
  switch (policy.on_due) {
    case OnDue::kReport: return "Nothing is done by itself then; rotate the key.";
    case OnDue::kDisable: return "The key is disabled then unless it was rotated.";
    case OnDue::kRotate:
      if (key.hand_over.kind != HandOverKind::kSecretManager) {
        return "This key has no secret manager that a new secret could be put into; rotate it by hand.";
      }
      return fmt::format("A new secret is put into {} then; the application has to read it from there.",
                         key.hand_over.manager);
  }
  return "";
}

const store::SecretUse* use_of(const std::vector<store::SecretUse>& uses, std::uint64_t secret) {
  const auto at = std::ranges::find(uses, secret, &store::SecretUse::secret);
  return at == uses.end() ? nullptr : &*at;
}

}  // namespace

std::optional<Instant> exchange_due(const ApiKey& key, const KeyPolicy& policy) {
  if (!policy.max_secret_age_days || key.secrets.empty()) return std::nullopt;
  return key.secrets.back().created_at.plus_ms(*policy.max_secret_age_days * kDayMs);
}

std::optional<Finding> judge_ending(const ApiKey& key, const KeyPolicy& policy, Instant now) {
  if (!key.expires_at) return std::nullopt;
  const auto reminder = reminder_before(*key.expires_at, policy, now);
  if (!reminder) return std::nullopt;
  const std::int64_t days = days_until(*key.expires_at, now);
  return Finding{
      .rule = AlertRule::kKeyEnding,
      .severity = days <= 1 ? AlertSeverity::kCritical : AlertSeverity::kWarning,
      .subject = fmt::format("{} {}", format_rfc3339(*key.expires_at), *reminder),
      .title = fmt::format("{} expires {}.", key.nickname, in_days(days)),
      .detail =
          fmt::format("From {} on its requests are refused. If it is still needed, move its expiry before then; an "
                      "application that was replaced needs nothing.",
                      format_rfc3339(*key.expires_at)),
      .facts = Facts().time("expires_at", *key.expires_at).number("days", days).take()};
}

std::optional<Finding> judge_secret_due(const ApiKey& key, const KeyPolicy& policy, Instant now) {
  const auto due = exchange_due(key, policy);
  if (!due) return std::nullopt;
  const auto reminder = reminder_before(*due, policy, now);
  if (!reminder) return std::nullopt;
  const std::int64_t days = days_until(*due, now);
  return Finding{
      .rule = AlertRule::kSecretDue,
      .severity = days <= 1 ? AlertSeverity::kCritical : AlertSeverity::kWarning,
      .subject = fmt::format("{} {}", format_rfc3339(*due), *reminder),
      .title = fmt::format("The secret of {} must be exchanged {}.", key.nickname, in_days(days)),
      .detail =
          fmt::format("It was made on {}, and secrets of this account live for at most {} days. {}",
                      day_of(key.secrets.back().created_at), *policy.max_secret_age_days, what_happens(key, policy)),
      .facts = Facts().time("due_at", *due).number("days", days).text("on_due", to_string(policy.on_due)).take()};
}

Finding secret_is_due(const ApiKey& key, const KeyPolicy& policy, DueAction action) {
  const Instant due = exchange_due(key, policy).value_or(Instant());
  std::string title = fmt::format("The secret of {} has reached its greatest age.", key.nickname);
  std::string detail =
      fmt::format("Secrets of this account live for at most {} days. ", policy.max_secret_age_days.value_or(0));
  switch (action) {
    case DueAction::kReported: detail += "Rotate the key and give its application the new secret."; break;
    case DueAction::kDisabled:
      detail += "The key was disabled. Rotate it, give its application the new secret, and enable it.";
      break;
    case DueAction::kRotated:
      title = fmt::format("{} was rotated, as its secret had reached its greatest age.", key.nickname);
      detail += fmt::format("The new one goes into {} at {}. The old one works until the new one has been used.",
                            key.hand_over.manager, key.hand_over.path);
      break;
  }
  return {.rule = AlertRule::kSecretDue,
          .severity = action == DueAction::kRotated ? AlertSeverity::kInfo : AlertSeverity::kCritical,
          .subject = fmt::format("{} due", format_rfc3339(due)),
          .title = std::move(title),
          .detail = std::move(detail),
          .facts = Facts().time("due_at", due).text("on_due", to_string(policy.on_due)).take()};
}

std::optional<Finding> judge_rotation(const ApiKey& key, const std::vector<store::SecretUse>& uses, Instant now) {
  if (!key.rotates_at(now)) return std::nullopt;
  const Rotation& rotation = *key.rotation;
  const KeySecret& old = key.secrets[key.secrets.size() - 2];
  const store::SecretUse* const old_use = use_of(uses, old.number);
  if (old.valid_until) {
    const std::int64_t notice_ms = std::min(kDayMs, rotation.overlap_ms / 4);
    const bool is_near = old.valid_until->plus_ms(-notice_ms) <= now;
    if (!is_near || old_use == nullptr || old_use->at < rotation.started_at || old_use->at < now.plus_ms(-kDayMs))
      return std::nullopt;
    return Finding{
        .rule = AlertRule::kRotation,
        .severity = AlertSeverity::kCritical,
        .subject = "ends " + format_rfc3339(*old.valid_until),
        .title = fmt::format("The old secret of {} is still in use and ends at {}.", key.nickname,
                             format_rfc3339(*old.valid_until)),
        .detail = fmt::format(
            "It was used at {} from {}{}. Whoever calls from there must change to the new secret before then, or "
            "will be refused.",
            format_rfc3339(old_use->at), old_use->address.to_string(),
            old_use->user_agent.empty() ? "" : " by " + old_use->user_agent),
        .facts = Facts()
                     .time("ends_at", *old.valid_until)
                     .time("old_used_at", old_use->at)
                     .text("address", old_use->address.to_string())
                     .take()};
  }
  const bool waits_for_use = rotation.finish == RotationFinish::kOnFirstUse && !rotation.delivering;
  if (!waits_for_use || use_of(uses, key.secrets.back().number) != nullptr ||
      rotation.started_at.plus_ms(kUnusedForMs) > now) {
    return std::nullopt;
  }
  return Finding{
      .rule = AlertRule::kRotation,
      .severity = AlertSeverity::kWarning,
      .subject = "unused since " + format_rfc3339(rotation.started_at),
      .title = fmt::format("The new secret of {} has not been used yet.", key.nickname),
      .detail = fmt::format(
          "It was made on {}, and the old one works until somebody uses it. Give the application the new secret, or "
          "cancel the rotation.",
          day_of(rotation.started_at)),
      .facts = Facts().time("started_at", rotation.started_at).take()};
}

}  // namespace latchkey::upkeep
