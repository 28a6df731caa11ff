// /v1/tenants/{tenant}/api-keys/{id}/trial: restrictions that are tried before they refuse anything.
#include "api/authorize.h"
#include "api/fields.h"
#include "api/find_key.h"
#include "api/key_input.h"
#include "api/key_response.h"
#include "api/preconditions.h"
#include "api/read_body.h"
#include "api/resources.h"
#include "api/trial_json.h"

namespace latchkey::api {
namespace {

Outcome trial_response(const ApiContext& context, const Trial& trial) {
  JsonWriter json;
  if (auto written = write_trial(json, context, trial); !written) return std::unexpected(std::move(written.error()));
  return json_response(200, json.take());
}

// These take no fields; what is sent all the same is not passed over.
std::expected<void, Problem> read_no_fields(const ApiRequest& request) {
  auto document = read_object_or_nothing(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader(*document, "", mistakes).finish();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  return {};
}

Outcome get_trial(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto record = find_key_record(context, *tenant, request);
  if (!record) return std::unexpected(record.error());
  if (!record->trial) return std::unexpected(not_found("This key has no restrictions on trial."));
  return trial_response(context, record->trial->trial);
}

Outcome start_trial(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto tenant = reach_tenant(services.store, request.caller, request.parameters[0], Need::kWriteKeys);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  const auto restrictions = read_trial(*document, *key, *tenant, services.catalog);
  if (!restrictions) return std::unexpected(restrictions.error());
  const auto trial = services.keys.start_trial(*tenant, key->id, *restrictions, actor_of(request.caller));
  if (!trial) return std::unexpected(problem_of(trial.error()));
  return trial_response(context, *trial);
}

Outcome end_trial(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto tenant = reach_tenant(services.store, request.caller, request.parameters[0], Need::kWriteKeys);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  if (auto read = read_no_fields(request); !read) return std::unexpected(std::move(read.error()));
  if (const auto ended = services.keys.end_trial(tenant->id, key->id); !ended)
    return std::unexpected(problem_of(ended.error()));
  return ApiResponse{.status = 204};
}

Outcome apply_trial(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto tenant = reach_tenant(services.store, request.caller, request.parameters[0], Need::kWriteKeys);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  const auto version = read_if_match(request);
  if (!version) return std::unexpected(version.error());
  if (auto read = read_no_fields(request); !read) return std::unexpected(std::move(read.error()));
  const auto changed = services.keys.apply_trial(*tenant, key->id, *version);
  if (!changed) return std::unexpected(problem_of(changed.error()));
  return key_response(context, 200, *changed);
}

}  // namespace

void add_trial_routes(Router& router, const ApiContext& context) {
  const auto add = [&](std::string_view method, std::string_view path, auto handler) {
    router.add({.method = method, .path = path, .handle = with(context, handler)});
  };
  add("GET", "/v1/tenants/{tenant}/api-keys/{id}/trial", get_trial);
  add("PUT", "/v1/tenants/{tenant}/api-keys/{id}/trial", start_trial);
  add("DELETE", "/v1/tenants/{tenant}/api-keys/{id}/trial", end_trial);
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/trial/apply", apply_trial);
}

}  // namespace latchkey::api
