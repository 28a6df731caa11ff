#include "core/deny_reason.h"

namespace latchkey {
namespace {

struct Row {
  std::string_view code;
  int status;
  std::string_view title;
};

constexpr Row row(DenyReason reason) {
  switch (reason) {
    case DenyReason::kMissingKey: return {"missing_key", 401, "No API key was sent"};
    case DenyReason::kMalformedKey: return {"malformed_key", 401, "This is not an API key"};
    case DenyReason::kUnknownKey: return {"unknown_key", 401, "The API key is not known"};
    case DenyReason::kKeyDisabled: return {"key_disabled", 401, "The API key is disabled"};
    case DenyReason::kKeyRevoked: return {"key_revoked", 401, "The API key has been revoked"};
    case DenyReason::kKeyExpired: return {"key_expired", 401, "The API key has expired"};
    case DenyReason::kTenantSuspended: return {"tenant_suspended", 401, "The account of this API key is suspended"};
    case DenyReason::kAmbiguousRequest: return {"ambiguous_request", 400, "The request can be read in more than one way"};
    case DenyReason::kRequestUnreadable: return {"request_unreadable", 400, "The request's body could not be read"};
    case DenyReason::kStaleNode: return {"stale_node", 503, "This node can't tell whether the API key is still valid"};
    case DenyReason::kOperationNotPermitted:
      return {"operation_not_permitted", 403, "The API key may not call this operation"};
    case DenyReason::kUnknownOperation: return {"unknown_operation", 403, "There is no such operation"};
    case DenyReason::kChannelNotPermitted: return {"channel_not_permitted", 403, "The API key may not use this channel"};
    case DenyReason::kAttributeNotPermitted:
      return {"attribute_not_permitted", 403, "The API key may not use this attribute"};
    case DenyReason::kAddressNotPermitted:
      return {"address_not_permitted", 403, "The API key may not be used from this address"};
    case DenyReason::kHttpsRequired: return {"https_required", 403, "API keys are accepted over HTTPS only"};
    case DenyReason::kNotEnforceableHere:
      return {"not_enforceable_here", 403, "A restriction of the API key can't be enforced here"};
    case DenyReason::kRateLimited: return {"rate_limited", 429, "Too many requests"};
    case DenyReason::kQuotaExhausted: return {"quota_exhausted", 429, "The quota is used up"};
    case DenyReason::kUpstreamUnreachable: return {"upstream_unreachable", 502, "The API did not answer"};
    case DenyReason::kUpstreamAnswerUnreadable:
      return {"upstream_answer_unreadable", 502, "The API's answer could not be filtered"};
  }
  return {};
}

}  // namespace

std::string_view code(DenyReason reason) { return row(reason).code; }
std::string_view title(DenyReason reason) { return row(reason).title; }
int http_status(DenyReason reason) { return row(reason).status; }

}  // namespace latchkey
