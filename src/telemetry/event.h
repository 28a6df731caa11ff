// What is told of a finished request, to whoever counts or writes it down. Plain; no secret is in it, but what callers chose
// (method, path, request id, user agent) may hold one, so it goes through telemetry/redact.h before anyone reads it.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "core/deny_reason.h"
#include "core/ids.h"
#include "core/ip.h"

namespace latchkey::telemetry {

enum class Guard : std::uint8_t { kGateway, kForwardAuth, kVerify };
inline constexpr std::size_t kGuardCount = 3;

constexpr std::string_view to_string(Guard guard) {
  switch (guard) {
    case Guard::kGateway: return "gateway";
    case Guard::kForwardAuth: return "forward_auth";
    case Guard::kVerify: return "verify";
  }
  return {};
}

// One finished request. Views are valid during the call.
struct Event {
  Guard guard = Guard::kGateway;
  Instant at;                           // when it was finished
  std::string_view request_id;
  std::string_view trace_id;            // 32 hex digits of a valid traceparent; else empty
  std::string_view method;
  std::string_view path;                // normal form, never the query; empty where there is none
  std::string_view operation;           // operationId; empty
  std::string_view user_agent;
  IpAddress client;
  bool key_known = false;
  KeyId key;
  TenantId tenant;
  std::string_view access_type;
  std::optional<DenyReason> reason;     // nothing: allowed
  int status = 0;                       // answered to the caller (for verify and forward auth: what a gateway would answer)
  int upstream_status = 0;              // 0: the upstream was not asked or did not answer
  std::int64_t duration_ns = 0;         // from the request's head to the end of the answer
  std::int64_t upstream_ns = 0;         // of that, waiting for the upstream's head
  std::uint64_t bytes_out = 0;
};

}  // namespace latchkey::telemetry
