// Limits as someone wrote them, to what may be stored. Like lifecycle/validate.h: every mistake is noted with its pointer,
// and what is returned counts only if there are none. Pure.
//
//   const OwnLimits limits = check_key_limits(request.limits, catalog, mistakes);
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "core/limits.h"
#include "lifecycle/validate.h"

namespace latchkey::lifecycle {

// As in api/openapi.yaml.
inline constexpr std::size_t kMaxOwnRateLimits = 8;
inline constexpr std::size_t kMaxOwnQuotas = 2;
inline constexpr std::int64_t kMaxLimitRequests = 1'000'000'000;
inline constexpr std::int64_t kMaxWindowSeconds = 86'400;

struct RateLimitInput {
  std::string name = {};
  std::optional<std::int64_t> requests = {}, window_seconds = {};
  std::optional<std::string> rate_class = {};
};

struct QuotaInput {
  std::string name = {}, period = {};
  std::optional<std::int64_t> requests = {};
};

struct LimitsInput {
  std::vector<RateLimitInput> rate_limits = {};
  std::vector<QuotaInput> quotas = {};
};

// A limit that is named like one of the catalog's stands in its place: over the same time, and no looser than the catalog
// lets a key be. Without a class it is looked for in the one for the rest first, then in the others.
OwnLimits check_key_limits(const LimitsInput& input, const catalog::Catalog& catalog, Mistakes& mistakes);
// Over all keys of a tenant; these stand beside the catalog's, whatever their names.
OwnLimits check_tenant_limits(const LimitsInput& input, const catalog::Catalog& catalog, Mistakes& mistakes);

}  // namespace latchkey::lifecycle
