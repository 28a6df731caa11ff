#include "guard/limit_fields.h"

namespace latchkey::guard {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

}  // namespace

std::int64_t whole_seconds(std::int64_t ns) { return (ns + 999'999'999) / 1'000'000'000; }

std::string policy_name(const std::vector<limit::Standing>& standings, const limit::Standing& standing) {
  const bool taken =
      standing.scope == limit::Scope::kTenant && std::ranges::any_of(standings, [&](const limit::Standing& other) {
        return other.scope == limit::Scope::kKey && other.name.view() == standing.name.view();
      });
  return (taken ? "tenant-" : "") + std::string(standing.name.view());
}

LimitFields limit_fields(const check::Scratch& scratch) {
  LimitFields fields;
  for (const limit::Standing& standing : scratch.standings) {
    const char* comma = fields.policy.empty() ? "" : ", ";
    // Names are letters, digits and '-' (is_limit_name), so they need no escape.
    const std::string name = policy_name(scratch.standings, standing);
    fields.policy += fmt::format("{}\"{}\";q={}", comma, name, standing.requests);
    const std::int64_t window_seconds = !standing.is_quota()              ? standing.window_ms / 1'000
                                        : standing.period == Period::kDay ? kDaySeconds
                                                                          : 0;
    if (window_seconds != 0) fields.policy += fmt::format(";w={}", window_seconds);
    fields.limit +=
        fmt::format("{}\"{}\";r={};t={}", comma, name, standing.remaining, whole_seconds(standing.more_after_ns));
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
