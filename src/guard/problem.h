// A denial as an answer: RFC 9457 problem documents, the same bytes from every guard.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "check/check.h"
#include "core/deny_reason.h"

namespace latchkey::guard {

struct Problem {
  DenyReason reason = DenyReason::kMissingKey;
  int status = 401;
  std::string_view detail;
  std::vector<std::string> violated_policies = {};  // of limits and quotas: their names, as in RateLimit
};

// Of the last check made with it, which denied. Views into it.
Problem problem_of(const check::Scratch& scratch);
// One line of ASCII JSON, so that it also fits a header.
std::string problem_json(const Problem& problem, std::string_view request_id);
// The WWW-Authenticate field of a 401 (RFC 9110, 11.6.1; the scheme is registered nowhere, as all header keys').
inline constexpr std::string_view kAuthenticate = "ApiKey realm=\"latchkey\", header=\"X-API-KEY\"";
inline constexpr std::string_view kProblemType = "application/problem+json";

}  // namespace latchkey::guard
