// /v1/tenants and /v1/tenants/{tenant}.
#include "api/authorize.h"
#include "api/fields.h"
#include "api/limits_input.h"
#include "api/query.h"
#include "api/read_body.h"
#include "api/receipt.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "lifecycle/validate.h"

namespace latchkey::api {
namespace {

constexpr std::int64_t kMaxPage = 200;
constexpr std::int64_t kDefaultPage = 50;
constexpr std::size_t kMaxCursorBytes = 512;

ApiResponse tenant_response(const ApiContext& context, int status, const Tenant& tenant) {
  JsonWriter json;
  write_tenant(json, tenant, context.services.catalog);
  ApiResponse response = json_response(status, json.take());
  if (status == 201) response.headers.emplace_back("Location", "/v1/tenants/" + tenant.id.to_string());
  return response;
}

Outcome list_tenants(const ApiContext& context, ApiRequest& request) {
  QueryReader query(request.query);
  const std::int64_t limit = query.integer("limit", 1, kMaxPage).value_or(kDefaultPage);
  const std::string cursor = query.text("cursor", kMaxCursorBytes).value_or("");
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));

  store::TenantPage page;
  if (const auto* person = std::get_if<Person>(&request.caller)) {
    auto own = context.services.store.find_tenant(person->user.tenant);
    if (!own) return std::unexpected(problem_of(own.error()));
    page.tenants.push_back(std::move(*own));
  } else {
    auto found = context.services.store.list_tenants(cursor, static_cast<int>(limit));
    if (!found) return std::unexpected(problem_of(found.error()));
    page = std::move(*found);
  }
  JsonWriter json;
  json.begin_object();
  write_page(json, page.tenants, page.next_cursor,
             [&](const Tenant& tenant) { write_tenant(json, tenant, context.services.catalog); });
  json.end_object();
  return json_response(200, json.take());
}

// What the lifecycle room would say about the fields that have the right shape, so that nobody has to ask twice.
Mistakes meaning_of(const ApiContext& context, const std::optional<std::string>& name,
                    const std::optional<std::vector<std::string>>& channels,
                    const std::optional<std::vector<std::string>>& ranges,
                    const std::optional<lifecycle::LimitsInput>& limits) {
  Mistakes mistakes;
  if (name) lifecycle::check_name(*name, "name", "/name", mistakes);
  if (channels) lifecycle::check_tenant_channels(*channels, context.services.catalog, mistakes);
  if (ranges) lifecycle::check_ip_ranges(*ranges, "/ip_ranges", mistakes);
  if (limits) lifecycle::check_tenant_limits(*limits, context.services.catalog, mistakes);
  return mistakes;
}

// Only the lifecycle room knows which client numbers are taken; what none can be is known here too.
void check_cid(std::int64_t cid, Mistakes& mistakes) {
  if (cid >= 1 && cid <= store::kMaxCid) return;
  mistakes.push_back({"/cid", fmt::format("A client number is a whole number from 1 to {}.", store::kMaxCid)});
}

Outcome create_tenant(const ApiContext& context, ApiRequest& request) {
  if (auto refused = refuse_unless(request.caller, Need::kOperate)) return std::unexpected(std::move(*refused));
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  fields.require("name");
  const auto name = fields.text("name");
  const auto channels = fields.channels("enabled_channels");
  const auto ranges = fields.texts("ip_ranges");
  const auto limits = read_limits(fields, mistakes);
  lifecycle::CreateTenant create;
  create.name = name.value_or("");
  create.cid = fields.integer("cid");
  create.enabled_channels = channels.value_or(std::vector<std::string>());
  create.ip_ranges = ranges.value_or(std::vector<std::string>());
  create.limits = limits.value_or(lifecycle::LimitsInput());
  fields.finish();
  if (!mistakes.empty()) {
    Mistakes meaning = meaning_of(context, name, channels, ranges, limits);
    if (create.cid) check_cid(*create.cid, meaning);
    return std::unexpected(invalid_fields(combine(std::move(mistakes), meaning)));
  }
  const auto made = context.services.tenants.create(create);
  if (!made) return std::unexpected(problem_of(made.error()));
  return tenant_response(context, 201, *made);
}

Outcome get_tenant(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  return tenant_response(context, 200, *tenant);
}

Outcome update_tenant(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kOperate);
  if (!tenant) return std::unexpected(tenant.error());
  const auto wait = read_wait(request);
  if (!wait) return std::unexpected(wait.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  lifecycle::UpdateTenant update;
  update.name = fields.text("name");
  update.enabled_channels = fields.channels("enabled_channels");
  update.ip_ranges = fields.texts("ip_ranges");
  update.limits = read_limits(fields, mistakes);
  if (const auto status = fields.text("status")) {
    update.status = parse_tenant_status(*status);
    if (!update.status) fields.mistake("status", "This must be \"active\" or \"suspended\".");
  }
  fields.finish();
  if (!mistakes.empty()) {
    return std::unexpected(invalid_fields(combine(std::move(mistakes),
                                                  meaning_of(context, update.name, update.enabled_channels,
                                                             update.ip_ranges, update.limits))));
  }
  const auto changed = context.services.tenants.update(tenant->id, update);
  if (!changed) return std::unexpected(problem_of(changed.error()));
  return with_receipt(context, request, *wait, tenant_response(context, 200, *changed));
}

}  // namespace

void add_tenant_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET", .path = "/v1/tenants", .handle = with(context, list_tenants)});
  router.add({.method = "POST", .path = "/v1/tenants", .handle = with(context, create_tenant)});
  router.add({.method = "GET", .path = "/v1/tenants/{tenant}", .handle = with(context, get_tenant)});
  router.add({.method = "PATCH", .path = "/v1/tenants/{tenant}", .handle = with(context, update_tenant)});
}

}  // namespace latchkey::api
