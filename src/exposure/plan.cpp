#include "exposure/plan.h"

#include <algorithm>

#include "watch/facts.h"

namespace latchkey::exposure {
namespace {

bool has_ended(const KeySecret& secret, Instant now) { return secret.valid_until && *secret.valid_until <= now; }

std::string_view name_of(OnExposure policy) { return policy == OnExposure::kRotate ? "rotate" : "revoke"; }

Plan nothing(std::string sentence) { return {Step::kNothing, std::move(sentence)}; }

Plan plan_of_rotation(const Tenant& tenant, const ApiKey& key, const KeyExposure& exposure, Instant now) {
  if (key.rotates_at(now) && key.secrets.back().number != exposure.secret) {
    const auto& old = *std::ranges::find(key.secrets, exposure.secret, &KeySecret::number);
    const std::string until = old.valid_until ? "until " + format_rfc3339(*old.valid_until)
                                              : std::string("until its new one is where it belongs and in use");
    return nothing(
        fmt::format("The key is being rotated already, and the exposed secret, the old one, works {}. Finish the "
                    "rotation as soon as "
                    "you can.",
                    until));
  }
  if (key.hand_over.kind == HandOverKind::kShow) {
    return nothing(
        "The key policy of this account asks for a rotation, but nobody would see the new secret: this key's secrets "
        "are "
        "shown, and not handed over by a link or a secret manager. Rotate the key yourself.");
  }
  return {
      Step::kRotate,
      fmt::format("The key is being rotated, as the key policy of this account says. The new secret is handed over as "
                  "usual, and the exposed one works for {} seconds more.",
                  tenant.key_policy.exposure_overlap_ms / 1000)};
}

Plan plan_of_revocation(const ApiKey& key, const KeyExposure& exposure, Instant now) {
  const bool other_works = std::ranges::any_of(key.secrets, [&](const KeySecret& other) {
    return other.number != exposure.secret && !has_ended(other, now);
  });
  if (other_works) {
    return {
        Step::kEndSecret,
        "The exposed secret is being ended, as the key policy of this account says. The key's other secret works on."};
  }
  return {Step::kEndKey,
          "The key is being revoked, as the key policy of this account says. Make another key for its application."};
}

std::string_view title_of(ExposureHow how) {
  switch (how) {
    case ExposureHow::kPlainHttp: return "was sent over plain HTTP";
    case ExposureHow::kQuery: return "was sent in a query string";
    case ExposureHow::kLeakReport: return "was found where others can read it";
  }
  return "";
}

std::string story_of(const KeyExposure& exposure) {
  switch (exposure.how) {
    case ExposureHow::kPlainHttp:
      return "A request carried its secret unencrypted, so that anybody on the way could read it. The request was "
             "refused.";
    case ExposureHow::kQuery:
      return "A request carried its secret in its address, which logs and histories keep. The request was refused.";
    case ExposureHow::kLeakReport:
      return fmt::format("{} reports that its secret stands {}.", exposure.source,
                         exposure.url.empty() ? "in public" : "at " + exposure.url);
  }
  return "";
}

watch::Facts facts_of(const KeyExposure& exposure) {
  watch::Facts facts;
  facts.text("secret_id", secret_id(exposure.secret)).text("how", to_string(exposure.how));
  exposure.source.empty() ? facts.null("source") : facts.text("source", exposure.source);
  exposure.url.empty() ? facts.null("url") : facts.text("url", exposure.url);
  return facts;
}

}  // namespace

std::string_view to_string(Step step) {
  switch (step) {
    case Step::kNothing: return "none";
    case Step::kRotate: return "rotate";
    case Step::kEndKey:
    case Step::kEndSecret: return "revoke";
    case Step::kHoldBack: return "hold_back";
  }
  return "";
}

std::string secret_id(std::uint64_t secret) { return fmt::format("sec_{:016x}", secret); }

Plan make_plan(const Tenant& tenant, const ApiKey& key, const KeyExposure& exposure, ExposureAction done_before,
               Instant now) {
  const OnExposure policy = tenant.key_policy.on_exposure;
  if (key.state == KeyState::kDisabled) {
    return nothing("The key is disabled, so the secret does not work now. Rotate the key before you enable it again.");
  }
  if (policy == OnExposure::kAlert) {
    return nothing(
        "Nothing happens to the key by itself. Rotate it, and end the old secret as soon as its application has the "
        "new "
        "one.");
  }
  if (done_before == ExposureAction::kHeldBack) {
    return nothing(
        fmt::format("The key policy of this account asks to {} the key, but that was held back, because too many keys "
                    "were exposed at "
                    "once. Do it yourself.",
                    name_of(policy)));
  }
  if (done_before != ExposureAction::kNone && !key.rotates_at(now)) {
    return nothing(
        "The key policy of this account was carried out on this secret before, and somebody has kept the secret since, "
        "so "
        "nothing happens by itself. Rotate the key yourself.");
  }
  if (policy == OnExposure::kRotate) return plan_of_rotation(tenant, key, exposure, now);
  return plan_of_revocation(key, exposure, now);
}

Plan held_back() {
  return {
      Step::kHoldBack,
      "So many keys were exposed within an hour that Latchkey does not end more by itself: whoever has a list of keys "
      "must not be able to stop them all. Rotate or revoke this key yourself."};
}

watch::Finding tell_of(const ApiKey& key, const KeyExposure& exposure, const Plan& plan) {
  return {.rule = AlertRule::kExposed,
          .severity = AlertSeverity::kCritical,
          .subject = fmt::format("{} {}", secret_id(exposure.secret), to_string(exposure.how)),
          .title = fmt::format("{} {}.", key.nickname, title_of(exposure.how)),
          .detail = story_of(exposure) + " " + plan.sentence,
          .facts = facts_of(exposure).text("action", to_string(plan.step)).take()};
}

watch::Finding tell_of_failure(const ApiKey& key, const KeyExposure& exposure, const std::string& why) {
  return {.rule = AlertRule::kExposed,
          .severity = AlertSeverity::kCritical,
          .subject = fmt::format("{} not done", secret_id(exposure.secret)),
          .title = fmt::format("The exposed secret of {} still works.", key.nickname),
          .detail = fmt::format("The key policy of this account could not be carried out: {} Rotate or revoke the key "
                                "yourself.",
                                why),
          .facts = facts_of(exposure).text("action", "failed").take()};
}

watch::Finding tell_of_many(std::int64_t acts_of_tenant, std::int64_t acts_of_all) {
  return {
      .rule = AlertRule::kExposed,
      .severity = AlertSeverity::kCritical,
      .subject = "many",
      .title = "Many keys were exposed at once.",
      .detail = fmt::format(
          "Within the last hour Latchkey has rotated or revoked {} exposed keys of this account, and {} in all, so it "
          "leaves further ones to people. Somebody may have a list of keys. Each exposed key has an alert of its own.",
          acts_of_tenant, acts_of_all),
      .facts = watch::Facts().number("acts", acts_of_tenant).number("acts_of_all", acts_of_all).take()};
}

}  // namespace latchkey::exposure
