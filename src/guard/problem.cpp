#include "guard/problem.h"

#include "base/json_text.h"
#include "guard/limit_fields.h"

namespace latchkey::guard {

namespace {

// Of a limit: the type that draft-ietf-httpapi-ratelimit-headers-11 registers, which clients may know.
std::string type_of(const Problem& problem) {
  if (problem.violated_policies.empty()) return fmt::format("urn:latchkey:problem:{}", code(problem.reason));
  return "https://iana.org/assignments/http-problem-types#quota-exceeded";
}

}  // namespace

Problem problem_of(const check::Scratch& scratch) {
  const check::Decision& denied = scratch.decision;
  Problem problem{denied.reason, denied.status, denied.detail};
  for (const limit::Standing& standing : scratch.standings) {
    if (standing.violated) problem.violated_policies.push_back(policy_name(scratch.standings, standing));
  }
  return problem;
}

std::string problem_json(const Problem& problem, std::string_view request_id) {
  std::string json = fmt::format("{{\"type\":\"{}\",\"title\":", type_of(problem));
  append_json_string(json, title(problem.reason));
  json += fmt::format(",\"status\":{},\"detail\":", problem.status);
  append_json_string(json, problem.detail);
  json += fmt::format(",\"code\":\"{}\",\"request_id\":", code(problem.reason));
  append_json_string(json, request_id);
  for (std::size_t i = 0; i < problem.violated_policies.size(); ++i) {
    json += i == 0 ? ",\"violated-policies\":[" : ",";
    append_json_string(json, problem.violated_policies[i]);
  }
  if (!problem.violated_policies.empty()) json += ']';
  json += '}';
  return json;
}

}  // namespace latchkey::guard
