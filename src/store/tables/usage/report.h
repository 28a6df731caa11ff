// Reads of usage. Each in one snapshot.
#pragma once
#include "store/sql/connection.h"
#include "store/tables/usage/names.h"
#include "store/usage_store.h"

namespace latchkey::store::tables {

Result<UsageReport> report_usage(sql::Connection& db, Names& names, const UsageQuery& query);
Result<std::vector<SecretUse>> read_secret_uses(sql::Connection& db, Names& names, TenantId tenant,
                                                const std::vector<KeyId>& keys);
Result<AddressReport> read_addresses(sql::Connection& db, TenantId tenant, KeyId key, std::int64_t from_day,
                                     std::int64_t to_day);
Result<std::vector<Refusal>> read_refusals(sql::Connection& db, Names& names, TenantId tenant, std::optional<KeyId> key,
                                           const std::optional<std::string>& outcome, int limit);
Result<std::vector<Observation>> read_observations(sql::Connection& db, Names& names, TenantId tenant, KeyId key,
                                                   Instant since);
Result<TrialReport> read_trial(sql::Connection& db, Names& names, TenantId tenant, KeyId key, std::int64_t number);

}  // namespace latchkey::store::tables
