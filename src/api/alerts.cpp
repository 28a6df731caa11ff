// /v1/tenants/{tenant}/alerts: what was noticed about its keys.
#include "api/authorize.h"
#include "api/fields.h"
#include "api/query.h"
#include "api/read_body.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "watch/alerts.h"

namespace latchkey::api {
namespace {

constexpr std::int64_t kMaxPage = 200;
constexpr std::int64_t kDefaultPage = 50;
constexpr std::size_t kMaxCursorBytes = 512;
constexpr std::size_t kMaxWordCharacters = 64;

std::expected<store::AlertQuery, Problem> read_alert_query(const ApiRequest& request) {
  QueryReader query(request.query);
  store::AlertQuery out;
  out.limit = static_cast<int>(query.integer("limit", 1, kMaxPage).value_or(kDefaultPage));
  out.cursor = query.text("cursor", kMaxCursorBytes).value_or("");
  const std::string status = query.text("status", kMaxWordCharacters).value_or("open");
  if (status == "open") {
    out.status = AlertStatus::kOpen;
  } else if (status == "acknowledged") {
    out.status = AlertStatus::kAcknowledged;
  } else if (status != "all") {
    query.mistake("The parameter status must be open, acknowledged or all.");
  }
  if (const auto key = query.text("key", kMaxWordCharacters)) {
    out.key = KeyId::parse(*key);
    if (!out.key) query.mistake("The parameter key must be the id of an API key, such as key_0190....");
  }
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));
  return out;
}

Outcome list_alerts(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto query = read_alert_query(request);
  if (!query) return std::unexpected(query.error());
  const auto page = context.services.alerts.list(tenant->id, *query);
  if (!page) return std::unexpected(problem_of(page.error()));
  JsonWriter json;
  json.begin_object();
  write_page(json, page->alerts, page->next_cursor, [&](const Alert& alert) { json.json(watch::alert_json(alert)); });
  json.number("open", page->open).end_object();
  return json_response(200, json.take());
}

Outcome acknowledge_alert(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kWriteKeys);
  if (!tenant) return std::unexpected(tenant.error());
  const auto id = AlertId::parse(request.parameters[1]);
  if (!id) return std::unexpected(not_found("There is no such alert."));
  auto document = read_object_or_nothing(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader(*document, "", mistakes).finish();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  const auto alert = context.services.alerts.acknowledge(tenant->id, *id, actor_of(request.caller).name);
  if (!alert) return std::unexpected(problem_of(alert.error()));
  return json_response(200, watch::alert_json(*alert));
}

}  // namespace

void add_alert_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET", .path = "/v1/tenants/{tenant}/alerts", .handle = with(context, list_alerts)});
  router.add({.method = "POST",
              .path = "/v1/tenants/{tenant}/alerts/{id}/acknowledge",
              .handle = with(context, acknowledge_alert)});
}

}  // namespace latchkey::api
