// /v1/tenants/{tenant}/request-links: links for third parties, and what is answered to what they ask for.
#include "api/authorize.h"
#include "api/confirmed_key.h"
#include "api/fields.h"
#include "api/key_input.h"
#include "api/key_response.h"
#include "api/query.h"
#include "api/read_body.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "base/log.h"

namespace latchkey::api {
namespace {

using lifecycle::KeyRequests;
using store::KeyRequestRecord;

constexpr std::int64_t kMaxPage = 200;
constexpr std::int64_t kDefaultPage = 50;
constexpr std::size_t kMaxCursorBytes = 512;

void write_text(JsonWriter& json, std::string_view name, const std::string& text) {
  text.empty() ? json.null(name) : json.text(name, text);
}

void write_asked(JsonWriter& json, const KeyRequestRecord& record, const catalog::Catalog& catalog) {
  if (!record.submitted_at) {
    json.null("asked");
    return;
  }
  const store::AskedKey& asked = record.asked;
  json.begin_object("asked").text("asker", asked.asker);
  write_text(json, "organisation", asked.organisation);
  json.text("contact_email", asked.contact_email).text("application", asked.application);
  write_text(json, "purpose", asked.purpose);
  json.member("restrictions");
  write_restrictions(json, asked.restrictions, catalog);
  json.end_object();
}

void write_request(JsonWriter& json, const KeyRequestRecord& record, const catalog::Catalog& catalog, Instant now,
                   const std::string& url = {}) {
  json.begin_object()
      .text("id", record.id.to_string())
      .text("status", to_string(lifecycle::status_of(record, now)))
      .text("access_type", record.access_type);
  write_text(json, "note", record.note);
  json.time("created_at", record.created_at).member("created_by");
  write_actor(json, record.created_by);
  json.time("expires_at", record.expires_at).number("submissions", record.submissions);
  json.time("submitted_at", record.submitted_at);
  write_asked(json, record, catalog);
  json.time("ended_at", record.ended_at);
  if (record.ended_at) {
    json.member("ended_by");
    write_actor(json, record.ended_by);
  } else {
    json.null("ended_by");
  }
  record.key.is_nil() ? json.null("key_id") : json.text("key_id", record.key.to_string());
  if (!url.empty()) json.text("url", url);
  json.end_object();
}

ApiResponse request_response(const ApiContext& context, int status, const KeyRequestRecord& record,
                             const std::string& url = {}) {
  JsonWriter json;
  write_request(json, record, context.services.catalog, context.services.clock.now(), url);
  return json_response(status, json.take());
}

Problem no_such_request() { return not_found("There is no such request link."); }

Problem problem_of_request(const Error& error) {
  return error.code == ErrorCode::kNotFound ? no_such_request() : problem_of(error);
}

Outcome list_requests(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  QueryReader query(request.query);
  const auto limit = static_cast<int>(query.integer("limit", 1, kMaxPage).value_or(kDefaultPage));
  const std::string cursor = query.text("cursor", kMaxCursorBytes).value_or("");
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));
  const auto page = context.services.key_requests.list(tenant->id, cursor, limit);
  if (!page) return std::unexpected(problem_of(page.error()));
  const Instant now = context.services.clock.now();
  JsonWriter json;
  json.begin_object();
  write_page(json, page->requests, page->next_cursor,
             [&](const KeyRequestRecord& record) { write_request(json, record, context.services.catalog, now); });
  json.end_object();
  return json_response(200, json.take());
}

Outcome make_request(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kWriteKeys);
  if (!tenant) return std::unexpected(tenant.error());
  auto document = read_object_or_nothing(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  lifecycle::MakeKeyRequest input;
  input.note = fields.text_or_null("note").value_or("");
  input.access_type = fields.text_or_null("access_type");
  input.life_seconds = fields.integer_or_null("life_seconds");
  fields.finish();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  const auto made = context.services.key_requests.make(*tenant, input, actor_of(request.caller));
  if (!made) return std::unexpected(problem_of(made.error()));
  ApiResponse response = request_response(context, 201, made->record, made->url);
  response.headers.emplace_back("Location", fmt::format("/v1/tenants/{}/request-links/{}", tenant->id.to_string(),
                                                        made->record.id.to_string()));
  return response;
}

