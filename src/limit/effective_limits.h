// What holds for a key or a tenant: the catalog's rate classes with its own limits put in.
//
//   const EffectiveLimits key = effective_for_key(api_key.limits, catalog), tenant = effective_for_tenant(...);
//   const DemandList demands(catalog, rate_class, {key_id, key}, {tenant_id, tenant});
//   limiter.take(demands.span(), cost, now_ns, standings);
//
// A limit of a key that is named like one of the catalog's, in the same class and over the same time, stands in its place,
// looser at most by what the catalog permits now. Every other one comes on top and can only tighten. One whose class the
// catalog has lost counts every request: a limit may come to restrict more than was meant, never less. Plain values; a
// DemandList refers to what it was made from.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "catalog/catalog.h"
#include "core/limits.h"
#include "core/rate_limit.h"
#include "limit/limiter.h"

namespace latchkey::limit {

struct EffectiveLimits {
  struct OfClass {
    std::uint8_t rate_class = 0;
    std::vector<RateLimit> limits;
    bool operator==(const OfClass&) const = default;
  };
  std::vector<OfClass> classes;  // of a key: those that are not as the catalog has them, whole
  std::vector<RateLimit> every;  // over requests of every class
  std::vector<Quota> quotas;
  bool operator==(const EffectiveLimits&) const = default;

  const std::vector<RateLimit>* find(std::uint8_t rate_class) const;
};

EffectiveLimits effective_for_key(const OwnLimits& own, const catalog::Catalog& catalog);
EffectiveLimits effective_for_tenant(const OwnLimits& own, const catalog::Catalog& catalog);

// What one request asks of the limiter: at most a class and everything, of the key and of its tenant.
class DemandList {
 public:
  struct Owner {
    const Uuid& id;
    const EffectiveLimits& limits;
  };
  // `rate_class` may be kNoRateClass.
  DemandList(const catalog::Catalog& catalog, std::uint8_t rate_class, const Owner& key, const Owner& tenant);
  std::span<const Demand> span() const { return {demands_.data(), count_}; }

 private:
  void add(const Uuid& id, std::uint32_t kind, Scope scope, std::span<const RateLimit> limits,
           std::span<const Quota> quotas, const Uuid& tenant);
  std::array<Demand, kMaxDemands> demands_;
  std::size_t count_ = 0;
};

}  // namespace latchkey::limit
