// Why a request is denied: the codes that callers, logs and metrics see. The list, with what each means and what to
// do, is in docs/reason-codes.md; a test keeps the two together.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace latchkey {

enum class DenyReason : std::uint8_t {
  kMissingKey,
  kMalformedKey,
  kUnknownKey,
  kKeyDisabled,
  kKeyRevoked,
  kKeyExpired,
  kTenantSuspended,
  kAmbiguousRequest,
  kRequestUnreadable,
  kStaleNode,
  kOperationNotPermitted,
  kUnknownOperation,
  kChannelNotPermitted,
  kAttributeNotPermitted,
  kAddressNotPermitted,
  kHttpsRequired,
  kNotEnforceableHere,
  kRateLimited,
  kQuotaExhausted,
  kUpstreamUnreachable,
  kUpstreamAnswerUnreadable,
};

inline constexpr std::size_t kDenyReasonCount = 21;
inline constexpr std::array<DenyReason, kDenyReasonCount> all_deny_reasons() {
  std::array<DenyReason, kDenyReasonCount> all{};
  for (std::size_t i = 0; i < kDenyReasonCount; ++i) all[i] = static_cast<DenyReason>(i);
  return all;
}

std::string_view code(DenyReason reason);   // "key_revoked"
std::string_view title(DenyReason reason);  // "The API key has been revoked"
int http_status(DenyReason reason);         // the usual one; a Decision may say another (413, 415, 504)

}  // namespace latchkey
