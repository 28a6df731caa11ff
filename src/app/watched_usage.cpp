#include "app/watched_usage.h"

#include <algorithm>
#include <map>

#include "limit/effective_limits.h"

namespace latchkey::app {
namespace {

constexpr std::int64_t kAddressDays = 90;
constexpr std::size_t kMaxNetworks = 4'096;

}  // namespace

Result<std::vector<std::uint64_t>> WatchedUsage::hourly(TenantId tenant, KeyId key, Instant from, Instant to) {
  LK_ASSIGN(store::UsageReport report,
            usage_.report({.tenant = tenant, .keys = {key}, .from = from, .to = to, .granularity = store::Granularity::kHour}));
  return std::move(report.series.at(0).values);
}

Result<std::vector<watch::SeenNetwork>> WatchedUsage::networks(TenantId tenant, KeyId key) {
  const std::int64_t today = clock_.now().unix_ms / store::kDayMs;
  LK_ASSIGN(const store::AddressReport report, usage_.addresses(tenant, key, today - kAddressDays + 1, today));
  std::vector<watch::SeenNetwork> seen;
  std::map<watch::Network, std::size_t> places;
  // The one seen last comes first, so those that a bound leaves out are the oldest.
  for (const store::AddressUse& use : report.addresses) {
    const watch::Network network = watch::network_of(use.address);
    const auto [place, added] = places.try_emplace(network, seen.size());
    if (added && seen.size() == kMaxNetworks) break;
    if (added) seen.push_back({network, use.first});
    seen[place->second].first_seen = std::min(seen[place->second].first_seen, use.first);
  }
  return seen;
}

Result<std::vector<watch::QuotaStanding>> WatchedUsage::quotas(TenantId tenant_id, KeyId key_id) {
  LK_ASSIGN(const store::KeyRecord record, keys_.find_key(tenant_id, key_id));
  LK_ASSIGN(const Tenant tenant, keys_.find_tenant(tenant_id));
  const auto of_key = limit::effective_for_key(record.key.limits, catalog_);
  const auto of_tenant = limit::effective_for_tenant(tenant.limits, catalog_);
  if (of_key.quotas.empty() && of_tenant.quotas.empty()) return std::vector<watch::QuotaStanding>();
  const limit::DemandList demands(catalog_, catalog::kNoRateClass, {key_id.bytes(), of_key}, {tenant_id.bytes(), of_tenant});
  std::vector<limit::Standing> standings;
  limiter_.peek(demands.span(), clock_.steady_ns(), standings);
  std::vector<watch::QuotaStanding> quotas;
  for (const limit::Standing& standing : standings) {
    if (!standing.is_quota()) continue;
    quotas.push_back({standing.scope == limit::Scope::kKey ? key_id : KeyId(), std::string(standing.name.view()),
                      std::string(to_string(standing.period)), static_cast<std::int64_t>(standing.requests),
                      static_cast<std::int64_t>(standing.used), standing.resets_at});
  }
  return quotas;
}

Result<std::vector<watch::LastUse>> WatchedUsage::last_uses(TenantId tenant, const std::vector<KeyId>& keys) {
  LK_ASSIGN(const std::vector<store::SecretUse> uses, usage_.secret_uses(tenant, keys));
  std::vector<watch::LastUse> out;
  for (const store::SecretUse& use : uses) out.push_back({use.key, use.at});
  return out;
}

std::vector<watch::UsageCell> watched_cells(const usage::Tally& tally) {
  std::vector<watch::UsageCell> cells;
  cells.reserve(tally.cells.size());
  tally.cells.visit([&](const usage::Cell& cell) {
    cells.push_back({cell.key, tally.tenants[cell.tenant], cell.client, cell.outcome.is_passed() ? std::nullopt : cell.outcome.reason(), cell.count,
                     {cell.last_ms()}});
  });
  return cells;
}

}  // namespace latchkey::app
