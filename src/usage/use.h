// What is counted: one request of a known key, allowed or refused. Views are valid while it is recorded.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "core/deny_reason.h"
#include "core/ids.h"
#include "core/ip.h"
#include "core/latency.h"

namespace latchkey::usage {

inline constexpr std::uint16_t kNoOperation = 0xffff;

// Allowed, or refused and why, in a byte.
class Outcome {
 public:
  static Outcome allowed() { return Outcome(0); }
  static Outcome refused(DenyReason reason) { return Outcome(static_cast<std::uint8_t>(1 + static_cast<int>(reason))); }
  static Outcome of(std::optional<DenyReason> reason) { return reason ? refused(*reason) : allowed(); }
  bool is_allowed() const { return value_ == 0; }
  // Whether the key was let through, whatever became of the request then.
  bool is_passed() const {
    return is_allowed() || *this == refused(DenyReason::kUpstreamUnreachable) ||
           *this == refused(DenyReason::kUpstreamAnswerUnreadable);
  }
  std::optional<DenyReason> reason() const {
    return is_allowed() ? std::nullopt : std::optional(static_cast<DenyReason>(value_ - 1));
  }
  // "allowed", or the reason's code.
  std::string_view text() const { return is_allowed() ? std::string_view("allowed") : code(static_cast<DenyReason>(value_ - 1)); }
  bool operator==(const Outcome&) const = default;
  std::uint8_t value() const { return value_; }

 private:
  explicit Outcome(std::uint8_t value) : value_(value) {}
  std::uint8_t value_;
};

struct Use {
  KeyId key;
  TenantId tenant;
  std::uint64_t secret = 0;  // which of the key's secrets: the first eight bytes of its digest
  IpAddress client;
  Instant at;
  std::uint16_t operation = kNoOperation;  // in the catalog
  Outcome outcome = Outcome::allowed();
  std::uint8_t status_class = 0;            // of the upstream's answer, 1 to 5; 0: none
  std::uint8_t latency = kNoLatency;        // the bucket of the whole exchange; kNoLatency where it is not measured
  std::string_view user_agent;              // as sent; cut to kMaxUserAgentBytes
  // Of a refusal, to be shown as an example.
  std::string_view detail;
  std::string_view request_id;
};

inline constexpr std::size_t kMaxUserAgentBytes = 256;

}  // namespace latchkey::usage
