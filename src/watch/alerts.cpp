#include "watch/alerts.h"

#include "base/log.h"
#include "watch/facts.h"

namespace latchkey::watch {
namespace {

std::string key_json(const Alert& alert) {
  if (alert.key.is_nil()) return "null";
  return Facts().text("id", alert.key.to_string()).text("nickname", alert.key_nickname).take();
}

std::string event_json(std::string_view event, Instant at, const Alert& alert) {
  return Facts().text("type", event).time("timestamp", at).json("data", alert_json(alert)).take();
}

std::string mail_text(const Alert& alert, const std::string& tenant_name) {
  std::string text = alert.title + "\n\n" + alert.detail + "\n\n";
  if (!alert.key.is_nil()) text += fmt::format("Key: {} ({})\n", alert.key_nickname, alert.key.to_string());
  text += fmt::format("Account: {}\nSeen: {}\nAlert: {}\n\n", tenant_name, format_rfc3339(alert.first_at),
                      alert.id.to_string());
  text += alert.key.is_nil() ? "You get this because you own this account."
                             : "You get this because you are the contact of this key.";
  return text + " In the console the alert can be acknowledged, and this kind of alert be changed or turned off.\n";
}

void log_left_out(const Alert& alert, const store::LeftOut& left_out) {
  if (left_out.mails == 0 && left_out.deliveries == 0) return;
  log::warn("watch.outbox_full", {{"alert", alert.id.to_string()},
                                  {"mails", std::to_string(left_out.mails)},
                                  {"webhook_messages", std::to_string(left_out.deliveries)}});
}

}  // namespace

std::string alert_json(const Alert& alert) {
  Facts out;
  out.text("id", alert.id.to_string())
      .text("rule", to_string(alert.rule))
      .text("severity", to_string(alert.severity))
      .text("status", to_string(alert.status()))
      .json("key", key_json(alert))
      .text("title", alert.title)
      .text("detail", alert.detail)
      .json("facts", alert.facts)
      .time("first_at", alert.first_at)
      .time("last_at", alert.last_at)
      .number("count", alert.count);
  if (alert.acknowledged_at) {
    out.time("acknowledged_at", *alert.acknowledged_at).text("acknowledged_by", alert.acknowledged_by);
  } else {
    out.null("acknowledged_at").null("acknowledged_by");
  }
  return out.take();
}

Result<bool> Alerts::raise(const About& about, const Finding& finding, Occurrence occurrence, std::int64_t times) {
  const KeyId key = about.key == nullptr ? KeyId() : about.key->id;
  LK_ASSIGN(const store::AlertHistory history, store_.history({about.tenant, key, finding.rule, finding.subject}));
  if (occurrence == Occurrence::kState && history.any()) return false;
  if (occurrence == Occurrence::kContinuing && !history.open && history.acknowledged_at) return false;
  Alert alert;
  alert.first_at = alert.last_at = clock_.now();
  alert.id = AlertId::make(alert.first_at, random_);
  alert.tenant = about.tenant;
  alert.key = key;
  alert.rule = finding.rule;
  alert.severity = finding.severity;
  alert.subject = finding.subject;
  alert.title = finding.title;
  alert.detail = finding.detail;
  alert.facts = finding.facts;
  alert.count = times;
  if (about.key != nullptr) alert.key_nickname = about.key->nickname;
  if (history.open) {
    LK_ASSIGN(const bool counted, store_.count_up(alert));
    if (counted) return false;
  }
  return open(about, std::move(alert));
}

Result<bool> Alerts::open(const About& about, Alert alert) {
  LK_ASSIGN(const AlertRuleTable rules, store_.alert_rules(about.tenant));
  const AlertRuleSettings& settings = rules[static_cast<std::size_t>(alert.rule)];
  store::Notices notices;
  if (settings.email && mails_) {
    LK_ASSIGN(notices.mails, mails_for(about, alert));
  }
  if (settings.webhook) {
    LK_ASSIGN(notices.deliveries, deliveries_for(alert, event::kAlertOpened, alert.first_at));
  }
  const auto left_out = store_.open_alert(alert, notices);
  if (!left_out && left_out.error().code == ErrorCode::kTooLarge) return too_many(alert);
  if (!left_out) return std::unexpected(left_out.error());
  log::info("alert.opened",
            {{"alert", alert.id.to_string()}, {"rule", to_string(alert.rule)}, {"tenant", alert.tenant.to_string()}});
  log_left_out(alert, *left_out);
  return true;
}

// A tenant that acknowledges nothing is no failure, and must not fill the log either.
bool Alerts::too_many(const Alert& alert) {
  const std::int64_t now_ms = clock_.now().unix_ms;
  std::int64_t last_ms = too_many_logged_ms_.load();
  if (now_ms - last_ms >= kTooManyEveryMs && too_many_logged_ms_.compare_exchange_strong(last_ms, now_ms)) {
    log::warn("alert.too_many_open", {{"tenant", alert.tenant.to_string()}, {"rule", to_string(alert.rule)}});
  }
  return false;
}

Result<std::vector<store::OutgoingMail>> Alerts::mails_for(const About& about, const Alert& alert) {
  std::vector<std::string> recipients;
  if (about.key != nullptr) {
    recipients.push_back(about.key->contact_email);
  } else {
    LK_ASSIGN(const std::vector<User> people, keys_.list_users(about.tenant));
    for (const User& person : people) {
      if (person.role == Role::kOwner) recipients.push_back(person.email);
    }
  }
  LK_ASSIGN(const Tenant tenant, keys_.find_tenant(about.tenant));
  std::vector<store::OutgoingMail> mails;
  for (std::string& recipient : recipients) {
    mails.push_back({.id = MailId::make(alert.first_at, random_),
                     .tenant = about.tenant,
                     .recipient = std::move(recipient),
                     .subject = alert.title,
                     .text = mail_text(alert, tenant.name),
                     .created_at = alert.first_at});
  }
  return mails;
}

Result<std::vector<store::OutgoingDelivery>> Alerts::deliveries_for(const Alert& alert, std::string_view event,
                                                                    Instant now) {
  LK_ASSIGN(const std::vector<Webhook> webhooks, webhooks_.list_webhooks(alert.tenant));
  const EventId id = EventId::make(now, random_);
  std::vector<store::OutgoingDelivery> deliveries;
  for (const Webhook& webhook : webhooks) {
    if (webhook.state == WebhookState::kDisabled || !webhook.takes(event)) continue;
    deliveries.push_back({.id = DeliveryId::make(now, random_),
                          .webhook = webhook.id,
                          .event_id = id,
                          .event = std::string(event),
                          .payload = event_json(event, now, alert),
                          .created_at = now});
  }
  return deliveries;
}

Result<Alert> Alerts::acknowledge(TenantId tenant, AlertId id, const std::string& by) {
  LK_ASSIGN(Alert alert, store_.find_alert(tenant, id));
  if (alert.acknowledged_at) return alert;
  alert.acknowledged_at = clock_.now();
  alert.acknowledged_by = by;
  LK_ASSIGN(const AlertRuleTable rules, store_.alert_rules(tenant));
  store::Notices notices;
  if (rules[static_cast<std::size_t>(alert.rule)].webhook) {
    LK_ASSIGN(notices.deliveries, deliveries_for(alert, event::kAlertAcknowledged, *alert.acknowledged_at));
  }
  LK_TRY(store_.acknowledge(tenant, id, *alert.acknowledged_at, by, notices));
  return store_.find_alert(tenant, id);
}

}  // namespace latchkey::watch
