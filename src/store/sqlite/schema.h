// The schema of the database file: who wrote it, in which version, and how to bring it to the current one.
#pragma once
#include <span>

#include "base/error.h"
#include "store/sqlite/connection.h"

namespace latchkey::store::sqlite {

struct Migration {
  int number = 0;  // the schema's version once it has run; from 1, without gaps
  const char* name = nullptr;
  const char* sql = nullptr;
};

// A kind of database file of ours. Migrations are in order; a file that was released is never edited again.
struct Schema {
  int application_id = 0;  // says that a SQLite file is of this kind
  std::span<const Migration> migrations;
};

std::span<const Migration> migrations();        // from src/store/migrations/*.sql
std::span<const Migration> usage_migrations();  // from src/store/usage_migrations/*.sql

inline Schema key_schema() { return {0x4c4b4559, migrations()}; }          // "LKEY"
inline Schema usage_schema() { return {0x4c4b5553, usage_migrations()}; }  // "LKUS"

// What a file is, before anything is written to it.
enum class FileState { kEmpty, kOurs };
// kTooNew for a later schema, kCorrupt for a file that is no database of this kind.
Result<FileState> inspect(Connection& db, const Schema& schema);
// Runs what is missing, each migration in a transaction of its own.
Result<void> migrate(Connection& db, const Schema& schema);

}  // namespace latchkey::store::sqlite
