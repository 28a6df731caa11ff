#include "api/authorize.h"

namespace latchkey::api {
namespace {

Problem no_such_tenant() { return not_found("There is no such tenant."); }

bool role_permits(Role role, Need need) {
  switch (need) {
    case Need::kRead: return true;
    case Need::kWriteKeys: return role == Role::kOwner || role == Role::kAdmin;
    case Need::kManagePeople:
    case Need::kManagePolicy: return role == Role::kOwner;
    case Need::kOperate: return false;
  }
  return false;
}

std::string_view who_may(Need need) {
  switch (need) {
    case Need::kRead: return "Everyone of this tenant may do this.";
    case Need::kWriteKeys: return "A viewer can only read. Ask an owner or an admin of this tenant.";
    case Need::kManagePeople: return "Only an owner of this tenant, or an operator, may manage its people.";
    case Need::kManagePolicy: return "Only an owner of this tenant, or an operator, may set its key policy.";
    case Need::kOperate: return "Only an operator may do this.";
  }
  return "";
}

}  // namespace

std::optional<Problem> refuse_unless(const Caller& caller, Need need) {
  if (std::holds_alternative<Operator>(caller)) return std::nullopt;
  const auto* person = std::get_if<Person>(&caller);
  if (person == nullptr) return unauthenticated("Sign in first.");
  if (role_permits(person->user.role, need)) return std::nullopt;
  return permission_denied(std::string(who_may(need)));
}

std::expected<Tenant, Problem> reach_tenant(store::KeyStore& store, const Caller& caller, std::string_view tenant_id,
                                            Need need) {
  const auto id = TenantId::parse(tenant_id);
  const auto* person = std::get_if<Person>(&caller);
  // Decided before any look-up, so that neither the answer nor its time tells whether the tenant exists.
  if (!id || (person != nullptr && person->user.tenant != *id)) return std::unexpected(no_such_tenant());
  if (auto refused = refuse_unless(caller, need)) return std::unexpected(std::move(*refused));
  auto tenant = store.find_tenant(*id);
  if (!tenant) {
    return std::unexpected(tenant.error().code == ErrorCode::kNotFound ? no_such_tenant() : problem_of(tenant.error()));
  }
  return std::move(*tenant);
}

}  // namespace latchkey::api
