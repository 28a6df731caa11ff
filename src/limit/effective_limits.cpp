#include "limit/effective_limits.h"

#include <algorithm>

namespace latchkey::limit {
namespace {

using catalog::Catalog;
using catalog::kNoRateClass;
using catalog::RateClass;

RateLimit window_of(const OwnRateLimit& own) { return {own.name, own.requests, own.window_seconds * 1'000, true}; }

// Absent: kNoRateClass for what counts every request, also because its class is gone.
std::uint8_t class_of(const OwnRateLimit& own, std::uint8_t when_absent, const Catalog& catalog) {
  if (!own.rate_class) return when_absent;
  const auto& classes = catalog.rate_classes();
  const auto found = std::ranges::find(classes, *own.rate_class, &RateClass::id);
  return found == classes.end() ? kNoRateClass : static_cast<std::uint8_t>(found - classes.begin());
}

std::vector<RateLimit>& limits_of(EffectiveLimits& effective, std::uint8_t rate_class,
                                  std::vector<RateLimit> at_first) {
  for (EffectiveLimits::OfClass& one : effective.classes) {
    if (one.rate_class == rate_class) return one.limits;
  }
  return effective.classes.emplace_back(EffectiveLimits::OfClass{rate_class, std::move(at_first)}).limits;
}

void put_in(std::vector<RateLimit>& limits, const RateClass& rate, const OwnRateLimit& own) {
  RateLimit window = window_of(own);
  for (std::size_t i = 0; i < rate.limits.size(); ++i) {
    if (rate.limits[i].name != own.name || rate.limits[i].window_ms != window.window_ms) continue;
    window.limit = std::min(window.limit, rate.most[i]);
    limits[i] = std::move(window);
    return;
  }
  limits.push_back(std::move(window));
}

}  // namespace

const std::vector<RateLimit>* EffectiveLimits::find(std::uint8_t rate_class) const {
  for (const OfClass& one : classes) {
    if (one.rate_class == rate_class) return &one.limits;
  }
  return nullptr;
}

EffectiveLimits effective_for_key(const OwnLimits& own, const Catalog& catalog) {
  EffectiveLimits out;
  out.quotas = own.quotas;
  for (const OwnRateLimit& one : own.rate_limits) {
    const std::uint8_t index = class_of(one, catalog.default_rate_class(), catalog);
    if (index == kNoRateClass) {
      out.every.push_back(window_of(one));
    } else {
      const RateClass& rate = catalog.rate_classes()[index];
      put_in(limits_of(out, index, rate.limits), rate, one);
    }
  }
  return out;
}

EffectiveLimits effective_for_tenant(const OwnLimits& own, const Catalog& catalog) {
  EffectiveLimits out;
  out.quotas = own.quotas;
  for (const OwnRateLimit& one : own.rate_limits) {
    const std::uint8_t index = class_of(one, kNoRateClass, catalog);
    (index == kNoRateClass ? out.every : limits_of(out, index, {})).push_back(window_of(one));
  }
  return out;
}

DemandList::DemandList(const Catalog& catalog, std::uint8_t rate_class, const Owner& key, const Owner& tenant) {
  if (rate_class != kNoRateClass) {
    const std::vector<RateLimit>* own = key.limits.find(rate_class);
    add(key.id, rate_class, Scope::kKey, own != nullptr ? *own : catalog.rate_classes()[rate_class].limits, {},
        tenant.id);
  }
  add(key.id, kEveryClass, Scope::kKey, key.limits.every, key.limits.quotas, tenant.id);
  if (const std::vector<RateLimit>* of_tenant = tenant.limits.find(rate_class)) {
    add(tenant.id, rate_class, Scope::kTenant, *of_tenant, {}, tenant.id);
  }
  add(tenant.id, kEveryClass, Scope::kTenant, tenant.limits.every, tenant.limits.quotas, tenant.id);
}

void DemandList::add(const Uuid& id, std::uint32_t kind, Scope scope, std::span<const RateLimit> limits,
                     std::span<const Quota> quotas, const Uuid& tenant) {
  if (limits.empty() && quotas.empty()) return;
  demands_[count_++] = {{id, kind}, limits, quotas, scope, &tenant};
}

}  // namespace latchkey::limit
