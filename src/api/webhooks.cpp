// /v1/tenants/{tenant}/webhooks and below.
#include "api/authorize.h"
#include "api/confirmed_key.h"
#include "api/fields.h"
#include "api/query.h"
#include "api/read_body.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "delivery/webhooks.h"

namespace latchkey::api {
namespace {

constexpr std::int64_t kMaxPage = 200;
constexpr std::int64_t kDefaultPage = 50;
constexpr std::size_t kMaxCursorBytes = 512;

// The tenant and webhook that a path names.
struct Place {
  TenantId tenant;
  WebhookId webhook;
};

std::expected<Place, Problem> reach_webhook(const ApiContext& context, const ApiRequest& request, Need need) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], need);
  if (!tenant) return std::unexpected(tenant.error());
  const auto id = WebhookId::parse(request.parameters[1]);
  if (!id) return std::unexpected(not_found("There is no such webhook."));
  return Place{tenant->id, *id};
}

void write_nullable_code(JsonWriter& json, const std::optional<int>& code) {
  code ? json.number("status_code", *code) : json.null("status_code");
}

void write_webhook(JsonWriter& json, const Webhook& webhook, const Secret* secret = nullptr) {
  json.begin_object().text("id", webhook.id.to_string()).text("url", webhook.url).begin_array("events");
  for (const std::string& event : webhook.events) json.text(event);
  json.end_array().text("description", webhook.description).text("status", to_string(webhook.state));
  const bool disabled = webhook.state == WebhookState::kDisabled;
  disabled ? json.text("disabled_reason", webhook.disabled_reason) : json.null("disabled_reason");
  json.time("created_at", webhook.created_at);
  if (webhook.last_delivery) {
    json.begin_object("last_delivery").time("at", webhook.last_delivery->at);
    write_nullable_code(json, webhook.last_delivery->status_code);
    json.flag("ok", webhook.last_delivery->ok).end_object();
  } else {
    json.null("last_delivery");
  }
  if (secret != nullptr) json.text("secret", secret->expose());
  json.end_object();
}

std::string_view name_of(store::DeliveryStatus status) {
  switch (status) {
    case store::DeliveryStatus::kPending: return "pending";
    case store::DeliveryStatus::kDelivered: return "delivered";
    case store::DeliveryStatus::kFailed: return "failed";
  }
  return "";
}

void write_delivery(JsonWriter& json, const store::Delivery& delivery) {
  json.begin_object()
      .text("id", delivery.what.id.to_string())
      .text("event_id", delivery.what.event_id.to_string())
      .text("event", delivery.what.event)
      .text("status", name_of(delivery.status))
      .begin_array("attempts");
  for (const store::DeliveryAttempt& attempt : delivery.attempts) {
    json.begin_object().time("at", attempt.at);
    write_nullable_code(json, attempt.status_code);
    attempt.error ? json.text("error", *attempt.error) : json.null("error");
    json.number("duration_ms", attempt.duration_ms).end_object();
  }
  json.end_array()
      .time("next_attempt_at", delivery.next_attempt_at)
      .time("created_at", delivery.what.created_at)
      .json("payload", delivery.what.payload)
      .end_object();
}

ApiResponse webhook_response(int status, const Webhook& webhook, const Secret* secret = nullptr) {
  JsonWriter json;
  write_webhook(json, webhook, secret);
  return json_response(status, json.take());
}

Outcome delivery_response(const Result<store::Delivery>& delivery) {
  if (!delivery) return std::unexpected(problem_of(delivery.error()));
  JsonWriter json;
  write_delivery(json, *delivery);
  return json_response(202, json.take());
}

Outcome list_webhooks(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto webhooks = context.services.webhooks.list(tenant->id);
  if (!webhooks) return std::unexpected(problem_of(webhooks.error()));
  JsonWriter json;
  json.begin_object();
  write_page(json, *webhooks, "", [&](const Webhook& webhook) { write_webhook(json, webhook); });
  json.end_object();
  return json_response(200, json.take());
}

Outcome create_webhook(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kWriteKeys);
  if (!tenant) return std::unexpected(tenant.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  delivery::Webhooks& webhooks = context.services.webhooks;
  Mistakes mistakes, meaning;
  FieldReader fields(*document, "", mistakes);
  fields.require("url");
  delivery::WebhookInput input;
  const auto url = fields.text("url");
  input.url = url.value_or("");
  input.events = fields.texts("events").value_or(std::vector<std::string>());
  input.description = fields.text("description").value_or("");
  fields.finish();
  if (!mistakes.empty()) {
    if (url) delivery::check_webhook_url(*url, webhooks.allow_private(), meaning);
    delivery::check_webhook_events(input.events, meaning);
    delivery::check_webhook_description(input.description, meaning);
    return std::unexpected(invalid_fields(combine(std::move(mistakes), meaning)));
  }
  const auto made = webhooks.create(tenant->id, input);
  if (!made) return std::unexpected(problem_of(made.error()));
  ApiResponse response = webhook_response(201, made->webhook, &made->secret);
  response.headers.emplace_back("Location", fmt::format("/v1/tenants/{}/webhooks/{}", tenant->id.to_string(),
                                                        made->webhook.id.to_string()));
  return response;
}

