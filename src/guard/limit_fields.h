// How limits and quotas stand, in the fields of an answer: RateLimit-Policy and RateLimit as in the IETF's draft
// draft-ietf-httpapi-ratelimit-headers-11 (May 2026), and Retry-After (RFC 9110, 10.2.3) on a refusal. Of RateLimit, `r` is
// what may be done at once and `t` the seconds until something of what is used comes back; of a quota, until it starts anew.
// A month has no length in seconds, so its policy has no `w`.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "check/check.h"
#include "net/http.h"

namespace latchkey::guard {

struct LimitFields {
  std::string policy, limit, retry_after;  // empty: not to be sent
  bool empty() const { return policy.empty(); }
  // Anew, of the last check made with it.
  void fill(const check::Scratch& scratch);
  // Views into this.
  void append_to(std::vector<net::Header>& headers) const;
};

// Of the last check made with it.
LimitFields limit_fields(const check::Scratch& scratch);
// What the fields and violated-policies call one of them: its name, with "tenant-" before that of a tenant's whose name
// stands for something of the key already.
std::string policy_name(const std::vector<limit::Standing>& standings, const limit::Standing& standing);

}  // namespace latchkey::guard
