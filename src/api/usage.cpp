// /v1/tenants/{tenant}/usage and what else is told of what keys did.
#include "api/authorize.h"
#include "api/find_key.h"
#include "api/query.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "api/usage_query.h"

namespace latchkey::api {
namespace {

constexpr std::int64_t kMaxRefusals = 200;
constexpr std::int64_t kDefaultRefusals = 50;
constexpr std::int64_t kMaxAddressDays = 90;
constexpr std::int64_t kDefaultAddressDays = 30;
constexpr std::size_t kMaxNameCharacters = 200;

void write_latency(JsonWriter& json, const LatencyHistogram& latency) {
  if (latency.empty()) {
    json.null("latency_ms");
    return;
  }
  json.begin_object("latency_ms")
      .real("p50", latency.percentile_ms(0.5))
      .real("p90", latency.percentile_ms(0.9))
      .real("p99", latency.percentile_ms(0.99))
      .real("max", latency.max_ms())
      .number("count", static_cast<std::int64_t>(latency.count()))
      .end_object();
}

std::string label_of(const store::UsageSeries& series, store::UsageGroup group, const std::map<std::string, std::string>& nicknames) {
  if (series.rest) return "All others";
  switch (group) {
    case store::UsageGroup::kAll: return "Requests";
    case store::UsageGroup::kOperation: return series.name.empty() ? "No operation" : series.name;
    case store::UsageGroup::kStatusClass: return series.name == "none" ? "No answer" : series.name;
    case store::UsageGroup::kOutcome: return series.name;
    case store::UsageGroup::kKey: {
      const auto at = nicknames.find(series.name);
      return at == nicknames.end() ? series.name : at->second;
    }
  }
  return series.name;
}

std::string report_json(const store::UsageQuery& query, const store::UsageReport& report,
                        const std::map<std::string, std::string>& nicknames) {
  JsonWriter json;
  json.begin_object().time("from", query.from).time("to", query.to).text("granularity", to_string(query.granularity));
  query.group == store::UsageGroup::kAll ? json.null("group_by") : json.text("group_by", to_string(query.group));
  json.begin_array("times");
  const std::int64_t length = store::length_ms(query.granularity);
  for (std::int64_t at = query.from.unix_ms; at < query.to.unix_ms; at += length) json.text(format_rfc3339({at}));
  json.end_array().begin_array("series");
  for (const store::UsageSeries& series : report.series) {
    json.begin_object();
    series.rest || query.group == store::UsageGroup::kAll ? json.null("key") : json.text("key", series.name);
    json.text("label", label_of(series, query.group, nicknames)).number("total", static_cast<std::int64_t>(series.total)).begin_array("values");
    for (const std::uint64_t value : series.values) json.number(static_cast<std::int64_t>(value));
    json.end_array();
    write_latency(json, series.latency);
    json.end_object();
  }
  json.end_array()
      .number("total", static_cast<std::int64_t>(report.total))
      .number("allowed", static_cast<std::int64_t>(report.allowed))
      .number("refused", static_cast<std::int64_t>(report.total - report.allowed));
  write_latency(json, report.latency);
  return json.end_object().take();
}

// Names are ids and codes, which need no quotes.
std::string report_csv(const store::UsageQuery& query, const store::UsageReport& report) {
  const bool grouped = query.group != store::UsageGroup::kAll;
  std::string csv = fmt::format("time,{},requests\r\n", grouped ? to_string(query.group) : "series");
  const std::int64_t length = store::length_ms(query.granularity);
  const auto buckets = static_cast<std::size_t>((query.to.unix_ms - query.from.unix_ms) / length);
  for (std::size_t i = 0; i < buckets; ++i) {
    const std::string time = format_rfc3339({query.from.unix_ms + static_cast<std::int64_t>(i) * length});
    for (const store::UsageSeries& series : report.series) {
      if (series.values[i] == 0) continue;
      csv += fmt::format("{},{},{}\r\n", time, series.rest ? "others" : !grouped ? "all" : series.name, series.values[i]);
    }
  }
  return csv;
}

Outcome answer_usage(const ApiContext& context, ApiRequest& request, const Tenant& tenant, std::optional<KeyId> key) {
  const ApiServices& services = context.services;
  const auto asked = read_usage_query(request, tenant.id, key, services.clock.now(), services.usage_retention);
  if (!asked) return std::unexpected(asked.error());
  if (auto flushed = services.flush_usage(); !flushed) return std::unexpected(problem_of(flushed.error()));
  const auto report = services.usage.report(asked->query);
  if (!report) return std::unexpected(problem_of(report.error()));
  if (asked->csv) {
    ApiResponse response{.body = report_csv(asked->query, *report), .content_type = "text/csv; charset=utf-8; header=present"};
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"usage.csv\"");
    return response;
  }
  std::map<std::string, std::string> nicknames;
  for (const store::UsageSeries& series : report->series) {
    const auto id = asked->query.group == store::UsageGroup::kKey ? KeyId::parse(series.name) : std::nullopt;
    if (!id) continue;
    if (const auto record = services.store.find_key(tenant.id, *id)) nicknames[series.name] = record->key.nickname;
  }
  return json_response(200, report_json(asked->query, *report, nicknames));
}

Outcome tenant_usage(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  return answer_usage(context, request, *tenant, std::nullopt);
}

Outcome key_usage(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  return answer_usage(context, request, *tenant, key->id);
}

Outcome key_addresses(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto tenant = reach_tenant(services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  QueryReader query(request.query);
  const std::int64_t days = query.integer("days", 1, kMaxAddressDays).value_or(kDefaultAddressDays);
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));

