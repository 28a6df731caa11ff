#include "guard/problem.h"

#include "base/json_text.h"

namespace latchkey::guard {

Problem problem_of(const check::Decision& denied) { return {denied.reason, denied.status, denied.detail}; }

std::string problem_json(const Problem& problem, std::string_view request_id) {
  std::string json = fmt::format("{{\"type\":\"urn:latchkey:problem:{}\",\"title\":", code(problem.reason));
  append_json_string(json, title(problem.reason));
  json += fmt::format(",\"status\":{},\"detail\":", problem.status);
  append_json_string(json, problem.detail);
  json += fmt::format(",\"code\":\"{}\",\"request_id\":", code(problem.reason));
  append_json_string(json, request_id);
  json += '}';
  return json;
}

}  // namespace latchkey::guard
