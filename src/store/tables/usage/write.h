// Puts a batch of uses into the tables. In the writer's transaction.
#pragma once
#include "store/sql/connection.h"
#include "store/tables/usage/names.h"
#include "store/usage_store.h"

namespace latchkey::store::tables {

Result<void> write_usage(sql::Connection& db, Names& names, const UsageBatch& batch);

}  // namespace latchkey::store::tables
