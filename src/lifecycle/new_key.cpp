#include "lifecycle/new_key.h"

namespace latchkey::lifecycle {

std::optional<Instant> expiry_within(const std::optional<Instant>& asked, const Tenant& tenant, Instant created_at,
                                     Mistakes& mistakes) {
  if (!tenant.key_policy.max_lifetime_days) return asked;
  const Instant latest = created_at.plus_ms(*tenant.key_policy.max_lifetime_days * KeyPolicy::kDayMs);
  if (asked && *asked > latest) {
    mistakes.push_back({"/expires_at", fmt::format("Keys of this account live for at most {} days, so this one must expire by {}.",
                                                   *tenant.key_policy.max_lifetime_days, format_rfc3339(latest))});
  }
  return asked ? asked : latest;
}

ApiKey judge_new_key(const CreateKey& request, const Tenant& tenant, const catalog::Catalog& catalog, Instant now,
                     Mistakes& mistakes) {
  ApiKey key;
  key.tenant = tenant.id;
  key.nickname = check_name(request.nickname, "nickname", "/nickname", mistakes);
  key.contact_email = check_email(request.contact_email, "/contact_email", mistakes);
  key.access_type = request.access_type;
  if (const auto* type = check_access_type(request.access_type, catalog, mistakes)) {
    key.restrictions = check_restrictions(request.restrictions, *type, tenant, catalog, mistakes);
  } else {
    // The other kinds depend on the access type; these can be judged without it.
    key.restrictions.ip_ranges = check_ip_ranges(request.restrictions.ip_ranges, "/restrictions/ip_ranges", mistakes);
  }
  key.limits = check_key_limits(request.limits, catalog, mistakes);
  check_expiry(request.expires_at, now, mistakes);
  key.expires_at = expiry_within(request.expires_at, tenant, now, mistakes);
  key.created_at = key.updated_at = now;
  return key;
}

}  // namespace latchkey::lifecycle
