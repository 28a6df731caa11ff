#include "registry/bulk_load.h"

namespace latchkey::registry {

Registry::BulkLoad::~BulkLoad() { let_go(); }

void Registry::BulkLoad::let_go() {
  const std::lock_guard lock(registry_.mutex_);
  for (const auto& [number, policy] : policies_) registry_.release(policy);
  policies_.clear();
}

std::uint32_t Registry::BulkLoad::policy_of(const store::KeyRules& rules) {
  if (const auto found = policies_.find(rules.number); found != policies_.end()) return found->second;
  Policy policy = registry_.compile(rules.access_type, rules.restrictions, rules.limits);
  const std::lock_guard lock(registry_.mutex_);
  return policies_.emplace(rules.number, registry_.share(std::move(policy))).first->second;
}

void Registry::BulkLoad::put(std::span<const store::KeyRow> rows) {
  if (policies_.size() > store::kMaxRulesRemembered) let_go();
  of_row_.clear();
  for (const store::KeyRow& row : rows) of_row_.push_back(policy_of(*row.rules));

  const std::lock_guard lock(registry_.mutex_);
  // Each key is a miss in either table; asked for together, they come together.
  for (const store::KeyRow& row : rows) {
    registry_.by_id_.prefetch(row.id);
    for (const store::SecretRecord& secret : row.secrets) registry_.table_.prefetch(secret.digest);
  }
  std::optional<std::uint32_t> tenant;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const store::KeyRow& row = rows[i];
    if (!tenant || registry_.tenants_[*tenant].id != row.tenant) tenant = registry_.tenant_number(row.tenant);
    std::optional<LiveTrial> trial;
    if (row.trial != nullptr) {
      trial = {registry_.compile(row.rules->access_type, row.trial->trial.restrictions, row.rules->limits),
               row.trial->trial.number};
    }
    registry_.put_locked({.id = row.id,
                          .tenant = *tenant,
                          .policy = of_row_[i],
                          .trial = trial ? &*trial : nullptr,
                          .expires_at = row.expires_at,
                          .state = row.state,
                          .secrets = row.secrets});
  }
}

}  // namespace latchkey::registry
