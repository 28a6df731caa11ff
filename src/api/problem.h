// What goes wrong in the management API, and the one place that turns it into an answer: RFC 9457 problem documents
// with a stable `code`, one sentence in `detail`, and for bad fields every mistake with its JSON pointer.
//
//   if (!tenant) return std::unexpected(problem_of(tenant.error()));
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/response.h"
#include "base/error.h"
#include "lifecycle/keys.h"

namespace latchkey::api {

struct Problem {
  int status = 500;
  std::string_view code;   // a literal: programs depend on it
  std::string_view title;  // a literal: the same for every problem of this code
  std::string detail;      // a sentence about this one
  std::vector<lifecycle::FieldError> errors = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // such as Retry-After
  std::string log_detail = {};                                    // never answered
};

// Operational errors. The error's own message is the public sentence.
Problem problem_of(const Error& error);
Problem problem_of(const lifecycle::ChangeError& error);

// The management API's own.
Problem bad_request(std::string detail);
Problem ambiguous_credentials();
Problem invalid_json(std::string detail, std::string pointer = {});
Problem invalid_fields(std::vector<lifecycle::FieldError> errors);
Problem unauthenticated(std::string detail);
Problem invalid_credentials();
Problem csrf_required(std::string detail);
Problem permission_denied(std::string detail);
Problem signature_refused();
Problem not_found(std::string detail);
Problem method_not_allowed(std::string allow);
Problem conflict(std::string detail);
Problem too_large(std::string detail);
Problem unsupported_media_type();
Problem misdirected(std::string detail);
Problem too_many_attempts(std::int64_t retry_after_s);
Problem too_many_reports(std::int64_t retry_after_s);
Problem too_many_requests(std::int64_t retry_after_s);
Problem overloaded();

// Logs what is ours to mend (5xx), with the detail that callers don't see.
ApiResponse to_response(const Problem& problem, std::string_view request_id);

}  // namespace latchkey::api
