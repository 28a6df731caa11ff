#include "guard/limit_fields.h"

#include <fmt/format.h>

#include <algorithm>

namespace latchkey::guard {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::string_view kTenantLead = "tenant-";

bool is_name_taken(const std::vector<limit::Standing>& standings, const limit::Standing& standing) {
  return standing.scope == limit::Scope::kTenant && std::ranges::any_of(standings, [&](const limit::Standing& other) {
           return other.scope == limit::Scope::kKey && other.name.view() == standing.name.view();
         });
}

// As the next member of a list. Names are letters, digits and '-' (is_limit_name), so they need no escape.
void append_name(std::string& out, const limit::Standing& standing, bool is_taken) {
  out.append(out.empty() ? "\"" : ", \"").append(is_taken ? kTenantLead : "").append(standing.name.view()).append("\"");
}

void append_parameter(std::string& out, std::string_view lead, auto value) {
  const fmt::format_int digits(value);
  out.append(lead).append(digits.data(), digits.size());
}

}  // namespace


std::string policy_name(const std::vector<limit::Standing>& standings, const limit::Standing& standing) {
  return std::string(is_name_taken(standings, standing) ? kTenantLead : "").append(standing.name.view());
}

// Written piece by piece into strings that keep their room, since nearly every answer has these fields.
void LimitFields::fill(const check::Scratch& scratch) {
  policy.clear();
  limit.clear();
  retry_after.clear();
  for (const limit::Standing& standing : scratch.standings) {
    const bool is_taken = is_name_taken(scratch.standings, standing);
    append_name(policy, standing, is_taken);
    append_parameter(policy, ";q=", standing.requests);
    const std::int64_t window_seconds = !standing.is_quota()              ? standing.window_ms / 1'000
                                        : standing.period == Period::kDay ? kDaySeconds
                                                                          : 0;
    if (window_seconds != 0) append_parameter(policy, ";w=", window_seconds);
    append_name(limit, standing, is_taken);
    append_parameter(limit, ";r=", standing.remaining);
    append_parameter(limit, ";t=", limit::whole_seconds(standing.more_after_ns));
  }
  const check::Decision& decision = scratch.decision;
  if (decision.retry_after_ns) append_parameter(retry_after, "", limit::whole_seconds(*decision.retry_after_ns));
}

LimitFields limit_fields(const check::Scratch& scratch) {
  LimitFields fields;
  fields.fill(scratch);
  return fields;
}

void LimitFields::append_to(std::vector<net::Header>& headers) const {
  if (!policy.empty()) headers.push_back({"RateLimit-Policy", policy});
  if (!limit.empty()) headers.push_back({"RateLimit", limit});
  if (!retry_after.empty()) headers.push_back({"Retry-After", retry_after});
}

}  // namespace latchkey::guard
