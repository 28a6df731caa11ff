// The schema in a PostgreSQL database, and how it comes to the version that this program wants while other nodes start, or run,
// beside it (docs/postgresql.md).
#pragma once
#include <span>

#include "base/error.h"
#include "store/postgres/connection.h"

namespace latchkey::store::postgres {

struct Migration {
  int number = 0;  // the schema's version once it has run; from 1, without gaps
  const char* name = nullptr;
  const char* sql = nullptr;
};

std::span<const Migration> postgres_migrations();  // from src/store/postgres/migrations/*.sql

// The oldest program that can work with the schema of this one: raised by a release whose migration takes away or gives
// another meaning to what the program before it uses, which is then two releases old.
inline constexpr int kMinReader = 1;

struct SchemaState {
  std::int64_t version = 0;     // 0: there is none of ours
  std::int64_t min_reader = 0;  // programs that know at least this version work with it
};
Result<SchemaState> schema_state(Connection& db);

// kTooNew when programs of this version may not work with what is there. A newer schema that lets them is fine.
Result<void> check_readable(const SchemaState& state, std::span<const Migration> known);

// Runs what is missing, each migration in a transaction. Of several at once one does it and the others wait. `db` takes no
// WriteLock, for its row may not be there yet.
Result<void> migrate(Connection& db, std::span<const Migration> migrations, int min_reader);

}  // namespace latchkey::store::postgres
