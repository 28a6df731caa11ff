// Tenants and the people who manage their keys. Plain values.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "core/ids.h"
#include "core/ip.h"
#include "core/key_policy.h"
#include "core/limits.h"

namespace latchkey {

enum class TenantStatus { kActive, kSuspended };
std::string_view to_string(TenantStatus status);
std::optional<TenantStatus> parse_tenant_status(std::string_view text);

struct Tenant {
  TenantId id;
  std::int64_t cid = 0;  // the client number that people know
  std::string name;
  TenantStatus status = TenantStatus::kActive;
  std::vector<std::string> enabled_channels;  // empty: every channel of the catalog
  std::vector<IpRange> ip_ranges;             // empty: any address
  OwnLimits limits;                           // over all its keys together
  KeyPolicy key_policy;
  Instant created_at;
  Instant updated_at;
};

// Viewers read; admins also make and end keys; owners also add people.
enum class Role { kOwner, kAdmin, kViewer };
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

struct User {
  UserId id;
  TenantId tenant;
  std::string email;  // as given; unique in lower case over all tenants
  std::string name;
  Role role = Role::kAdmin;
  Instant created_at;
};

}  // namespace latchkey
