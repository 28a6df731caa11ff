#include "store/postgres/usage/usage_writer.h"

#include "base/log.h"
#include "store/tables/usage/write.h"

namespace latchkey::store::postgres {
namespace {

Result<bool> is_noted(sql::Connection& db, std::int64_t id, std::int64_t number) {
  sql::Statement query = db.prepare("SELECT batch FROM writers WHERE id = ?1");
  query.bind(id);
  LK_ASSIGN(const bool found, query.step());
  return found && query.integer(0) == number;
}

}  // namespace

Result<void> UsageWriter::write_noted(sql::Connection& db, const UsageBatch& batch) {
  LK_TRY(tables::write_usage(db, names_, batch));
  sql::Statement note = db.prepare(
      "INSERT INTO writers AS w (id, batch, at) VALUES (?1, ?2, CAST(extract(epoch FROM now()) * 1000 AS BIGINT)) "
      "ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = excluded.at");
  note.bind(id_, number_);
  return note.run();
}

Result<void> UsageWriter::add(const UsageBatch& batch) {
  LK_TRY(settle());
  ++number_;
  auto done = write([&](sql::Connection& db) { return write_noted(db, batch); });
  if (done || connection_->lost() || !commit_failed_) return done;
  log::warn("store.usage_in_doubt", {{"detail", done.error().detail}});
  kept_ = batch;
  return {};
}

// The transaction that is in doubt held the lock that this one takes, so it is over.
Result<void> UsageWriter::settle() {
  if (!kept_) return {};
  LK_TRY(write([&](sql::Connection& db) -> Result<void> {
    LK_ASSIGN(const bool stored, is_noted(db, id_, number_));
    if (stored) return {};
    return write_noted(db, *kept_);
  }));
  kept_.reset();
  return {};
}

}  // namespace latchkey::store::postgres