Outcome get_webhook(const ApiContext& context, ApiRequest& request) {
  const auto place = reach_webhook(context, request, Need::kRead);
  if (!place) return std::unexpected(place.error());
  const auto webhook = context.services.webhooks.find(place->tenant, place->webhook);
  if (!webhook) return std::unexpected(problem_of(webhook.error()));
  return webhook_response(200, *webhook);
}

Outcome update_webhook(const ApiContext& context, ApiRequest& request) {
  const auto place = reach_webhook(context, request, Need::kWriteKeys);
  if (!place) return std::unexpected(place.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  delivery::Webhooks& webhooks = context.services.webhooks;
  Mistakes mistakes, meaning;
  FieldReader fields(*document, "", mistakes);
  delivery::WebhookUpdate update;
  update.url = fields.text("url");
  update.events = fields.texts("events");
  update.description = fields.text("description");
  if (const auto status = fields.text("status")) {
    update.state = parse_webhook_state(*status);
    if (!update.state) fields.mistake("status", "This must be \"active\" or \"disabled\".");
  }
  fields.finish();
  if (!mistakes.empty()) {
    if (update.url) delivery::check_webhook_url(*update.url, webhooks.allow_private(), meaning);
    if (update.events) delivery::check_webhook_events(*update.events, meaning);
    if (update.description) delivery::check_webhook_description(*update.description, meaning);
    return std::unexpected(invalid_fields(combine(std::move(mistakes), meaning)));
  }
  const auto changed = webhooks.update(place->tenant, place->webhook, update, actor_of(request.caller));
  if (!changed) return std::unexpected(problem_of(changed.error()));
  return webhook_response(200, *changed);
}

Outcome delete_webhook(const ApiContext& context, ApiRequest& request) {
  const auto place = reach_webhook(context, request, Need::kWriteKeys);
  if (!place) return std::unexpected(place.error());
  if (auto refused = refuse_fields(request)) return std::unexpected(std::move(*refused));
  const auto removed = context.services.webhooks.remove(place->tenant, place->webhook);
  if (!removed) return std::unexpected(problem_of(removed.error()));
  return ApiResponse{.status = 204};
}

Outcome rotate_secret(const ApiContext& context, ApiRequest& request) {
  const auto place = reach_webhook(context, request, Need::kWriteKeys);
  if (!place) return std::unexpected(place.error());
  if (auto refused = refuse_fields(request)) return std::unexpected(std::move(*refused));
  const auto rotated = context.services.webhooks.rotate(place->tenant, place->webhook);
  if (!rotated) return std::unexpected(problem_of(rotated.error()));
  return webhook_response(200, rotated->webhook, &rotated->secret);
}

Outcome test_webhook(const ApiContext& context, ApiRequest& request) {
  const auto place = reach_webhook(context, request, Need::kWriteKeys);
  if (!place) return std::unexpected(place.error());
  if (auto refused = refuse_fields(request)) return std::unexpected(std::move(*refused));
  return delivery_response(context.services.webhooks.test(place->tenant, place->webhook));
}

Outcome list_deliveries(const ApiContext& context, ApiRequest& request) {
  const auto place = reach_webhook(context, request, Need::kRead);
  if (!place) return std::unexpected(place.error());
  QueryReader query(request.query);
  const std::int64_t limit = query.integer("limit", 1, kMaxPage).value_or(kDefaultPage);
  const std::string cursor = query.text("cursor", kMaxCursorBytes).value_or("");
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));
  const auto page =
      context.services.webhooks.deliveries(place->tenant, place->webhook, cursor, static_cast<int>(limit));
  if (!page) return std::unexpected(problem_of(page.error()));
  JsonWriter json;
  json.begin_object();
  write_page(json, page->deliveries, page->next_cursor,
             [&](const store::Delivery& delivery) { write_delivery(json, delivery); });
  json.end_object();
  return json_response(200, json.take());
}

Outcome replay_delivery(const ApiContext& context, ApiRequest& request) {
  const auto place = reach_webhook(context, request, Need::kWriteKeys);
  if (!place) return std::unexpected(place.error());
  const auto id = DeliveryId::parse(request.parameters[2]);
  if (!id) return std::unexpected(not_found("There is no such delivery."));
  if (auto refused = refuse_fields(request)) return std::unexpected(std::move(*refused));
  return delivery_response(context.services.webhooks.replay(place->tenant, place->webhook, *id));
}

}  // namespace

void add_webhook_routes(Router& router, const ApiContext& context) {
  const auto add = [&](std::string_view method, std::string_view path, auto handler) {
    router.add({.method = method, .path = path, .handle = with(context, handler)});
  };
  add("GET", "/v1/tenants/{tenant}/webhooks", list_webhooks);
  add("POST", "/v1/tenants/{tenant}/webhooks", create_webhook);
  add("GET", "/v1/tenants/{tenant}/webhooks/{id}", get_webhook);
  add("PATCH", "/v1/tenants/{tenant}/webhooks/{id}", update_webhook);
  add("DELETE", "/v1/tenants/{tenant}/webhooks/{id}", delete_webhook);
  add("POST", "/v1/tenants/{tenant}/webhooks/{id}/rotate-secret", rotate_secret);
  add("POST", "/v1/tenants/{tenant}/webhooks/{id}/test", test_webhook);
  add("GET", "/v1/tenants/{tenant}/webhooks/{id}/deliveries", list_deliveries);
  add("POST", "/v1/tenants/{tenant}/webhooks/{id}/deliveries/{delivery}/replay", replay_delivery);
}

}  // namespace latchkey::api
