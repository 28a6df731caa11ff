// The table of trials. Each write appends to the change feed; the caller is in a transaction and rolls back on failure.
#pragma once
#include <optional>
#include <unordered_map>

#include "store/key_store.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

Result<Sequence> put_trial(sql::Connection& db, const TrialRecord& record);
Result<Sequence> delete_trial(sql::Connection& db, TenantId tenant, KeyId id, Instant at);
Result<Sequence> apply_trial(sql::Connection& db, const KeyRecord& record, std::int64_t expected_version,
                             std::int64_t number);
// Without an entry in the feed, for a change of the key that makes one.
Result<void> remove_trial(sql::Connection& db, KeyId id);

Result<std::optional<TrialRecord>> find_trial(sql::Connection& db, const ApiKey& key);
// All of them; what the key itself says (complete()) is not filled in.
using TrialsByKey = std::unordered_map<KeyId, TrialRecord>;
Result<TrialsByKey> read_trials(sql::Connection& db);
TrialRecord complete(TrialRecord record, const ApiKey& key);

}  // namespace latchkey::store::tables
