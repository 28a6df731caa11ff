#include "store/sqlite/schema.h"

#include "base/log.h"

namespace latchkey::store::sqlite {
namespace {

Result<std::int64_t> read_integer(Connection& db, std::string_view sql) {
  Statement query = db.prepare(sql);
  LK_ASSIGN(const bool found, query.step());
  return found ? query.integer(0) : 0;
}

int newest_version(const Schema& schema) { return schema.migrations.empty() ? 0 : schema.migrations.back().number; }

Result<void> run(Connection& db, const Schema& schema, const Migration& migration) {
  LK_ASSIGN(Transaction transaction, Transaction::begin(db, Connection::Access::kWrite));
  LK_TRY(db.exec(migration.sql));
  LK_TRY(db.exec(fmt::format("PRAGMA application_id = {}", schema.application_id).c_str()));
  LK_TRY(db.exec(fmt::format("PRAGMA user_version = {}", migration.number).c_str()));
  return transaction.commit();
}

}  // namespace

Result<FileState> inspect(Connection& db, const Schema& schema) {
  LK_ASSIGN(const std::int64_t application, read_integer(db, "PRAGMA application_id"));
  LK_ASSIGN(const std::int64_t version, read_integer(db, "PRAGMA user_version"));
  if (application == schema.application_id) {
    if (version > newest_version(schema)) {
      return fail(ErrorCode::kTooNew,
                  fmt::format("This database was written by a newer Latchkey (schema {}); this one knows up to {}. "
                              "Upgrade Latchkey, or restore a backup.",
                              version, newest_version(schema)));
    }
    return FileState::kOurs;
  }
  LK_ASSIGN(const std::int64_t objects, read_integer(db, "SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && objects == 0) return FileState::kEmpty;
  return fail(ErrorCode::kCorrupt, "The file is a SQLite database, but not one of Latchkey's. Name another file.");
}

Result<void> migrate(Connection& db, const Schema& schema) {
  LK_ASSIGN(const std::int64_t version, read_integer(db, "PRAGMA user_version"));
  for (const Migration& migration : schema.migrations) {
    if (migration.number <= version) continue;
    LK_TRY(run(db, schema, migration));
    if (version > 0) log::info("store.migrated", {{"migration", migration.name}});
  }
  return {};
}

}  // namespace latchkey::store::sqlite
