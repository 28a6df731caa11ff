#include "delivery/webhooks.h"

#include <algorithm>

#include "base/json_text.h"
#include "delivery/curl_handle.h"
#include "delivery/public_address.h"
#include "delivery/webhook_signature.h"
#include "lifecycle/text.h"

namespace latchkey::delivery {
namespace {

constexpr std::string_view kUrlPointer = "/url";

bool has_blank_or_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
}

std::optional<IpAddress> as_address(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return IpAddress::parse(host);
}

std::string test_payload(const Webhook& webhook, Instant now) {
  std::string out = R"({"type":"webhook.test","timestamp":)";
  append_json_string(out, format_rfc3339(now));
  out += R"(,"data":{"webhook_id":)";
  append_json_string(out, webhook.id.to_string());
  return out + "}}";
}

}  // namespace

void check_webhook_url(const std::string& url, bool allow_private, lifecycle::Mistakes& mistakes) {
  const auto add = [&](std::string detail) { mistakes.push_back({std::string(kUrlPointer), std::move(detail)}); };
  if (url.size() > kMaxUrlBytes) return add(fmt::format("The URL can be at most {} bytes long.", kMaxUrlBytes));
  const auto parts = take_apart(url);
  const bool usable =
      parts && !has_blank_or_control(url) && (parts->scheme == "https" || (allow_private && parts->scheme == "http"));
  if (!usable) return add("This must be an https URL, such as https://hooks.example.com/latchkey.");
  if (parts->has_user)
    return add("The URL must not hold a user or password; messages are signed, so that none is needed.");
  if (parts->has_fragment) return add("The URL must not have a fragment (#...), which is never sent.");
  const auto address = as_address(parts->host);
  if (address && !allow_private && !is_public(*address)) {
    add(fmt::format("{} is not a public address; messages go to public addresses only.", address->to_string()));
  }
}

std::vector<std::string> check_webhook_events(const std::vector<std::string>& events, lifecycle::Mistakes& mistakes) {
  std::vector<std::string> out;
  const auto& known = webhook_events();
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (std::find(known.begin(), known.end(), events[i]) == known.end()) {
      mistakes.push_back({fmt::format("/events/{}", i),
                          fmt::format("There is no event {}.{} The events are {}.", lifecycle::in_quotes(events[i]),
                                      lifecycle::did_you_mean(events[i], known),
                                      lifecycle::listed(std::vector<std::string>(known.begin(), known.end())))});
    } else if (std::find(out.begin(), out.end(), events[i]) == out.end()) {
      out.push_back(events[i]);
    }
  }
  return out;
}

std::string check_webhook_description(const std::string& text, lifecycle::Mistakes& mistakes) {
  if (lifecycle::trimmed(text).empty()) return {};
  return lifecycle::check_name(text, "description", "/description", mistakes);
}

lifecycle::ChangeResult<CreatedWebhook> Webhooks::create(TenantId tenant, const WebhookInput& input) {
  lifecycle::Mistakes mistakes;
  Webhook webhook;
  check_webhook_url(input.url, allow_private_, mistakes);
  webhook.events = check_webhook_events(input.events, mistakes);
  webhook.description = check_webhook_description(input.description, mistakes);
  if (!mistakes.empty()) return lifecycle::invalid(std::move(mistakes));
  webhook.created_at = clock_.now();
  webhook.id = WebhookId::make(webhook.created_at, random_);
  webhook.tenant = tenant;
  webhook.url = input.url;
  webhook.secret = {peppers_.current(), 1};
  if (auto inserted = store_.insert_webhook(webhook); !inserted)
    return lifecycle::stopped_by(std::move(inserted.error()));
  Secret secret = secret_text(webhook_key(peppers_, webhook.id, webhook.secret));
  return CreatedWebhook{std::move(webhook), std::move(secret)};
}

lifecycle::ChangeResult<Webhook> Webhooks::update(TenantId tenant, WebhookId id, const WebhookUpdate& update,
                                                  const Actor& by) {
  lifecycle::Mistakes mistakes;
  WebhookUpdate checked = update;
  if (update.url) check_webhook_url(*update.url, allow_private_, mistakes);
  if (update.events) checked.events = check_webhook_events(*update.events, mistakes);
  if (update.description) checked.description = check_webhook_description(*update.description, mistakes);
  if (!mistakes.empty()) return lifecycle::invalid(std::move(mistakes));
  auto changed = store_.change_webhook(tenant, id, [&](Webhook& webhook) -> Result<void> {
    if (checked.url) webhook.url = *checked.url;
    if (checked.events) webhook.events = *checked.events;
    if (checked.description) webhook.description = *checked.description;
    if (!checked.state || *checked.state == webhook.state) return {};
    webhook.state = *checked.state;
    webhook.failing_since.reset();
    webhook.not_before = {};
    webhook.disabled_reason = webhook.state == WebhookState::kDisabled ? fmt::format("{} disabled it.", by.name) : "";
    return {};
  });
  if (!changed) return lifecycle::stopped_by(std::move(changed.error()));
  return std::move(*changed);
}

Result<CreatedWebhook> Webhooks::rotate(TenantId tenant, WebhookId id) {
  const Instant now = clock_.now();
  LK_ASSIGN(Webhook webhook, store_.change_webhook(tenant, id, [&](Webhook& changing) -> Result<void> {
    changing.old_secret = changing.secret;
    changing.old_secret_until = now.plus_ms(kSecretOverlapMs);
    changing.secret = {peppers_.current(), changing.secret.version + 1};
    return {};
  }));
  Secret secret = secret_text(webhook_key(peppers_, webhook.id, webhook.secret));
  return CreatedWebhook{std::move(webhook), std::move(secret)};
}

Result<store::Delivery> Webhooks::test(TenantId tenant, WebhookId id) {
  LK_ASSIGN(const Webhook webhook, store_.find_webhook(tenant, id));
  if (webhook.state == WebhookState::kDisabled) {
    return fail(ErrorCode::kConflict, "The webhook is disabled. Make it active first, then test it.");
  }
  const Instant now = clock_.now();
  store::OutgoingDelivery delivery;
  delivery.id = DeliveryId::make(now, random_);
  delivery.webhook = id;
  delivery.event_id = EventId::make(now, random_);
  delivery.event = event::kTest;
  delivery.payload = test_payload(webhook, now);
  delivery.created_at = now;
  LK_ASSIGN(const store::LeftOut left_out, outbox_.add({.mails = {}, .deliveries = {delivery}}));
  if (left_out.deliveries > 0) {
    return fail(ErrorCode::kConflict, "The webhook is disabled, or too many messages wait for it already.");
  }
  return outbox_.find_delivery(tenant, id, delivery.id);
}

Result<store::Delivery> Webhooks::replay(TenantId tenant, WebhookId id, DeliveryId delivery) {
  return outbox_.replay(tenant, id, delivery, clock_.now());
}

}  // namespace latchkey::delivery
