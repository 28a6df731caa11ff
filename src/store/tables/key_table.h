// The table of keys with their secrets and idempotency records. Each write appends to the change feed; the caller
// is in a transaction and rolls back on failure.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "store/key_store.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

// What read_key() reads, in its order; `k` is api_keys.
#define LK_KEY_COLUMNS                                                                                               \
  "k.number, k.id, k.tenant_id, k.access_type, k.state, k.expires_at, k.version, k.restrictions, k.secrets, "        \
  "k.seal_pepper, k.seal, k.nickname, k.contact_email, k.hint, k.created_at, k.created_by_type, k.created_by_user, " \
  "k.created_by_name, k.updated_at, k.disabled_at, k.revoked_at, k.limits, k.generation, k.rotation, k.hand_over, "  \
  "k.deleted_at, k.imported_from, k.external_id"

// Into a record whose storage is reused.
Result<void> read_key(const sql::Statement& query, KeyRecord& record);

Result<Sequence> insert_key(sql::Connection& db, const KeyRecord& record, const std::optional<IdempotencyRecord>& once,
                            const Along& along);
Result<Sequence> update_key(sql::Connection& db, const KeyRecord& record, std::int64_t expected_version,
                            const Along& along = {});
Result<std::vector<KeyRecord>> rotating_keys(sql::Connection& db, KeyId after, int limit);
Result<int> forget_deleted(sql::Connection& db, Instant before, int limit);
Result<InsertedKeys> insert_keys(sql::Connection& db, std::span<const KeyRecord> records,
                                 const std::optional<IdempotencyRecord>& once);
Result<std::vector<std::optional<SecretHolder>>> find_holders(sql::Connection& db,
                                                              std::span<const credential::Digest> secrets);
Result<std::vector<KeyRecord>> find_keys(sql::Connection& db, std::span<const KeyId> ids);
Result<KeyRecord> find_key(sql::Connection& db, KeyId id);
Result<KeyRecord> find_key(sql::Connection& db, TenantId tenant, KeyId id);
Result<std::optional<IdempotencyRecord>> find_idempotency(sql::Connection& db, TenantId tenant,
                                                          const credential::Digest& key_hash, Instant not_before);
Result<void> visit_keys(sql::Connection& db, const std::function<bool(const KeyRecord&)>& visitor);

}  // namespace latchkey::store::tables
