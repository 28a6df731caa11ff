// Forward auth: a gateway asks whether it may pass a request on (nginx auth_request, Caddy and Traefik forward_auth,
// HAProxy, Envoy's HTTP ext_authz). The original method and target come in X-Forwarded-Method/-Uri or
// X-Original-Method/-URI/-URL; the credential in the fields that the caller sent.
//
// Allowed: 200, with X-Latchkey-Key-Id, -Tenant, -Access-Type and X-Request-Id for the upstream. Denied: the status and
// problem document for the caller. For a gateway that passes on certain statuses only, `?deny_as=403` (or 401) answers
// every denial with that status and carries the truth in X-Latchkey-Status, X-Latchkey-Problem and
// X-Latchkey-Www-Authenticate; docs/gateways.md shows how nginx delivers them.
#pragma once
#include <vector>

#include "check/check.h"
#include "guard/lanes.h"
#include "guard/report.h"
#include "guard/request_id.h"
#include "net/server.h"

namespace latchkey::guard {

struct ForwardAuthOptions {
  std::vector<IpRange> trusted_proxies;
};

class ForwardAuth {
 public:
  ForwardAuth(const check::Checker& checker, Lanes& lanes, const Clock& clock, ForwardAuthOptions options);
  net::Task<void> handle(net::Exchange& exchange);

 private:
  net::Task<void> answer_allowed(net::Exchange& exchange, const BorrowedScratch& scratch, Report& report,
                                 const RequestId& request_id);
  net::Task<void> answer_denied(net::Exchange& exchange, const BorrowedScratch& scratch, Report& report,
                                const RequestId& request_id);

  const check::Checker& checker_;
  Lanes& lanes_;
  const Clock& clock_;
  const ForwardAuthOptions options_;
};

}  // namespace latchkey::guard
