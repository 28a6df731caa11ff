#include "api/problem.h"

#include "api/json_writer.h"
#include "base/log.h"

namespace latchkey::api {
namespace {

// A 401 has to name a scheme (RFC 9110, 11.6.1). Browsers show no dialogue of their own for Bearer.
const std::pair<std::string, std::string> kAuthenticate = {"WWW-Authenticate", "Bearer realm=\"latchkey\""};
const std::pair<std::string, std::string> kRetrySoon = {"Retry-After", "1"};

Problem of_kind(int status, std::string_view code, std::string_view title, std::string detail) {
  return {.status = status, .code = code, .title = title, .detail = std::move(detail)};
}

Problem unavailable(std::string detail) {
  Problem problem = of_kind(503, "unavailable", "This can't be done right now", std::move(detail));
  problem.headers.push_back(kRetrySoon);
  return problem;
}

Problem internal() {
  return of_kind(500, "internal", "Something is wrong on the server",
                 "The server could not do this. Its log has the reason, under this request_id.");
}

Problem by_code(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument: return bad_request(error.message);
    case ErrorCode::kNotFound: return not_found(error.message);
    case ErrorCode::kConflict: return conflict(error.message);
    case ErrorCode::kPreconditionFailed:
      return of_kind(412, "precondition_failed", "It has changed since you read it", error.message);
    case ErrorCode::kUnauthenticated: return unauthenticated(error.message);
    case ErrorCode::kPermissionDenied: return permission_denied(error.message);
    case ErrorCode::kTooLarge: return too_large(error.message);
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
    case ErrorCode::kClosed: return unavailable(error.message);
    case ErrorCode::kCorrupt:
    case ErrorCode::kTooNew:
    case ErrorCode::kInternal: return internal();
  }
  return internal();
}

}  // namespace

Problem problem_of(const Error& error) {
  Problem problem = by_code(error);
  problem.log_detail = error.message;
  if (!error.detail.empty()) problem.log_detail += " (" + error.detail + ")";
  return problem;
}

Problem problem_of(const lifecycle::ChangeError& error) {
  if (!error.fields.empty()) return invalid_fields(error.fields);
  return problem_of(error.error);
}

Problem bad_request(std::string detail) {
  return of_kind(400, "bad_request", "The request is not well-formed", std::move(detail));
}

Problem ambiguous_credentials() {
  return of_kind(400, "ambiguous_credentials", "The request carries more than one credential",
                 "Send either one operator key or one session cookie, so that it is clear who asks.");
}

Problem invalid_json(std::string detail, std::string pointer) {
  Problem problem = of_kind(400, "invalid_json", "The body is not a JSON object that can be read", std::move(detail));
  if (!pointer.empty()) problem.errors.push_back({std::move(pointer), problem.detail});
  return problem;
}

Problem invalid_fields(std::vector<lifecycle::FieldError> errors) {
  Problem problem = of_kind(422, "invalid_fields", "Some fields are wrong", {});
  problem.detail = errors.size() == 1
                       ? errors.front().detail
                       : fmt::format("{} fields are wrong; `errors` says how to mend each.", errors.size());
  problem.errors = std::move(errors);
  return problem;
}

Problem unauthenticated(std::string detail) {
  Problem problem = of_kind(401, "unauthenticated", "Nobody is signed in", std::move(detail));
  problem.headers.push_back(kAuthenticate);
  return problem;
}

Problem invalid_credentials() {
  Problem problem = of_kind(401, "invalid_credentials", "The email or the password is wrong",
                            "The email or the password is wrong. Check both and try again.");
  problem.headers.push_back(kAuthenticate);
  return problem;
}

Problem csrf_required(std::string detail) {
  return of_kind(403, "csrf_required", "The request may come from another site", std::move(detail));
}

Problem permission_denied(std::string detail) {
  return of_kind(403, "permission_denied", "Your role does not permit this", std::move(detail));
}

Problem signature_refused() {
  return of_kind(403, "signature_refused", "The report is not signed by anybody known here",
                 "Sign the body as it is sent; the documentation has both forms. Nothing of the report was looked at.");
}

Problem not_found(std::string detail) { return of_kind(404, "not_found", "There is nothing here", std::move(detail)); }

Problem method_not_allowed(std::string allow) {
  Problem problem =
      of_kind(405, "method_not_allowed", "This path takes another method", "This path takes: " + allow + ".");
  problem.headers.emplace_back("Allow", std::move(allow));
  return problem;
}

Problem conflict(std::string detail) {
  return of_kind(409, "conflict", "The present state forbids this", std::move(detail));
}

Problem too_large(std::string detail) { return of_kind(413, "too_large", "The body is too large", std::move(detail)); }

Problem unsupported_media_type() {
  return of_kind(415, "unsupported_media_type", "The body is not JSON",
                 "Send the body as JSON in UTF-8, with Content-Type: application/json.");
}

Problem misdirected(std::string detail) {
  return of_kind(421, "misdirected_request", "This server does not answer for that host", std::move(detail));
}

Problem too_many_attempts(std::int64_t retry_after_s) {
  Problem problem = of_kind(429, "too_many_attempts", "Too many attempts to sign in",
                            fmt::format("There were too many attempts to sign in. Try again in {} second{}.",
                                        retry_after_s, retry_after_s == 1 ? "" : "s"));
  problem.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
  return problem;
}

Problem too_many_reports(std::int64_t retry_after_s) {
  Problem problem = of_kind(429, "too_many_reports", "Too many reports without a good signature",
                            fmt::format("Too many reports without a good signature came from this address. Try again in "
                                        "{} second{}.",
                                        retry_after_s, retry_after_s == 1 ? "" : "s"));
  problem.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
  return problem;
}

Problem too_many_requests(std::int64_t retry_after_s) {
  Problem problem = of_kind(429, "too_many_requests", "Too many requests from your network",
                            fmt::format("There were too many requests from your network. Try again in {} second{}.",
                                        retry_after_s, retry_after_s == 1 ? "" : "s"));
  problem.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
  return problem;
}

Problem overloaded() {
  Problem problem = of_kind(503, "overloaded", "The server is busy",
                            "The server has more to do than it can hold. Try again shortly.");
  problem.headers.push_back(kRetrySoon);
  return problem;
}

ApiResponse to_response(const Problem& problem, std::string_view request_id) {
  if (problem.status >= 500) {
    log::error("api.problem", {{"code", problem.code}, {"request_id", request_id}, {"detail", problem.log_detail}});
  }
  JsonWriter json;
  json.begin_object()
      .text("type", fmt::format("urn:latchkey:problem:{}", problem.code))
      .text("title", problem.title)
      .number("status", problem.status)
      .text("detail", problem.detail)
      .text("code", problem.code)
      .text("request_id", request_id);
  if (!problem.errors.empty()) {
    json.begin_array("errors");
    for (const lifecycle::FieldError& error : problem.errors) {
      json.begin_object().text("pointer", error.pointer).text("detail", error.detail).end_object();
    }
    json.end_array();
  }
  json.end_object();
  return {.status = problem.status,
          .body = json.take(),
          .content_type = "application/problem+json",
          .headers = problem.headers};
}

}  // namespace latchkey::api
