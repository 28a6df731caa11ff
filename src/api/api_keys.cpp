// /v1/tenants/{tenant}/api-keys and below.
#include "api/authorize.h"
#include "api/confirmed_key.h"
#include "api/fields.h"
#include "api/find_key.h"
#include "api/key_input.h"
#include "api/key_response.h"
#include "api/preconditions.h"
#include "api/query.h"
#include "api/read_body.h"
#include "api/receipt.h"
#include "api/resource_json.h"
#include "api/resources.h"

namespace latchkey::api {
namespace {

constexpr std::int64_t kMaxPage = 200;
constexpr std::int64_t kMaxExportPage = 1000;
constexpr std::int64_t kDefaultPage = 50;
constexpr std::size_t kMaxCursorBytes = 512;
constexpr std::size_t kMaxSearchCharacters = 100;
constexpr std::size_t kMaxAccessTypeBytes = 64;

std::optional<store::KeySort> parse_sort(std::string_view text) {
  if (text == "-created_at") return store::KeySort::kCreatedDescending;
  if (text == "created_at") return store::KeySort::kCreatedAscending;
  if (text == "nickname") return store::KeySort::kNicknameAscending;
  if (text == "-nickname") return store::KeySort::kNicknameDescending;
  return std::nullopt;
}

std::expected<store::KeyQuery, Problem> read_key_query(const ApiContext& context, const ApiRequest& request) {
  QueryReader query(request.query);
  store::KeyQuery out;
  out.now = context.services.clock.now();
  out.limit = static_cast<int>(query.integer("limit", 1, kMaxPage).value_or(kDefaultPage));
  out.cursor = query.text("cursor", kMaxCursorBytes).value_or("");
  out.text = query.text("q", kMaxSearchCharacters).value_or("");
  out.access_type = query.text("access_type", kMaxAccessTypeBytes);
  out.nickname = query.text("nickname", kMaxSearchCharacters);
  if (const auto status = query.text("status", kMaxSearchCharacters)) {
    out.status = parse_key_status(*status);
    if (!out.status) query.mistake("The parameter status must be active, disabled, expired, revoked or deleted.");
  }
  if (const auto sort = query.text("sort", kMaxSearchCharacters)) {
    const auto known = parse_sort(*sort);
    if (!known) query.mistake("The parameter sort must be created_at, -created_at, nickname or -nickname.");
    out.sort = known.value_or(out.sort);
  }
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));
  return out;
}

Outcome list_keys(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto query = read_key_query(context, request);
  if (!query) return std::unexpected(query.error());
  const auto page = context.services.store.list_keys(tenant->id, *query);
  if (!page) return std::unexpected(problem_of(page.error()));
  const std::vector<store::SecretUse> uses = uses_of(context, tenant->id, page->keys);
  const std::vector<KeyExposure> exposures = exposures_of(context, tenant->id, page->keys);
  JsonWriter json;
  json.begin_object();
  write_page(json, page->keys, page->next_cursor,
             [&](const ApiKey& key) { write_key(json, key, uses, exposures, context.services.catalog, query->now); });
  json.number("total", page->total).end_object();
  return json_response(200, json.take());
}

// All keys for a program that wants all of them: large pages, in the order of creation, which nobody counts.
Outcome export_keys(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  QueryReader reader(request.query);
  store::KeyQuery query{.sort = store::KeySort::kCreatedAscending, .count = false};
  query.now = context.services.clock.now();
  query.limit = static_cast<int>(reader.integer("limit", 1, kMaxExportPage).value_or(kMaxExportPage));
  query.cursor = reader.text("cursor", kMaxCursorBytes).value_or("");
  if (auto wrong = reader.finish()) return std::unexpected(std::move(*wrong));
  const auto page = context.services.store.list_keys(tenant->id, query);
  if (!page) return std::unexpected(problem_of(page.error()));
  const std::vector<store::SecretUse> uses = uses_of(context, tenant->id, page->keys);
  const std::vector<KeyExposure> exposures = exposures_of(context, tenant->id, page->keys);
  JsonWriter json;
  json.begin_object();
  write_page(json, page->keys, page->next_cursor,
             [&](const ApiKey& key) { write_key(json, key, uses, exposures, context.services.catalog, query.now); });
  json.end_object();
  return json_response(200, json.take());
}

