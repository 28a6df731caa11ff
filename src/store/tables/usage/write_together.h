// What write.h does with all but the sums, for databases that are away over a network: thousands of rows in one statement.
#pragma once
#include "store/tables/usage/subjects.h"

namespace latchkey::store::tables {

Result<void> write_together(sql::Connection& db, Names& names, Subjects& subjects, const UsageBatch& batch);

}  // namespace latchkey::store::tables
