#pragma once
#include <vector>

#include "core/limits.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

Result<void> record_quota_counts(sql::Connection& db, const std::vector<QuotaCount>& counts);
Result<std::vector<QuotaCount>> load_quota_counts(sql::Connection& db, Instant today);

}  // namespace latchkey::store::tables
