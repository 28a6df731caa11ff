// SQL over latency histograms (core/latency.h): merge_latency(a, b), and the aggregate sum_latency(x). NULL is an empty
// one, in and out.
#pragma once
#include "base/error.h"
#include "store/sqlite/connection.h"

namespace latchkey::store::sqlite {

Result<void> add_latency_functions(Connection& db);

}  // namespace latchkey::store::sqlite
