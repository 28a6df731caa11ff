#include "lifecycle/tenants.h"

#include "lifecycle/validate.h"

namespace latchkey::lifecycle {

Tenants::Tenants(store::KeyStore& store, Feed& feed, const catalog::Catalog& catalog, const Clock& clock,
                 Random& random)
    : store_(store), feed_(feed), catalog_(catalog), clock_(clock), random_(random) {}

ChangeResult<Tenant> Tenants::create(const CreateTenant& request) {
  Mistakes mistakes;
  Tenant tenant;
  tenant.name = check_name(request.name, "name", "/name", mistakes);
  if (request.cid && (*request.cid < 1 || *request.cid > store::kMaxCid)) {
    mistakes.push_back({"/cid", fmt::format("A client number is a whole number from 1 to {}.", store::kMaxCid)});
  }
  tenant.enabled_channels = check_tenant_channels(request.enabled_channels, catalog_, mistakes);
  tenant.ip_ranges = check_ip_ranges(request.ip_ranges, "/ip_ranges", mistakes);
  tenant.limits = check_tenant_limits(request.limits, catalog_, mistakes);
  if (!mistakes.empty()) return invalid(std::move(mistakes));

  tenant.cid = request.cid.value_or(0);
  tenant.created_at = tenant.updated_at = clock_.now();
  tenant.id = TenantId::make(tenant.created_at, random_);
  auto stored = store_.insert_tenant(tenant);
  if (!stored) {
    if (stored.error().code == ErrorCode::kConflict && request.cid) return invalid({{"/cid", stored.error().message}});
    return stopped_by(stored.error());
  }
  const auto last = store_.last_sequence();
  if (!last) return stopped_by(last.error());
  if (const auto followed = feed_.follow_to(*last); !followed) return stopped_by(followed.error());
  return std::move(*stored);
}

ChangeResult<Tenant> Tenants::update(TenantId id, const UpdateTenant& request) {
  const std::lock_guard lock(updating_);
  auto tenant = store_.find_tenant(id);
  if (!tenant) return stopped_by(tenant.error());
  Mistakes mistakes;
  if (request.name) tenant->name = check_name(*request.name, "name", "/name", mistakes);
  if (request.status) tenant->status = *request.status;
  if (request.enabled_channels)
    tenant->enabled_channels = check_tenant_channels(*request.enabled_channels, catalog_, mistakes);
  if (request.ip_ranges) tenant->ip_ranges = check_ip_ranges(*request.ip_ranges, "/ip_ranges", mistakes);
  if (request.limits) tenant->limits = check_tenant_limits(*request.limits, catalog_, mistakes);
  if (!mistakes.empty()) return invalid(std::move(mistakes));
  return write(std::move(*tenant));
}

ChangeResult<Tenant> Tenants::set_key_policy(TenantId id, const KeyPolicy& policy) {
  const std::lock_guard lock(updating_);
  auto tenant = store_.find_tenant(id);
  if (!tenant) return stopped_by(tenant.error());
  tenant->key_policy = policy;
  return write(std::move(*tenant));
}

ChangeResult<Tenant> Tenants::write(Tenant tenant) {
  tenant.updated_at = clock_.now();
  const auto sequence = store_.update_tenant(tenant);
  if (!sequence) return stopped_by(sequence.error());
  if (const auto followed = feed_.follow_to(*sequence); !followed) return stopped_by(followed.error());
  return tenant;
}

}  // namespace latchkey::lifecycle
