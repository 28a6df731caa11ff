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

// In order. From src/store/migrations/*.sql; a file that was released is never edited again.
std::span<const Migration> migrations();

// Says that a SQLite file is ours ("LKEY").
inline constexpr int kApplicationId = 0x4c4b4559;

// What a file is, before anything is written to it.
enum class FileState { kEmpty, kOurs };
// kTooNew for a later schema, kCorrupt for a file that is no database of ours.
Result<FileState> inspect(Connection& db);
// Runs what is missing, each migration in a transaction of its own.
Result<void> migrate(Connection& db);

}  // namespace latchkey::store::sqlite
