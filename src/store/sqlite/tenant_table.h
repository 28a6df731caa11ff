#pragma once
#include <functional>
#include <string>

#include "store/key_store.h"
#include "store/sqlite/connection.h"

namespace latchkey::store::sqlite {

Result<Tenant> insert_tenant(Connection& db, Tenant tenant);
Result<Sequence> update_tenant(Connection& db, const Tenant& tenant);
Result<Tenant> find_tenant(Connection& db, TenantId id);
Result<TenantPage> list_tenants(Connection& db, const std::string& cursor, int limit);
// Whether the visitor wants more.
Result<bool> visit_tenants(Connection& db, const std::function<bool(const Tenant&)>& visitor);

}  // namespace latchkey::store::sqlite
