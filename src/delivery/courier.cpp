#include "delivery/courier.h"

#include "base/log.h"
#include "delivery/mail_digest.h"
#include "delivery/webhook_signature.h"
#include "lifecycle/text.h"

namespace latchkey::delivery {
namespace {

constexpr int kMailsAtOnce = 200;
constexpr int kWebhooksAtOnce = 64;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kPutOffMs = 60'000;
constexpr int kTidyEveryRounds = 600;
constexpr int kGone = 410;

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

void log_left_out(const store::LeftOut& left_out) {
  if (left_out.mails == 0 && left_out.deliveries == 0) return;
  log::warn("delivery.outbox_full",
            {{"mails", std::to_string(left_out.mails)}, {"webhook_messages", std::to_string(left_out.deliveries)}});
}

}  // namespace

Courier::Courier(store::OutboxStore& outbox, store::KeyStore& people, MailSender* mail, WebhookSender& webhooks,
                 const credential::Peppers& peppers, const Clock& clock, Random& random, CourierOptions options)
    : outbox_(outbox),
      people_(people),
      mail_(mail),
      webhooks_(webhooks),
      peppers_(peppers),
      clock_(clock),
      random_(random),
      options_(std::move(options)) {}

void Courier::start() {
  stopping_ = false;
  threads_.emplace_back([this] {
    int rounds = 0;
    loop([&]() -> Result<bool> {
      if (!options_.duty->mine()) return false;
      if (rounds++ % kTidyEveryRounds == 0) LK_TRY(tidy_up());
      LK_ASSIGN(const int handled, send_mails());
      return handled > 0;
    });
  });
  for (int i = 0; i < kWebhookThreads; ++i) {
    threads_.emplace_back([this] { loop([this]() -> Result<bool> { return options_.duty->mine() ? send_webhook() : false; }); });
  }
}

void Courier::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_asked_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

template <class Round>
void Courier::loop(const Round& round) {
  while (!stopping_) {
    const Result<bool> more = round();
    if (!more) log::warn("delivery.failed", {{"error", more.error().message}, {"detail", more.error().detail}});
    if (more && *more) continue;
    if (!wait()) return;
  }
}

bool Courier::wait() {
  std::unique_lock lock(mutex_);
  stop_asked_.wait_for(lock, std::chrono::milliseconds(options_.poll_ms), [this] { return stopping_.load(); });
  return !stopping_;
}

Result<void> Courier::tidy_up() { return outbox_.forget_sent(clock_.now().plus_ms(-kKeepMs)); }

// ---- mail

Result<int> Courier::send_mails() {
  if (mail_ == nullptr) return 0;
  const Instant now = clock_.now();
  LK_ASSIGN(std::vector<store::PendingMail> due, outbox_.due_mails(now, kMailsAtOnce));
  std::map<std::string, std::vector<store::PendingMail>> by_recipient;
  for (store::PendingMail& pending : due) by_recipient[lower(pending.mail.recipient)].push_back(std::move(pending));
  int handled = 0;
  for (const auto& [recipient, mails] : by_recipient) {
    // Another node may have sent the rest while this one stood still.
    if (stopping_ || !options_.duty->mine()) return 0;
    LK_ASSIGN(const int sent, outbox_.messages_sent(recipient, now.plus_ms(-kHourMs)));
    if (sent < kMessagesPerHour) {
      LK_TRY(send_together(mails, now));
    } else {
      store::MailNote note{{},    store::DeliveryStatus::kPending,           now,
                           false, "This recipient was sent enough for now.", now.plus_ms(kPutOffMs)};
      for (const store::PendingMail& pending : mails) note.mails.push_back(pending.mail.id);
      LK_TRY(outbox_.note_mails(note));
    }
    handled += static_cast<int>(mails.size());
  }
  return handled;
}

Result<void> Courier::send_together(const std::vector<store::PendingMail>& mails, Instant now) {
  Message message = merge(mails);
  message.from = mail_->from();
  message.date = now;
  const MailOutcome outcome = mail_->send(message, stopping_);
  if (outcome.kind == MailOutcome::Kind::kAborted) return {};
  int failures = 0;
  store::MailNote note;
  for (const store::PendingMail& pending : mails) {
    note.mails.push_back(pending.mail.id);
    failures = std::max(failures, pending.tries + 1);
  }
  note.at = clock_.now();
  note.error = outcome.error;
  note.status =
      outcome.kind == MailOutcome::Kind::kSent ? store::DeliveryStatus::kDelivered : store::DeliveryStatus::kFailed;
  if (outcome.kind == MailOutcome::Kind::kLater) {
    if (const auto delay = retry_delay_ms(options_.retry_seconds, failures, random_)) {
      note.status = store::DeliveryStatus::kPending;
      note.next_attempt_at = note.at.plus_ms(*delay);
    }
  }
  if (outcome.kind != MailOutcome::Kind::kSent) {
    log::warn(note.status == store::DeliveryStatus::kPending ? "mail.not_sent" : "mail.given_up",
              {{"mail", mails.front().mail.id.to_string()}, {"error", outcome.error}});
  }
  return outbox_.note_mails(note);
}

// ---- webhooks

Result<bool> Courier::send_webhook() {
  Result<bool> outcome = false;
  const auto due = take(outcome);
  if (!due) return outcome;
  const Result<void> delivered = deliver(*due);
  {
    const std::lock_guard lock(mutex_);
    under_way_.erase(due->webhook.id);
  }
  if (!delivered) return std::unexpected(delivered.error());
  return true;
}

std::optional<store::DueDelivery> Courier::take(Result<bool>& outcome) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return std::nullopt;
  auto due = outbox_.due_deliveries(clock_.now(), kWebhooksAtOnce);
  if (!due) {
    outcome = std::unexpected(due.error());
    return std::nullopt;
  }
  for (store::DueDelivery& one : *due) {
    if (under_way_.insert(one.webhook.id).second) return std::move(one);
  }
  return std::nullopt;
}

