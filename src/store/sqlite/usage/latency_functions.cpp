#include "store/sqlite/usage/latency_functions.h"

#include "core/latency.h"

namespace latchkey::store::sqlite {
namespace {

// False: the bytes are not what was written, and the statement fails.
bool add_value(sqlite3_context* context, sqlite3_value* value, LatencyHistogram& to) {
  if (sqlite3_value_type(value) == SQLITE_NULL) return true;
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_value_blob(value));
  const auto histogram = LatencyHistogram::decode({data, static_cast<std::size_t>(sqlite3_value_bytes(value))});
  if (!histogram) {
    sqlite3_result_error_code(context, SQLITE_CORRUPT);
    return false;
  }
  to.add(*histogram);
  return true;
}

void answer(sqlite3_context* context, const LatencyHistogram& histogram) {
  const std::string bytes = histogram.encode();
  if (bytes.empty()) {
    sqlite3_result_null(context);
  } else {
    sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  }
}

void merge(sqlite3_context* context, int, sqlite3_value** values) {
  LatencyHistogram sum;
  if (add_value(context, values[0], sum) && add_value(context, values[1], sum)) answer(context, sum);
}

// The aggregate's memory is SQLite's and begins as zeros, so it holds a pointer.
LatencyHistogram** sum_of(sqlite3_context* context, int bytes) {
  return static_cast<LatencyHistogram**>(sqlite3_aggregate_context(context, bytes));
}

void sum_step(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
  LatencyHistogram** sum = sum_of(context, sizeof(LatencyHistogram*));
  if (sum == nullptr) return sqlite3_result_error_nomem(context);
  if (*sum == nullptr) *sum = new LatencyHistogram;
  add_value(context, values[0], **sum);
}

void sum_final(sqlite3_context* context) {
  LatencyHistogram** sum = sum_of(context, 0);
  if (sum == nullptr || *sum == nullptr) return sqlite3_result_null(context);
  answer(context, **sum);
  delete *sum;
}

}  // namespace

Result<void> add_latency_functions(Connection& db) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  int status = sqlite3_create_function_v2(db.handle(), "merge_latency", 2, kFlags, nullptr, merge, nullptr, nullptr, nullptr);
  if (status == SQLITE_OK) {
    status = sqlite3_create_function_v2(db.handle(), "sum_latency", 1, kFlags, nullptr, nullptr, sum_step, sum_final, nullptr);
  }
  if (status != SQLITE_OK) return std::unexpected(error_from(status, sqlite3_errmsg(db.handle())));
  return {};
}

}  // namespace latchkey::store::sqlite