struct Reached {
  Tenant tenant;
  KeyRequestId id;
};

// The role comes before the id, so that a viewer is told about their role.
std::expected<Reached, Problem> reach_request(const ApiContext& context, const ApiRequest& request, Need need) {
  auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], need);
  if (!tenant) return std::unexpected(tenant.error());
  const auto id = KeyRequestId::parse(request.parameters[1]);
  if (!id) return std::unexpected(no_such_request());
  return Reached{std::move(*tenant), *id};
}

Outcome get_request(const ApiContext& context, ApiRequest& request) {
  const auto reached = reach_request(context, request, Need::kRead);
  if (!reached) return std::unexpected(reached.error());
  const auto record = context.services.key_requests.find(reached->tenant.id, reached->id);
  if (!record) return std::unexpected(problem_of_request(record.error()));
  return request_response(context, 200, *record);
}

using EndRequest = Result<KeyRequestRecord> (KeyRequests::*)(TenantId, KeyRequestId, const Actor&);

Outcome end_request(const ApiContext& context, ApiRequest& request, EndRequest end) {
  const auto reached = reach_request(context, request, Need::kWriteKeys);
  if (!reached) return std::unexpected(reached.error());
  if (auto refused = refuse_fields(request)) return std::unexpected(std::move(*refused));
  const auto record = (context.services.key_requests.*end)(reached->tenant.id, reached->id, actor_of(request.caller));
  if (!record) return std::unexpected(problem_of_request(record.error()));
  return request_response(context, 200, *record);
}

Outcome activate_request(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto reached = reach_request(context, request, Need::kWriteKeys);
  if (!reached) return std::unexpected(reached.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  const bool says_where = std::ranges::any_of(document->members, [](const auto& m) { return m.name == "hand_over"; });
  auto draft = read_create_key(*document, reached->tenant, services.catalog, services.clock.now());
  if (!draft) return std::unexpected(draft.error());
  if (!says_where) draft->hand_over = services.key_requests.usual_hand_over();
  const auto made =
      services.key_requests.activate(reached->tenant, reached->id, std::move(*draft), actor_of(request.caller));
  if (!made) {
    return std::unexpected(made.error().error.code == ErrorCode::kNotFound ? no_such_request()
                                                                           : problem_of(made.error()));
  }
  if (made->replayed) {
    ApiResponse response = key_response(context, 200, made->key);
    response.headers.emplace_back("Idempotent-Replayed", "true");
    return response;
  }
  log::info("key_request.activated", {{"key_request", reached->id.to_string()}, {"key", made->key.id.to_string()}});
  ApiResponse response = key_response(context, 201, made->key, made->secret.empty() ? nullptr : &made->secret);
  response.headers.emplace_back("Location", fmt::format("/v1/tenants/{}/api-keys/{}", reached->tenant.id.to_string(),
                                                        made->key.id.to_string()));
  return response;
}

}  // namespace

void add_key_request_routes(Router& router, const ApiContext& context) {
  const auto add = [&](std::string_view method, std::string_view path, auto handler) {
    router.add({.method = method, .path = path, .handle = with(context, handler)});
  };
  const auto ending = [](EndRequest end) {
    return [end](const ApiContext& c, ApiRequest& r) { return end_request(c, r, end); };
  };
  add("GET", "/v1/tenants/{tenant}/request-links", list_requests);
  add("POST", "/v1/tenants/{tenant}/request-links", make_request);
  add("GET", "/v1/tenants/{tenant}/request-links/{request_link}", get_request);
  add("POST", "/v1/tenants/{tenant}/request-links/{request_link}/withdraw", ending(&KeyRequests::withdraw));
  add("POST", "/v1/tenants/{tenant}/request-links/{request_link}/decline", ending(&KeyRequests::decline));
  add("POST", "/v1/tenants/{tenant}/request-links/{request_link}/activate", activate_request);
}

}  // namespace latchkey::api