Outcome create_key(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto tenant = reach_tenant(services.store, request.caller, request.parameters[0], Need::kWriteKeys);
  if (!tenant) return std::unexpected(tenant.error());
  const auto name = read_idempotency_key(request);
  if (!name) return std::unexpected(name.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  const auto create = read_create_key(*document, *tenant, services.catalog, services.clock.now());
  if (!create) return std::unexpected(create.error());

  std::optional<lifecycle::Idempotency> once;
  if (*name) once = {**name, request_hash(*create)};
  const auto made = services.keys.create(*tenant, *create, actor_of(request.caller), once);
  if (!made) return std::unexpected(problem_of(made.error()));
  if (made->replayed) {
    ApiResponse response = key_response(context, 200, made->key);
    response.headers.emplace_back("Idempotent-Replayed", "true");
    return response;
  }
  ApiResponse response = key_response(context, 201, made->key, made->secret.empty() ? nullptr : &made->secret);
  response.headers.emplace_back("Location", fmt::format("/v1/tenants/{}/api-keys/{}", tenant->id.to_string(),
                                                        made->key.id.to_string()));
  return response;
}

Outcome get_key(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  return key_response(context, 200, *key);
}

Outcome update_key(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto change = read_key_change(context, request);
  if (!change) return std::unexpected(change.error());
  const auto wait = read_wait(request);
  if (!wait) return std::unexpected(wait.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  const auto update = read_update_key(*document, change->key, change->tenant, services.catalog, services.clock.now());
  if (!update) return std::unexpected(update.error());
  const auto changed = services.keys.update(change->tenant, change->key.id, *update, change->version);
  if (!changed) return std::unexpected(problem_of(changed.error()));
  return with_receipt(context, request, *wait, key_response(context, 200, *changed));
}

using ChangeState = lifecycle::ChangeResult<ApiKey> (lifecycle::Keys::*)(TenantId, KeyId, std::optional<std::int64_t>);

Outcome change_state(const ApiContext& context, ApiRequest& request, ChangeState change) {
  const auto confirmed = read_confirmed_change(context, request);
  if (!confirmed) return std::unexpected(confirmed.error());
  const auto wait = read_wait(request);
  if (!wait) return std::unexpected(wait.error());
  const auto changed = (context.services.keys.*change)(confirmed->tenant.id, confirmed->key.id, confirmed->version);
  if (!changed) return std::unexpected(problem_of(changed.error()));
  return with_receipt(context, request, *wait, key_response(context, 200, *changed));
}

}  // namespace

void add_key_routes(Router& router, const ApiContext& context) {
  const auto add = [&](std::string_view method, std::string_view path, auto handler) {
    router.add({.method = method, .path = path, .handle = with(context, handler)});
  };
  const auto changing = [](ChangeState change) {
    return [change](const ApiContext& c, ApiRequest& r) { return change_state(c, r, change); };
  };
  add("GET", "/v1/tenants/{tenant}/api-keys", list_keys);
  add("POST", "/v1/tenants/{tenant}/api-keys", create_key);
  add("GET", "/v1/tenants/{tenant}/api-keys/export", export_keys);
  add("GET", "/v1/tenants/{tenant}/api-keys/{id}", get_key);
  add("PATCH", "/v1/tenants/{tenant}/api-keys/{id}", update_key);
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/disable", changing(&lifecycle::Keys::disable));
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/enable", changing(&lifecycle::Keys::enable));
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/revoke", changing(&lifecycle::Keys::revoke));
}

}  // namespace latchkey::api
