// Making and changing tenants. Answers only when this node's checks follow the change. Thread-safe; calls block.
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "core/tenant.h"
#include "lifecycle/change_error.h"
#include "lifecycle/feed.h"
#include "lifecycle/validate_limits.h"
#include "store/key_store.h"

namespace latchkey::lifecycle {

struct CreateTenant {
  std::string name;
  std::optional<std::int64_t> cid;  // absent: the next free one
  std::vector<std::string> enabled_channels, ip_ranges;
  LimitsInput limits = {};
};

struct UpdateTenant {
  std::optional<std::string> name;
  std::optional<TenantStatus> status;
  std::optional<std::vector<std::string>> enabled_channels, ip_ranges;
  std::optional<LimitsInput> limits = {};
};

class Tenants {
 public:
  Tenants(store::KeyStore& store, Feed& feed, const catalog::Catalog& catalog, const Clock& clock, Random& random);
  // A client number that is taken is a mistake of the field /cid.
  ChangeResult<Tenant> create(const CreateTenant& request);
  ChangeResult<Tenant> update(TenantId id, const UpdateTenant& request);
  // `policy` must be sound.
  ChangeResult<Tenant> set_key_policy(TenantId id, const KeyPolicy& policy);

 private:
  ChangeResult<Tenant> write(Tenant tenant);

  store::KeyStore& store_;
  Feed& feed_;
  const catalog::Catalog& catalog_;
  const Clock& clock_;
  Random& random_;
  std::mutex updating_;  // a tenant has no version: between reading and writing it nobody else may change it
};

}  // namespace latchkey::lifecycle
