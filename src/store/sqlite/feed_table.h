// The change feed, and the snapshot that followers start from.
#pragma once
#include <functional>
#include <vector>

#include "store/key_store.h"
#include "store/sqlite/connection.h"

namespace latchkey::store::sqlite {

// Within the transaction of the change itself.
Result<Sequence> append_key_change(Connection& db, KeyId key, TenantId tenant, Instant at);
Result<Sequence> append_tenant_change(Connection& db, TenantId tenant, Instant at);

Result<std::vector<Change>> changes_after(Connection& db, Sequence after, int limit);
Result<Sequence> last_sequence(Connection& db);

// Within one read transaction.
Result<Sequence> visit_all(Connection& db, const std::function<bool(const Tenant&)>& tenant,
                           const std::function<bool(const KeyRecord&)>& key);

}  // namespace latchkey::store::sqlite