  if (auto flushed = services.flush_usage(); !flushed) return std::unexpected(problem_of(flushed.error()));
  const std::int64_t today = services.clock.now().unix_ms / store::kDayMs;
  const auto report = services.usage.addresses(tenant->id, key->id, today - days + 1, today);
  if (!report) return std::unexpected(problem_of(report.error()));
  JsonWriter json;
  json.begin_object().number("days", days).begin_array("data");
  for (const store::AddressUse& use : report->addresses) {
    json.begin_object()
        .text("address", use.address.to_string())
        .time("first_seen_at", use.first)
        .time("last_seen_at", use.last)
        .number("requests", static_cast<std::int64_t>(use.count))
        .end_object();
  }
  json.end_array().begin_array("per_day");
  for (const auto& [day, addresses] : report->per_day) {
    json.begin_object()
        .text("day", format_rfc3339({day * store::kDayMs}).substr(0, 10))
        .number("addresses", static_cast<std::int64_t>(addresses))
        .end_object();
  }
  json.end_array().flag("more", report->more).end_object();
  return json_response(200, json.take());
}

Outcome answer_refusals(const ApiContext& context, ApiRequest& request, TenantId tenant, std::optional<KeyId> key) {
  const ApiServices& services = context.services;
  QueryReader query(request.query);
  const auto code = query.text("code", kMaxNameCharacters);
  const std::int64_t limit = query.integer("limit", 1, kMaxRefusals).value_or(kDefaultRefusals);
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));

  if (auto flushed = services.flush_usage(); !flushed) return std::unexpected(problem_of(flushed.error()));
  const auto refusals = services.usage.refusals(tenant, key, code, static_cast<int>(limit));
  if (!refusals) return std::unexpected(problem_of(refusals.error()));
  JsonWriter json;
  json.begin_object().begin_array("data");
  for (const store::Refusal& refusal : *refusals) {
    json.begin_object()
        .time("at", refusal.at)
        .text("key_id", refusal.key.to_string())
        .text("code", refusal.outcome)
        .text("detail", refusal.detail);
    refusal.operation.empty() ? json.null("operation") : json.text("operation", refusal.operation);
    json.text("address", refusal.address.to_string());
    refusal.user_agent.empty() ? json.null("user_agent") : json.text("user_agent", refusal.user_agent);
    json.text("request_id", refusal.request_id).end_object();
  }
  return json_response(200, json.end_array().end_object().take());
}

Outcome tenant_refusals(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  return answer_refusals(context, request, tenant->id, std::nullopt);
}

Outcome key_refusals(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  return answer_refusals(context, request, tenant->id, key->id);
}

}  // namespace

void add_usage_routes(Router& router, const ApiContext& context) {
  const auto add = [&](std::string_view path, auto handler) {
    router.add({.method = "GET", .path = path, .handle = with(context, handler)});
  };
  add("/v1/tenants/{tenant}/usage", tenant_usage);
  add("/v1/tenants/{tenant}/refusals", tenant_refusals);
  add("/v1/tenants/{tenant}/api-keys/{id}/usage", key_usage);
  add("/v1/tenants/{tenant}/api-keys/{id}/addresses", key_addresses);
  add("/v1/tenants/{tenant}/api-keys/{id}/refusals", key_refusals);
}

}  // namespace latchkey::api
