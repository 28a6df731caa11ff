import type { ReasonCode } from "../api/types.ts";

/** What each reason says, in a few words. */
const reasons: Record<ReasonCode, string> = {
  missing_key: "No key was sent",
  malformed_key: "What was sent is no key",
  unknown_key: "No such key",
  key_disabled: "The key is disabled",
  key_revoked: "The key is revoked",
  key_expired: "The key has expired",
  tenant_suspended: "The account is suspended",
  ambiguous_request: "The request can be read in two ways",
  request_unreadable: "The body could not be read",
  stale_node: "The node was not up to date",
  operation_not_permitted: "Operation not permitted",
  unknown_operation: "No such operation",
  channel_not_permitted: "Channel not permitted",
  attribute_not_permitted: "Attribute not permitted",
  address_not_permitted: "Address not permitted",
  https_required: "Sent without TLS",
  not_enforceable_here: "Can't be enforced at this gateway",
  rate_limited: "Rate limit reached",
  quota_exhausted: "Quota used up",
  upstream_unreachable: "The API did not answer",
  upstream_answer_unreadable: "The API's answer could not be read",
};

export function isReason(code: string): code is ReasonCode {
  return code in reasons;
}

/** A code that a newer server knows and this console does not stands for itself. */
export function reasonWords(code: string): string {
  return isReason(code) ? reasons[code] : code.replaceAll("_", " ");
}
