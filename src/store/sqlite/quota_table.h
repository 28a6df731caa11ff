#pragma once
#include <vector>

#include "core/limits.h"
#include "store/sqlite/connection.h"

namespace latchkey::store::sqlite {

Result<void> record_quota_counts(Connection& db, const std::vector<QuotaCount>& counts);
Result<std::vector<QuotaCount>> load_quota_counts(Connection& db, Instant today);

}  // namespace latchkey::store::sqlite
