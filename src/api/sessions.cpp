// Signing in and out: /v1/login, /v1/logout, /v1/session.
#include "api/cookie.h"
#include "api/fields.h"
#include "api/read_body.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "base/log.h"

namespace latchkey::api {
namespace {

std::expected<std::string, Problem> session_json(const ApiServices& services, const User& user,
                                                 std::string_view csrf_token, Instant expires_at) {
  const auto tenant = services.store.find_tenant(user.tenant);
  if (!tenant) return std::unexpected(problem_of(tenant.error()));
  JsonWriter json;
  json.begin_object();
  json.begin_array("tenants");
  write_tenant(json, *tenant, services.catalog);
  json.end_array();
  json.text("csrf_token", csrf_token).time("expires_at", expires_at);
  json.member("user");
  write_user(json, user);
  json.end_object();
  return json.take();
}

Outcome log_in(const ApiContext& context, ApiRequest& request) {
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  fields.require("email");
  fields.require("password");
  const std::string email = fields.text("email").value_or("");
  const Secret password = fields.secret("password").value_or(Secret());
  fields.finish();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));

  const Attempt attempt{request.peer.address, email, context.devices.recognise(request.head, email)};
  if (const std::int64_t wait_s = context.throttle.take(attempt); wait_s > 0) {
    return std::unexpected(too_many_attempts(wait_s));
  }
  const ApiServices& services = context.services;
  const auto signed_in = services.people.sign_in(email, password);
  if (!signed_in) {
    if (signed_in.error().code != ErrorCode::kUnauthenticated) return std::unexpected(problem_of(signed_in.error()));
    log::warn("sign_in.refused", {{"address", request.peer.address.to_string()}, {"request_id", request.request_id}});
    return std::unexpected(invalid_credentials());
  }
  context.throttle.give_back(attempt);
  // The session that this browser had before would otherwise live on unseen. Failing to end it is no reason to refuse.
  if (const Cookie before = find_session_cookie(request.head); before.count == 1 && !before.value.empty()) {
    (void)services.people.sign_out(before.value);
  }
  const lifecycle::Session& session = signed_in->session;
  auto body = session_json(services, session.user, session.csrf_token, session.expires_at);
  if (!body) return std::unexpected(std::move(body.error()));
  log::info("sign_in.done", {{"user", session.user.id.to_string()}, {"request_id", request.request_id}});
  ApiResponse response = json_response(200, std::move(*body));
  response.headers.emplace_back("Set-Cookie", set_session_cookie(signed_in->token.expose()));
  if (!attempt.device) response.headers.emplace_back("Set-Cookie", context.devices.make(email));
  return response;
}

Outcome log_out(const ApiContext& context, ApiRequest& request) {
  const Cookie cookie = find_session_cookie(request.head);
  if (std::holds_alternative<Person>(request.caller)) {
    if (const auto ended = context.services.people.sign_out(cookie.value); !ended)
      return std::unexpected(problem_of(ended.error()));
  }
  ApiResponse response{.status = 204};
  response.headers.emplace_back("Set-Cookie", clear_session_cookie());
  return response;
}

Outcome get_session(const ApiContext& context, ApiRequest& request) {
  const auto* person = std::get_if<Person>(&request.caller);
  if (person == nullptr)
    return std::unexpected(unauthenticated("An operator key has no session. Sign in with email and password."));
  auto body = session_json(context.services, person->user, person->csrf_token, person->expires_at);
  if (!body) return std::unexpected(std::move(body.error()));
  return json_response(200, std::move(*body));
}

}  // namespace

void add_session_routes(Router& router, const ApiContext& context) {
  router.add({.method = "POST",
              .path = "/v1/login",
              .access = Access::kAnyone,
              .handle = with(context, log_in),
              .slow = true});
  router.add({.method = "POST", .path = "/v1/logout", .access = Access::kOptional, .handle = with(context, log_out)});
  router.add({.method = "GET", .path = "/v1/session", .handle = with(context, get_session)});
}

}  // namespace latchkey::api
