// The change feed, and the snapshot that followers start from.
#pragma once
#include <functional>
#include <vector>

#include "store/key_store.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

// Within the transaction of the change itself.
Result<Sequence> append_key_change(sql::Connection& db, KeyId key, TenantId tenant, Instant at);
Result<Sequence> append_tenant_change(sql::Connection& db, TenantId tenant, Instant at);

Result<std::vector<Change>> changes_after(sql::Connection& db, Sequence after, int limit);
Result<Sequence> last_sequence(sql::Connection& db);
Result<FeedPlace> last_place(sql::Connection& db);

// Within one read transaction.
Result<Sequence> visit_all(sql::Connection& db, const std::function<bool(const Tenant&)>& tenant,
                           const std::function<bool(const KeyRecord&)>& key);

}  // namespace latchkey::store::tables
