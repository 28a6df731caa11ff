// What a caller may do, in one place. An operator may do everything. A person reaches their own tenant only, and within
// it what their role permits; any other tenant, real or not, well-formed or not, is answered by the same 404.
#pragma once
#include <expected>
#include <string_view>

#include "api/caller.h"
#include "api/problem.h"
#include "core/tenant.h"
#include "store/key_store.h"

namespace latchkey::api {

enum class Need {
  kRead,
  kWriteKeys,     // owners and admins
  kManagePeople,  // owners
  kManagePolicy,  // owners
  kOperate,       // operators
};

// Empty when the caller may; otherwise a 403 that says who may.
std::optional<Problem> refuse_unless(const Caller& caller, Need need);

// The tenant that a path names, if the caller may do this there. The role is only looked at within the own tenant.
std::expected<Tenant, Problem> reach_tenant(store::KeyStore& store, const Caller& caller, std::string_view tenant_id,
                                            Need need);

}  // namespace latchkey::api
