#include "api/authenticate.h"

#include "api/cookie.h"
#include "api/same_origin.h"
#include "base/secret.h"

namespace latchkey::api {
namespace {

bool changes_something(std::string_view method) { return method != "GET" && method != "HEAD"; }

// The token of "Bearer <token>"; empty for anything else.
std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size() || !net::same_name(authorization.substr(0, kScheme.size()), kScheme))
    return {};
  return authorization.substr(kScheme.size());
}

Problem nobody(const net::RequestHead& head) {
  if (head.count("X-API-KEY") > 0) {
    return unauthenticated(
        "An API key opens the guarded API, not this one. Sign in, or send an operator key as Authorization: Bearer.");
  }
  return unauthenticated("Sign in, or send an operator key as Authorization: Bearer.");
}

}  // namespace

Actor actor_of(const Caller& caller) {
  if (const auto* person = std::get_if<Person>(&caller)) return {ActorType::kUser, person->user.id, person->user.email};
  if (const auto* program = std::get_if<Operator>(&caller)) return program->actor;
  return {};
}

std::expected<Caller, Problem> Authenticator::authenticate(const net::RequestHead& head, Access access) const {
  // A page of another site may not even sign somebody in.
  if (changes_something(head.method) && !comes_from_our_pages(head)) {
    return std::unexpected(
        csrf_required("The browser says that another site made this request. Use the console's own pages."));
  }
  if (access == Access::kAnyone) return Nobody{};
  const Cookie cookie = find_session_cookie(head);
  const int bearers = head.count("Authorization");
  if (bearers + cookie.count > 1) return std::unexpected(ambiguous_credentials());
  if (bearers == 1) {
    const auto actor = operator_keys_.authenticate(bearer_token(head.find("Authorization")));
    if (!actor) return std::unexpected(problem_of(actor.error()));
    return Operator{*actor};
  }
  if (cookie.count == 1 && !cookie.value.empty()) return by_session(head, cookie.value, access);
  if (access == Access::kOptional) return Nobody{};
  return std::unexpected(nobody(head));
}

std::expected<Caller, Problem> Authenticator::by_session(const net::RequestHead& head, std::string_view token,
                                                         Access access) const {
  auto session = people_.find_session(token);
  if (!session) {
    if (access == Access::kOptional && session.error().code == ErrorCode::kUnauthenticated) return Nobody{};
    return std::unexpected(problem_of(session.error()));
  }
  if (changes_something(head.method)) {
    const bool proved =
        head.count("X-CSRF-Token") == 1 && equal_in_constant_time(head.find("X-CSRF-Token"), session->csrf_token);
    if (!proved)
      return std::unexpected(
          csrf_required("Send the session's csrf_token in X-CSRF-Token; GET /v1/session answers it."));
  }
  if (access == Access::kOperator)
    return std::unexpected(permission_denied("Only an operator may do this. Send an operator key instead."));
  return Person{std::move(session->user), std::move(session->csrf_token), session->expires_at};
}

}  // namespace latchkey::api
