// Puts a batch of uses into the tables. In the writer's transaction.
#pragma once
#include "store/sqlite/connection.h"
#include "store/sqlite/usage/names.h"
#include "store/usage_store.h"

namespace latchkey::store::sqlite {

Result<void> write_usage(Connection& db, Names& names, const UsageBatch& batch);

}  // namespace latchkey::store::sqlite
