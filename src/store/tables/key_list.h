#pragma once
#include "store/key_store.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

// One page of a tenant's keys and the count of all that match. Within a read transaction, so that the two agree.
Result<KeyPage> list_keys(sql::Connection& db, TenantId tenant, const KeyQuery& query);

}  // namespace latchkey::store::tables
