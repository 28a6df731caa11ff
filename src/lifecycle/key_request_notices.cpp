#include "lifecycle/key_request_notices.h"

#include "base/json_text.h"

namespace latchkey::lifecycle {
namespace {

void add_member(std::string& json, std::string_view name, std::string_view value) {
  json += json.back() == '{' ? "" : ",";
  append_json_string(json, name);
  json += ':';
  append_json_string(json, value);
}

std::string payload_of(const store::KeyRequestRecord& record, Instant at) {
  std::string data = "{";
  add_member(data, "id", record.id.to_string());
  add_member(data, "access_type", record.access_type);
  add_member(data, "asker", record.asked.asker);
  add_member(data, "organisation", record.asked.organisation);
  add_member(data, "contact_email", record.asked.contact_email);
  add_member(data, "application", record.asked.application);
  data += fmt::format(",\"submissions\":{}}}", record.submissions);
  std::string json = "{";
  add_member(json, "type", event::kKeyRequestSubmitted);
  add_member(json, "timestamp", format_rfc3339(at));
  return json + ",\"data\":" + data + "}";
}

std::string mail_text(const store::KeyRequestRecord& record, const Tenant& tenant, const std::string& console_url) {
  const store::AskedKey& asked = record.asked;
  std::string text =
      fmt::format("{} a link with which a third party asks for an API key of {}.\n\nThey wrote:\n\n",
                  record.submissions > 1 ? "Somebody has corrected what they filled in at" : "Somebody has filled in",
                  tenant.name);
  text += fmt::format("  Name: {}\n", asked.asker);
  if (!asked.organisation.empty()) text += fmt::format("  Organisation: {}\n", asked.organisation);
  text += fmt::format("  Contact: {}\n  Application: {}\n\n", asked.contact_email, asked.application);
  text += fmt::format(
      "Latchkey does not know whether that is true: make sure that you know them. No key was made yet. Look at what "
      "they "
      "ask for, take out what they don't need, and activate the key or "
      "decline:\n\n{}/settings/general/request-links/{}\n",
      console_url, record.id.to_string());
  return text;
}

// In the order of their worth: whoever made the link, if they still belong to the tenant; else its owners.
Result<std::vector<std::string>> recipients_of(const store::KeyRequestRecord& record, store::KeyStore& keys) {
  LK_ASSIGN(const std::vector<User> people, keys.list_users(record.tenant));
  std::vector<std::string> owners;
  for (const User& person : people) {
    if (record.created_by.type == ActorType::kUser && person.id == record.created_by.user) {
      return std::vector<std::string>{person.email};
    }
    if (person.role == Role::kOwner) owners.push_back(person.email);
  }
  return owners;
}

}  // namespace

Result<store::Notices> notices_of(const store::KeyRequestRecord& record, const Tenant& tenant,
                                  const NoticeSources& sources, Random& random) {
  const Instant at = record.submitted_at.value_or(record.created_at);
  store::Notices notices;
  if (sources.mails) {
    LK_ASSIGN(const std::vector<std::string> recipients, recipients_of(record, sources.keys));
    for (const std::string& recipient : recipients) {
      notices.mails.push_back({.id = MailId::make(at, random),
                               .tenant = tenant.id,
                               .recipient = recipient,
                               .subject = "A third party asks for an API key",
                               .text = mail_text(record, tenant, sources.console_url),
                               .created_at = at});
    }
  }
  LK_ASSIGN(const std::vector<Webhook> webhooks, sources.webhooks.list_webhooks(tenant.id));
  const EventId event_id = EventId::make(at, random);
  for (const Webhook& webhook : webhooks) {
    if (webhook.state == WebhookState::kDisabled || !webhook.takes(event::kKeyRequestSubmitted)) continue;
    notices.deliveries.push_back({.id = DeliveryId::make(at, random),
                                  .webhook = webhook.id,
                                  .event_id = event_id,
                                  .event = std::string(event::kKeyRequestSubmitted),
                                  .payload = payload_of(record, at),
                                  .created_at = at});
  }
  return notices;
}

}  // namespace latchkey::lifecycle
