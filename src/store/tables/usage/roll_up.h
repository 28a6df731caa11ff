// Minutes become hours, hours become days, and what is older than it has to be kept goes. Each call does one step, in the
// writer's transaction, so that nobody waits long.
#pragma once
#include "store/sql/connection.h"
#include "store/usage_store.h"

namespace latchkey::store::tables {

struct Marks {
  std::int64_t hours = 0, days = 0;  // the first, since 1970, that are not summed up yet
  std::int64_t observations = 0;     // the day when old ones were forgotten last
};
Result<Marks> read_marks(sql::Connection& db);

// Whether there is more to do.
Result<bool> roll_up_step(sql::Connection& db, Instant now, const UsageRetention& retention);

}  // namespace latchkey::store::tables
