// .../limits of a tenant and of a key: how each limit and quota stands now, without taking anything from it.
#include "api/authorize.h"
#include "api/find_key.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "limit/effective_limits.h"

namespace latchkey::api {
namespace {

using catalog::Catalog;
using limit::Standing;

void write_rate_limit(JsonWriter& json, const Standing& standing, const Catalog& catalog) {
  json.begin_object().text("scope", limit::to_string(standing.scope)).text("name", standing.name.view());
  if (standing.kind == limit::kEveryClass) {
    json.null("rate_class");
  } else {
    json.text("rate_class", catalog.rate_classes()[standing.kind].id);
  }
  json.number("requests", static_cast<std::int64_t>(standing.requests))
      .number("window_seconds", standing.window_ms / 1'000)
      .number("used", static_cast<std::int64_t>(standing.used))
      .number("remaining", static_cast<std::int64_t>(standing.remaining))
      .number("more_after_seconds", limit::whole_seconds(standing.more_after_ns))
      .flag("own", standing.own)
      .end_object();
}

void write_quota(JsonWriter& json, const Standing& standing) {
  json.begin_object()
      .text("scope", limit::to_string(standing.scope))
      .text("name", standing.name.view())
      .text("period", to_string(standing.period))
      .number("requests", static_cast<std::int64_t>(standing.requests))
      .number("used", static_cast<std::int64_t>(standing.used))
      .number("remaining", static_cast<std::int64_t>(standing.remaining))
      .time("resets_at", standing.resets_at)
      .end_object();
}

ApiResponse standings_response(const std::vector<Standing>& standings, const ApiServices& services) {
  JsonWriter json;
  json.begin_object().text("counted", limit::to_string(services.limiter.counted())).begin_array("rate_limits");
  for (const Standing& standing : standings) {
    if (!standing.is_quota()) write_rate_limit(json, standing, services.catalog);
  }
  json.end_array().begin_array("quotas");
  for (const Standing& standing : standings) {
    if (standing.is_quota()) write_quota(json, standing);
  }
  json.end_array().end_object();
  return json_response(200, json.take());
}

// Of one rate class, or (kNoRateClass) of what counts every request alone.
void append_standings(const ApiServices& services, std::uint8_t rate_class, const limit::DemandList::Owner& key,
                      const limit::DemandList::Owner& tenant, std::vector<Standing>& out) {
  const limit::DemandList demands(services.catalog, rate_class, key, tenant);
  std::vector<Standing> standings;
  services.limiter.peek(demands.span(), services.clock.steady_ns(), standings);
  for (const Standing& standing : standings) {
    // What counts every request is asked about with each class; once is enough.
    const bool every = standing.kind == limit::kEveryClass;
    if (every == (rate_class == catalog::kNoRateClass)) out.push_back(standing);
  }
}

// Whether requests of this class can be made with a key of the access type.
bool concerns(const Catalog& catalog, std::uint8_t rate_class, const std::string& access_type) {
  if (rate_class == catalog.default_rate_class())
    return true;  // a key that is judged without an operation counts there
  const catalog::AccessType* type = catalog.find_access_type(access_type);
  return type != nullptr && std::ranges::any_of(catalog.operations(), [&](const catalog::Operation& operation) {
           return operation.rate_class == rate_class && type->operations.contains(operation.index);
         });
}

Outcome get_key_limits(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto tenant = reach_tenant(services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  const auto of_key = limit::effective_for_key(key->limits, services.catalog);
  const auto of_tenant = limit::effective_for_tenant(tenant->limits, services.catalog);
  std::vector<Standing> standings;
  for (std::size_t i = 0; i < services.catalog.rate_classes().size(); ++i) {
    const auto rate_class = static_cast<std::uint8_t>(i);
    if (!concerns(services.catalog, rate_class, key->access_type)) continue;
    append_standings(services, rate_class, {key->id.bytes(), of_key}, {tenant->id.bytes(), of_tenant}, standings);
  }
  append_standings(services, catalog::kNoRateClass, {key->id.bytes(), of_key}, {tenant->id.bytes(), of_tenant},
                   standings);
  return standings_response(standings, services);
}

Outcome get_tenant_limits(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto tenant = reach_tenant(services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto of_tenant = limit::effective_for_tenant(tenant->limits, services.catalog);
  std::vector<limit::Demand> demands;
  std::vector<Standing> standings, all;
  for (const auto& one : of_tenant.classes) {
    demands.push_back({{tenant->id.bytes(), one.rate_class}, one.limits, {}, limit::Scope::kTenant});
  }
  demands.push_back(
      {{tenant->id.bytes(), limit::kEveryClass}, of_tenant.every, of_tenant.quotas, limit::Scope::kTenant});
  for (const limit::Demand& demand : demands) {
    services.limiter.peek({&demand, 1}, services.clock.steady_ns(), standings);
    all.insert(all.end(), standings.begin(), standings.end());
  }
  return standings_response(all, services);
}

}  // namespace

void add_limit_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET", .path = "/v1/tenants/{tenant}/limits", .handle = with(context, get_tenant_limits)});
  router.add(
      {.method = "GET", .path = "/v1/tenants/{tenant}/api-keys/{id}/limits", .handle = with(context, get_key_limits)});
}

}  // namespace latchkey::api
