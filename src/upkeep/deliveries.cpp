#include "upkeep/deliveries.h"

#include "base/log.h"
#include "delivery/backoff.h"
#include "lifecycle/hand_over.h"
#include "watch/facts.h"

namespace latchkey::upkeep {
namespace {

using store::HandOverRecord;
using store::HandOverStatus;
using store::HandOverTask;

std::string link_text(const ApiKey& key, const Tenant& tenant, const HandOverRecord& record) {
  return fmt::format(
      "A secret of the API key \"{}\" of {} is ready for you.\n\n"
      "Open this link to see it. It opens once, until {}, and shows the secret to whoever opens it, so don't pass this "
      "mail on:\n\n",
      key.nickname, tenant.name, format_rfc3339(record.expires_at.value_or(Instant())));
}

}  // namespace

Result<int> Deliveries::round(const std::atomic<bool>& stopping) {
  LK_ASSIGN(std::vector<HandOverRecord> due, hand_overs_.due_hand_overs(clock_.now(), kAtOnce));
  int tried = 0;
  for (HandOverRecord& record : due) {
    if (stopping) break;
    const std::string id = record.id.to_string();
    ++tried;
    if (auto handled = handle(std::move(record), stopping); !handled) {
      log::warn("hand_over.not_handled", {{"hand_over", id}, {"error", handled.error().message}});
    }
  }
  return tried;
}

Result<void> Deliveries::handle(HandOverRecord record, const std::atomic<bool>& stopping) {
  LK_ASSIGN(const store::KeyRecord key, keys_.find_key(record.key));
  LK_ASSIGN(const Tenant tenant, keys_.find_tenant(record.tenant));
  const Outcome outcome = deliver(record, key, tenant, stopping);
  if (stopping && outcome.kind != Outcome::Kind::kDone) return {};  // goes out at the next start
  return note(std::move(record), key.key, outcome);
}

Deliveries::Outcome Deliveries::deliver(const HandOverRecord& record, const store::KeyRecord& key, const Tenant& tenant,
                                        const std::atomic<bool>& stopping) {
  using Kind = Outcome::Kind;
  switch (record.task) {
    case HandOverTask::kLink: return mail_link(record, key.key, tenant, stopping);
    case HandOverTask::kStore: return store_secret(record, key.key, tenant);
    case HandOverTask::kTakeBack: {
      const auto taken = managers_.take_back({record.manager, tenant.cid, record.path}, record.key, record.generation);
      if (taken) return {.kind = Kind::kDone, .error = {}};
      // A later secret, or somebody else's, stands there: then this one does not.
      if (taken.error().code == ErrorCode::kConflict) return {.kind = Kind::kDone, .error = taken.error().message};
      return {.kind = Kind::kLater,
              .error = taken.error().message,
              .needs_somebody = taken.error().code != ErrorCode::kUnavailable};
    }
  }
  return {};
}

Deliveries::Outcome Deliveries::store_secret(const HandOverRecord& record, const ApiKey& key, const Tenant& tenant) {
  using Kind = Outcome::Kind;
  const auto secret = lifecycle::open_hand_over(record, peppers_);
  if (!secret) {
    return {.kind = Kind::kNever,
            .error =
                "The secret can't be decrypted: its pepper is gone, or the database was changed. Rotate the key again.",
            .needs_somebody = true};
  }
  const auto put = managers_.put({record.manager, tenant.cid, record.path}, {.key = key.id,
                                                                             .tenant = tenant.id,
                                                                             .nickname = key.nickname,
                                                                             .generation = record.generation,
                                                                             .secret = *secret});
  if (!put) {
    return {.kind = Kind::kLater,
            .error = put.error().message,
            .needs_somebody = put.error().code != ErrorCode::kUnavailable};
  }
  if (const auto told = rotations_.delivered(record.tenant, record.key, record.generation); !told) {
    return {.kind = Kind::kLater, .error = told.error().error.message};
  }
  return {.kind = Kind::kDone, .error = {}};
}

Deliveries::Outcome Deliveries::mail_link(const HandOverRecord& record, const ApiKey& key, const Tenant& tenant,
                                          const std::atomic<bool>& stopping) {
  using Kind = Outcome::Kind;
  if (mail_ == nullptr)
    return {.kind = Kind::kLater, .error = "This server has no mail server. Set --smtp-url.", .needs_somebody = true};
  if (!peppers_.knows(record.pepper)) {
    return {.kind = Kind::kNever,
            .error = "The pepper of this link is gone. Rotate the key again.",
            .needs_somebody = true};
  }
  const Secret fragment = lifecycle::fragment_of(record, peppers_);
  delivery::Message message;
  message.id = record.id.to_string();
  message.from = mail_->from();
  message.to = record.recipient;
  message.subject = fmt::format("A secret of {} is ready for you", key.nickname);
  message.date = clock_.now();
  message.text = link_text(key, tenant, record);
  message.text += fmt::format("{}/collect/{}#", options_.console_url, record.id.to_string());
  message.text += fragment.expose();
  message.text += "\n\nIf you don't expect this, tell whoever manages this account.\n";
  const delivery::MailOutcome sent = mail_->send(message, stopping);
  wipe(message.text);
  switch (sent.kind) {
    case delivery::MailOutcome::Kind::kSent: return {.kind = Kind::kDone, .error = {}};
    case delivery::MailOutcome::Kind::kNever:
      return {.kind = Kind::kNever, .error = sent.error, .needs_somebody = true};
    case delivery::MailOutcome::Kind::kLater:
    case delivery::MailOutcome::Kind::kAborted: break;
  }
  return {.kind = Kind::kLater, .error = sent.error};
}

Result<void> Deliveries::note(HandOverRecord record, const ApiKey& key, const Outcome& outcome) {
  ++record.tries;
  record.last_error = outcome.error;
  record.next_attempt_at.reset();
  const Instant now = clock_.now();
  switch (outcome.kind) {
    case Outcome::Kind::kDone:
      // A link that was mailed waits to be opened.
      if (record.task != HandOverTask::kLink) {
        record.status = HandOverStatus::kDone;
        record.sealed.clear();
        record.done_at = now;
      }
      break;
    case Outcome::Kind::kNever:
      record.status = HandOverStatus::kFailed;
      record.sealed.clear();
      break;
    case Outcome::Kind::kLater: {
      const auto last = static_cast<int>(options_.retry_seconds.size());
      record.next_attempt_at = now.plus_ms(
          delivery::retry_delay_ms(options_.retry_seconds, std::min(record.tries, last), random_).value_or(0));
      break;
    }
  }
  if (outcome.kind == Outcome::Kind::kDone) {
    log::info("hand_over.delivered", {{"hand_over", record.id.to_string()}, {"key", record.key.to_string()}});
  } else {
    log::warn("hand_over.not_delivered",
              {{"hand_over", record.id.to_string()}, {"key", record.key.to_string()}, {"error", outcome.error}});
    if (outcome.needs_somebody || record.tries >= kTriesUntilTold) tell(record, key, outcome);
  }
  const auto noted = hand_overs_.note_hand_over(record);
  // Withdrawn, opened or replaced meanwhile: that stands.
  if (!noted && noted.error().code != ErrorCode::kConflict) return std::unexpected(noted.error());
  return {};
}

void Deliveries::tell(const HandOverRecord& record, const ApiKey& key, const Outcome& outcome) {
  const bool to_manager = record.task != HandOverTask::kLink;
  const watch::Finding finding{
      .rule = AlertRule::kHandOver,
      .severity = AlertSeverity::kCritical,
      .subject = record.id.to_string(),
      .title = to_manager ? fmt::format("The secret of {} can't be written to {}.", key.nickname, record.manager)
                          : fmt::format("The link to the secret of {} can't be mailed.", key.nickname),
      .detail = fmt::format("{} {}", outcome.error,
                            outcome.kind == Outcome::Kind::kNever
                                ? "It is not tried again."
                                : "It is tried again until it works; what worked before works on."),
      .facts = watch::Facts()
                   .text("hand_over", record.id.to_string())
                   .text("manager", record.manager)
                   .text("path", record.path)
                   .number("tries", record.tries)
                   .take()};
  const auto raised = alerts_.raise({record.tenant, &key}, finding, watch::Occurrence::kState);
  if (!raised) log::warn("hand_over.alert_not_raised", {{"error", raised.error().message}});
}

}  // namespace latchkey::upkeep
