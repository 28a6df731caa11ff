// Reads of usage. Each in one snapshot.
#pragma once
#include "store/sqlite/connection.h"
#include "store/sqlite/usage/names.h"
#include "store/usage_store.h"

namespace latchkey::store::sqlite {

Result<UsageReport> report_usage(Connection& db, const Names& names, const UsageQuery& query);
Result<std::vector<SecretUse>> read_secret_uses(Connection& db, const Names& names, TenantId tenant,
                                                const std::vector<KeyId>& keys);
Result<AddressReport> read_addresses(Connection& db, TenantId tenant, KeyId key, std::int64_t from_day, std::int64_t to_day);
Result<std::vector<Refusal>> read_refusals(Connection& db, const Names& names, TenantId tenant, std::optional<KeyId> key,
                                           const std::optional<std::string>& outcome, int limit);
Result<std::vector<Observation>> read_observations(Connection& db, const Names& names, TenantId tenant, KeyId key, Instant since);
Result<TrialReport> read_trial(Connection& db, const Names& names, TenantId tenant, KeyId key, std::int64_t number);

}  // namespace latchkey::store::sqlite
