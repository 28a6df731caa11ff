#pragma once
#include <functional>
#include <string>

#include "store/key_store.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

Result<Tenant> insert_tenant(sql::Connection& db, Tenant tenant);
Result<Sequence> update_tenant(sql::Connection& db, const Tenant& tenant);
Result<Tenant> find_tenant(sql::Connection& db, TenantId id);
Result<TenantPage> list_tenants(sql::Connection& db, const std::string& cursor, int limit);
// Whether the visitor wants more.
Result<bool> visit_tenants(sql::Connection& db, const std::function<bool(const Tenant&)>& visitor);

}  // namespace latchkey::store::tables
