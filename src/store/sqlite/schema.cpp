#include "store/sqlite/schema.h"

#include "base/log.h"

namespace latchkey::store::sqlite {
namespace {

Result<std::int64_t> read_integer(Connection& db, std::string_view sql) {
  Statement query = db.prepare(sql);
  LK_ASSIGN(const bool found, query.step());
  return found ? query.integer(0) : 0;
}

int newest_version() { return migrations().empty() ? 0 : migrations().back().number; }

Result<void> run(Connection& db, const Migration& migration) {
  LK_ASSIGN(Transaction transaction, Transaction::begin(db, Transaction::Kind::kWrite));
  LK_TRY(db.exec(migration.sql));
  LK_TRY(db.exec(fmt::format("PRAGMA application_id = {}", kApplicationId).c_str()));
  LK_TRY(db.exec(fmt::format("PRAGMA user_version = {}", migration.number).c_str()));
  return transaction.commit();
}

}  // namespace

Result<FileState> inspect(Connection& db) {
  LK_ASSIGN(const std::int64_t application, read_integer(db, "PRAGMA application_id"));
  LK_ASSIGN(const std::int64_t version, read_integer(db, "PRAGMA user_version"));
  if (application == kApplicationId) {
    if (version > newest_version()) {
      return fail(ErrorCode::kTooNew,
                  fmt::format("This database was written by a newer Latchkey (schema {}); this one knows up to {}. "
                              "Upgrade Latchkey, or restore a backup.",
                              version, newest_version()));
    }
    return FileState::kOurs;
  }
  LK_ASSIGN(const std::int64_t objects, read_integer(db, "SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && objects == 0) return FileState::kEmpty;
  return fail(ErrorCode::kCorrupt, "The file is a SQLite database, but not one of Latchkey's. Name another file.");
}

Result<void> migrate(Connection& db) {
  LK_ASSIGN(const std::int64_t version, read_integer(db, "PRAGMA user_version"));
  for (const Migration& migration : migrations()) {
    if (migration.number <= version) continue;
    LK_TRY(run(db, migration));
    if (version > 0) log::info("store.migrated", {{"migration", migration.name}});
  }
  return {};
}

}  // namespace latchkey::store::sqlite
