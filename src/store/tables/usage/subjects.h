// Numbers of the tenants and keys of one batch, each looked up once. In the writer's transaction.
#pragma once
#include <map>
#include <utility>
#include <vector>

#include "store/tables/usage/names.h"
#include "store/usage_store.h"

namespace latchkey::store::tables {

class Subjects {
 public:
  explicit Subjects(sql::Connection& db) : db_(db) {}
  // All of a batch at once, which spares PostgreSQL a statement for each.
  Result<void> gather(const UsageBatch& batch);

  Result<std::int64_t> tenant(TenantId id) { return number(id, KeyId()); }
  Result<std::int64_t> key(TenantId tenant, KeyId id) { return number(tenant, id); }

 private:
  using Name = std::pair<TenantId, KeyId>;  // the nil key: the tenant as a whole
  Result<std::int64_t> number(TenantId tenant, KeyId key);
  Result<void> look_up(const std::vector<Name>& names);
  Result<void> make(const std::vector<Name>& names);

  sql::Connection& db_;
  std::map<Name, std::int64_t> numbers_;
};

}  // namespace latchkey::store::tables
