#include "core/tenant.h"

namespace latchkey {

std::string_view to_string(TenantStatus status) {
  switch (status) {
    case TenantStatus::kActive: return "active";
    case TenantStatus::kSuspended: return "suspended";
  }
  return "";
}

std::optional<TenantStatus> parse_tenant_status(std::string_view text) {
  for (const TenantStatus status : {TenantStatus::kActive, TenantStatus::kSuspended}) {
    if (text == to_string(status)) return status;
  }
  return std::nullopt;
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kOwner: return "owner";
    case Role::kAdmin: return "admin";
    case Role::kViewer: return "viewer";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::kOwner, Role::kAdmin, Role::kViewer}) {
    if (text == to_string(role)) return role;
  }
  return std::nullopt;
}

}  // namespace latchkey