Result<void> Courier::deliver(const store::DueDelivery& due) {
  const Instant at = clock_.now();
  const store::OutgoingDelivery& what = due.delivery.what;
  const std::string id = what.event_id.to_string();
  const std::string signed_by = signatures(peppers_, due.webhook, id, at, what.payload);
  if (signed_by.empty()) {
    store::AttemptNote note;
    note.delivery = what.id;
    note.generation = due.delivery.generation;
    note.status = store::DeliveryStatus::kFailed;
    note.attempt = {at, std::nullopt,
                    "Its secret can't be made any more, because a pepper was taken away. Rotate the secret.", 0};
    note.disable = note.attempt.error;
    note.notices.mails = tell_owners(due.webhook, *note.disable, at);
    LK_ASSIGN(const store::LeftOut left_out, outbox_.note_attempt(note));
    log_left_out(left_out);
    return {};
  }
  const WebhookRequest request{due.webhook.url,
                               {{"Content-Type", "application/json"},
                                {"webhook-id", id},
                                {"webhook-timestamp", std::to_string(at.unix_ms / 1000)},
                                {"webhook-signature", signed_by}},
                               what.payload};
  const WebhookAnswer answer = webhooks_.send(request, stopping_);
  if (answer.aborted) return {};
  LK_ASSIGN(const store::LeftOut left_out, outbox_.note_attempt(judge(due, answer, at)));
  log_left_out(left_out);
  return {};
}

store::AttemptNote Courier::judge(const store::DueDelivery& due, const WebhookAnswer& answer, Instant at) {
  const Instant now = clock_.now();
  store::AttemptNote note;
  note.delivery = due.delivery.what.id;
  note.generation = due.delivery.generation;
  note.attempt = {at, answer.status_code, answer.error, answer.duration_ms};
  if (!answer.error) {
    note.status = store::DeliveryStatus::kDelivered;
    return note;
  }
  note.status = store::DeliveryStatus::kFailed;
  note.failing_since = due.webhook.failing_since.value_or(at);
  if (answer.status_code == kGone) {
    note.disable = "It answered 410 Gone, which says that it wants no more.";
  } else if (now.unix_ms - note.failing_since->unix_ms >= kGiveUpMs) {
    note.disable = fmt::format("It took no message for 5 days. The last failure: {}", *answer.error);
  } else if (const auto delay = retry_delay_ms(options_.retry_seconds, due.delivery.tries + 1, random_)) {
    note.status = store::DeliveryStatus::kPending;
    note.next_attempt_at = now.plus_ms(*delay);
    note.webhook_not_before = now.plus_ms(std::min(*delay, kMaxRestMs));
  } else {
    note.webhook_not_before = now.plus_ms(kMaxRestMs);
  }
  if (note.disable) {
    log::warn("webhook.disabled", {{"webhook", due.webhook.id.to_string()}, {"reason", *note.disable}});
    note.notices.mails = tell_owners(due.webhook, *note.disable, now);
  }
  return note;
}

std::vector<store::OutgoingMail> Courier::tell_owners(const Webhook& webhook, const std::string& reason, Instant now) {
  std::vector<store::OutgoingMail> mails;
  if (mail_ == nullptr) return mails;
  const auto people = people_.list_users(webhook.tenant);
  const auto tenant = people_.find_tenant(webhook.tenant);
  if (!people || !tenant) {
    log::warn("webhook.owners_not_told", {{"webhook", webhook.id.to_string()}});
    return mails;
  }
  for (const User& person : *people) {
    if (person.role != Role::kOwner) continue;
    mails.push_back(
        {.id = MailId::make(now, random_),
         .tenant = webhook.tenant,
         .recipient = person.email,
         .subject = fmt::format("A webhook of {} was disabled", tenant->name),
         .text = fmt::format("The webhook {} ({}) of {} was disabled and gets no more messages.\n\n{}\n\n"
                             "When its receiver works again, make the webhook active in the console. Messages that it "
                             "missed can be replayed from its delivery log.\n",
                             webhook.id.to_string(), webhook.url, tenant->name, reason),
         .created_at = now});
  }
  return mails;
}

}  // namespace latchkey::delivery
