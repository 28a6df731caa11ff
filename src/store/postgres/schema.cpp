#include "store/postgres/schema.h"

#include <fmt/format.h>

#include <string>

#include "base/log.h"

namespace latchkey::store::postgres {
namespace {

// Several that make the same table at once can collide in the database's own catalog; the next try finds it made.
constexpr int kTries = 20;

int newest(std::span<const Migration> migrations) { return migrations.empty() ? 0 : migrations.back().number; }

// CockroachDB compares bytes anyway, and takes collated strings for another type.
Result<std::string> for_engine(Connection& db, const char* sql) {
  sql::Statement query = db.prepare("SELECT version()");
  LK_TRY(query.step());
  std::string text = sql;
  if (query.text(0).find("CockroachDB") == std::string_view::npos) return text;
  constexpr std::string_view kCollation = " COLLATE \"C\"";
  for (std::size_t at = text.find(kCollation); at != std::string::npos; at = text.find(kCollation, at)) {
    text.erase(at, kCollation.size());
  }
  return text;
}

Result<void> make_version_table(Connection& db) {
  constexpr const char* kSql =
      "CREATE TABLE IF NOT EXISTS schema_version ("
      "id BIGINT PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL, min_reader BIGINT NOT NULL); "
      "INSERT INTO schema_version (id, version, min_reader) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING";
  Result<void> made;
  for (int tries = 0; tries < kTries; ++tries) {
    made = db.exec(kSql);
    if (made) return {};
    if (made.error().code != ErrorCode::kConflict && made.error().code != ErrorCode::kInternal) break;
  }
  return made;
}

// The next one that is missing, if any. The version is read with its row locked, so it stays what it is meanwhile.
Result<bool> run_next(Connection& db, std::span<const Migration> migrations, int min_reader) {
  LK_ASSIGN(sql::Transaction transaction, sql::Transaction::begin(db, sql::Connection::Access::kWrite));
  sql::Statement query = db.prepare("SELECT version FROM schema_version WHERE id = 1 FOR UPDATE");
  LK_ASSIGN(const bool found, query.step());
  const std::int64_t version = found ? query.integer(0) : 0;
  for (const Migration& migration : migrations) {
    if (migration.number <= version) continue;
    LK_ASSIGN(const std::string text, for_engine(db, migration.sql));
    LK_TRY(db.exec(text.c_str()));
    sql::Statement update = db.prepare("UPDATE schema_version SET version = ?1, min_reader = ?2 WHERE id = 1");
    update.bind(migration.number, migration.number < min_reader ? migration.number : min_reader);
    LK_TRY(update.run());
    LK_TRY(transaction.commit());
    log::info("store.migrated", {{"migration", migration.name}});
    return true;
  }
  return false;
}

}  // namespace

Result<SchemaState> schema_state(Connection& db) {
  {
    // By what is on the search path, as the tables themselves are found.
    sql::Statement there = db.prepare("SELECT CASE WHEN to_regclass('schema_version') IS NULL THEN 0 ELSE 1 END");
    LK_TRY(there.step());
    if (there.integer(0) == 0) return SchemaState{};
  }
  sql::Statement query = db.prepare("SELECT version, min_reader FROM schema_version WHERE id = 1");
  LK_ASSIGN(const bool found, query.step());
  if (!found) return SchemaState{};
  return SchemaState{.version = query.integer(0), .min_reader = query.integer(1)};
}

Result<void> check_readable(const SchemaState& state, std::span<const Migration> known) {
  if (state.version <= newest(known) || state.min_reader <= newest(known)) return {};
  return fail(ErrorCode::kTooNew,
              fmt::format("This database was written by a newer Latchkey (schema {}, for programs that know {} at "
                          "least); this one knows up to {}. Upgrade Latchkey, or restore a backup.",
                          state.version, state.min_reader, newest(known)));
}

Result<void> migrate(Connection& db, std::span<const Migration> migrations, int min_reader) {
  LK_ASSIGN(const SchemaState state, schema_state(db));
  LK_TRY(check_readable(state, migrations));
  if (state.version >= newest(migrations)) return {};
  LK_TRY(make_version_table(db));
  for (;;) {
    LK_ASSIGN(const bool ran, run_next(db, migrations, min_reader));
    if (!ran) return {};
  }
}

}  // namespace latchkey::store::postgres
