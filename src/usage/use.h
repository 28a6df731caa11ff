// What is counted: one request of a known key, allowed or refused. Views are valid while it is recorded.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "core/deny_reason.h"
#include "core/ids.h"
#include "core/ip.h"
#include "core/latency.h"
#include "core/observed.h"
#include "core/permitted.h"

namespace latchkey::usage {

inline constexpr std::uint16_t kNoOperation = 0xffff;

// Allowed, or refused and why, in a byte.
class Outcome {
 public:
  static Outcome allowed() noexcept { return Outcome(0); }
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
  std::string_view text() const {
    return is_allowed() ? std::string_view("allowed") : code(static_cast<DenyReason>(value_ - 1));
  }
  bool operator==(const Outcome&) const = default;
  std::uint8_t value() const { return value_; }
  static Outcome from_value(std::uint8_t value) { return Outcome(value); }

 private:
  explicit Outcome(std::uint8_t value) noexcept : value_(value) {}
  std::uint8_t value_;
};

// What a request asked for, as far as somebody looked.
class Observed {
 public:
  const ChannelSet* channels = nullptr;  // those that it named; null: none
  const AttributeSet* attributes = nullptr;

  void mark(ObservedKind kind) { marks_ = static_cast<std::uint16_t>(marks_ | 1u << static_cast<unsigned>(kind)); }
  bool has(ObservedKind kind) const { return (marks_ >> static_cast<unsigned>(kind) & 1u) != 0; }
  bool any_mark() const { return marks_ != 0; }
  bool empty() const { return channels == nullptr && attributes == nullptr && marks_ == 0; }

 private:
  std::uint16_t marks_ = 0;
};

// What restrictions on trial say of a request.
struct Tried {
  std::int64_t trial = 0;          // the trial's number; 0: the key has none
  std::optional<Outcome> outcome;  // nothing: they can't be judged by what was seen of the request
  std::string_view detail;         // why it would be refused
};

inline constexpr std::size_t kMaxUserAgentBytes = 256;

// As sent, cut to kMaxUserAgentBytes, and its hash, which several tables ask for.
class UserAgent {
 public:
  UserAgent(std::string_view text = {});
  UserAgent(const char* text) : UserAgent(std::string_view(text)) {}
  UserAgent(const std::string& text) : UserAgent(std::string_view(text)) {}
  std::string_view text() const { return text_; }
  std::uint64_t hash() const { return hash_; }
  bool operator==(const UserAgent& other) const { return text_ == other.text_; }

 private:
  std::string_view text_;
  std::uint64_t hash_;
};

struct Use {
  KeyId key;
  TenantId tenant;
  std::uint32_t tenant_number = 0;  // a small one, best of no other tenant, by which it is found again quickly
  std::uint64_t secret = 0;  // which of the key's secrets: the first eight bytes of its digest
  IpAddress client;
  Instant at;
  std::uint16_t operation = kNoOperation;  // in the catalog
  Outcome outcome = Outcome::allowed();
  std::uint8_t status_class = 0;      // of the upstream's answer, 1 to 5; 0: none
  std::uint8_t latency = kNoLatency;  // the bucket of the whole exchange; kNoLatency where it is not measured
  UserAgent user_agent;
  // Of a refusal, to be shown as an example.
  std::string_view detail;
  std::string_view request_id;
  // Of a request that was let through:
  Observed observed;
  Tried tried;
};

}  // namespace latchkey::usage
