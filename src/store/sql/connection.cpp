#include "store/sql/connection.h"

namespace latchkey::store::sql {

Result<void> Statement::run() {
  for (;;) {
    LK_ASSIGN(const bool row, step());
    if (!row) return {};
  }
}

Result<std::int64_t> Statement::run_for_number() {
  LK_ASSIGN(const bool row, step());
  if (!row) return fail(ErrorCode::kInternal, "The database refused a command.", "a statement returned no row");
  const std::int64_t number = integer(0);
  LK_TRY(run());
  return number;
}

Result<Transaction> Transaction::begin(Connection& db, Connection::Access access) {
  LK_TRY(db.begin(access));
  return Transaction(db);
}

Transaction::~Transaction() {
  if (db_ != nullptr && db_->in_transaction()) db_->roll_back();
}

Result<void> Transaction::commit() {
  LK_TRY(db_->commit());
  db_ = nullptr;
  return {};
}

}  // namespace latchkey::store::sql
