#include "guard/limit_fields.h"

namespace latchkey::guard {

std::int64_t whole_seconds(std::int64_t ns) { return (ns + 999'999'999) / 1'000'000'000; }

LimitFields limit_fields(const check::Scratch& scratch) {
  LimitFields fields;
  for (const limit::Standing& standing : scratch.standings) {
    const char* comma = fields.policy.empty() ? "" : ", ";
    // Names are letters, digits and '-' (load_rate_classes.cpp), so they need no escape.
    fields.policy += fmt::format("{}\"{}\";q={};w={}", comma, standing.limit->name, standing.limit->limit,
                                 standing.limit->window_ms / 1'000);
    fields.limit += fmt::format("{}\"{}\";r={};t={}", comma, standing.limit->name, standing.remaining,
                                whole_seconds(standing.more_after_ns));
  }
  const check::Decision& decision = scratch.decision;
  if (decision.retry_after_ns) fields.retry_after = std::to_string(whole_seconds(*decision.retry_after_ns));
  return fields;
}

void LimitFields::append_to(std::vector<net::Header>& headers) const {
  if (!policy.empty()) headers.push_back({"RateLimit-Policy", policy});
  if (!limit.empty()) headers.push_back({"RateLimit", limit});
  if (!retry_after.empty()) headers.push_back({"Retry-After", retry_after});
}

}  // namespace latchkey::guard
