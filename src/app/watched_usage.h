// What the rules ask of usage, from where it is kept: the adapter of watch/usage_source.h. And what they are told each second.
#pragma once
#include "catalog/catalog.h"
#include "limit/limiter.h"
#include "store/key_store.h"
#include "store/usage_store.h"
#include "usage/recorder.h"
#include "watch/usage_source.h"

namespace latchkey::app {

class WatchedUsage final : public watch::UsageSource {
 public:
  WatchedUsage(store::UsageStore& usage, store::KeyStore& keys, limit::Limiter& limiter, const catalog::Catalog& catalog,
               const Clock& clock)
      : usage_(usage), keys_(keys), limiter_(limiter), catalog_(catalog), clock_(clock) {}

  Result<std::vector<std::uint64_t>> hourly(TenantId tenant, KeyId key, Instant from, Instant to) override;
  Result<std::vector<watch::SeenNetwork>> networks(TenantId tenant, KeyId key) override;
  Result<std::vector<watch::QuotaStanding>> quotas(TenantId tenant, KeyId key) override;
  Result<std::vector<watch::LastUse>> last_uses(TenantId tenant, const std::vector<KeyId>& keys) override;

 private:
  store::UsageStore& usage_;
  store::KeyStore& keys_;
  limit::Limiter& limiter_;
  const catalog::Catalog& catalog_;
  const Clock& clock_;
};

std::vector<watch::UsageCell> watched_cells(const usage::Tally& tally);

}  // namespace latchkey::app
