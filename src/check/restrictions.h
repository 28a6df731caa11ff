// Steps 5 to 7 of the check: whether a policy permits the address, the operation, and the channels and attributes that a
// request asks for. Pure, and asked for a key's own policy and for one on trial alike.
#pragma once
#include <optional>
#include <string>

#include "check/check.h"

namespace latchkey::check {

struct Refusal {
  DenyReason reason;
  std::string detail;
};

// 5. Within the policy's networks and the tenant's.
std::optional<Refusal> refusal_by_network(const registry::Policy& policy, const registry::TenantState& tenant, const IpAddress& client);

// 6. `operation` is null for one that the catalog does not have.
std::optional<Refusal> refusal_by_operation(const catalog::Catalog& catalog, const registry::Policy& policy,
                                            const catalog::Operation* operation);

// What the policy lets a key see: its own restrictions within the tenant's.
Permitted permitted_for(const registry::Policy& policy, const registry::TenantState& tenant);

// What path and query ask for, into `asked`. Null, or why they have no single reading. It depends on the request alone.
std::optional<std::string> read_asked(const catalog::Catalog& catalog, const catalog::Operation& operation,
                                      const catalog::Match& match, const catalog::NormalTarget& target, catalog::Asked& asked);

// 7. For a policy that restricts channels or attributes. `asked` and `unread` are what read_asked() gave; what the body asks
// for is added if it matters.
struct Ruling {
  bool need_body = false;
  std::optional<DenyReason> denied;
  int status = 0;  // 0: the reason's usual one
  std::string detail;
  bool filter_answer = false;
};
Ruling judge_restrictions(const catalog::Catalog& catalog, const catalog::Operation* operation, const Permitted& permitted,
                          const Request& request, const std::optional<std::string>& unread, catalog::Asked& asked);

// Whether the body names what is restricted, so that it must be read.
bool body_matters(const catalog::Operation& operation, const Permitted& permitted);
// Whether some rule of the answer removes rows or members of this subject.
bool answer_shows(const catalog::Operation& operation, catalog::Subject subject);

}  // namespace latchkey::check
