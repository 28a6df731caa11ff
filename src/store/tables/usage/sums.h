// Sums of uses, as the tables usage_minutes, usage_hours and usage_days hold them. In the writer's transaction.
#pragma once
#include <map>
#include <string_view>
#include <tuple>

#include "core/latency.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

struct Sum {
  std::uint64_t count = 0;
  LatencyHistogram latency;
};
// bucket, tenant, key, operation, outcome, status class: as in the tables, so rows are written in their order.
using Place = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;
using Sums = std::map<Place, Sum>;

// To what the table holds already.
Result<void> add_sums(sql::Connection& db, std::string_view table, const Sums& sums);

// Sums up the buckets [first, end) of one table into one bucket of another, which holds nothing of it yet.
struct SumUp {
  std::string_view from, to;
  std::int64_t first, end;
  std::int64_t bucket;
};
Result<void> sum_up(sql::Connection& db, const SumUp& what);

}  // namespace latchkey::store::tables
