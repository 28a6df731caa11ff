#include "store/tables/feed_table.h"

#include <bit>

#include "base/random.h"
#include "store/tables/key_table.h"
#include "store/sql/row.h"
#include "store/tables/tenant_table.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kChangeKinds = 2;

// The next sequence is that after the last one, for whoever writes holds the lock of feed_head. SQLite counts by itself and
// has no fail-over that could lose a change, so there no mark is needed.
constexpr std::string_view kAppendToSqlite =
    "INSERT INTO changes (kind, key_id, tenant_id, at) VALUES (?1, ?2, ?3, ?4) RETURNING sequence";
constexpr std::string_view kAppendToPostgres =
    "WITH head AS (UPDATE feed_head SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence) "
    "INSERT INTO changes (sequence, kind, key_id, tenant_id, at, mark) SELECT head.sequence, CAST(?1 AS BIGINT), "
    "CAST(?2 AS BYTEA), CAST(?3 AS BYTEA), CAST(?4 AS BIGINT), CAST(?5 AS BIGINT) FROM head RETURNING sequence";

std::string_view mark_column(const Connection& db) { return db.dialect() == Dialect::kSqlite ? "0" : "mark"; }

std::int64_t random_mark() {
  std::array<std::uint8_t, 8> bytes{};
  SystemRandom().fill(bytes);
  return std::bit_cast<std::int64_t>(bytes);
}

Result<Sequence> append(Connection& db, ChangeKind kind, const std::optional<Uuid>& key, TenantId tenant, Instant at) {
  const bool sqlite = db.dialect() == Dialect::kSqlite;
  Statement insert = db.prepare(sqlite ? kAppendToSqlite : kAppendToPostgres);
  insert.bind(static_cast<int>(kind), key, tenant.bytes(), at);
  if (!sqlite) insert.bind_at(5, random_mark());
  return insert.run_for_number();
}

}  // namespace

Result<Sequence> append_key_change(Connection& db, KeyId key, TenantId tenant, Instant at) {
  return append(db, ChangeKind::kKey, key.bytes(), tenant, at);
}

Result<Sequence> append_tenant_change(Connection& db, TenantId tenant, Instant at) {
  return append(db, ChangeKind::kTenant, std::nullopt, tenant, at);
}

Result<std::vector<Change>> changes_after(Connection& db, Sequence after, int limit) {
  Statement query =
      db.prepare(fmt::format("SELECT sequence, kind, key_id, tenant_id, {} FROM changes WHERE sequence > ?1 ORDER BY sequence LIMIT ?2", mark_column(db)));
  query.bind(after, limit);
  std::vector<Change> changes;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return changes;
    Row row(query);
    Change& change = changes.emplace_back();
    change.sequence = row.integer();
    change.kind = row.choice<ChangeKind>(kChangeKinds);
    change.key = row.maybe_id<KeyTag>();
    change.tenant = row.id<TenantTag>();
    change.mark = row.integer();
    LK_TRY(row.sound("changes"));
  }
}

Result<Sequence> last_sequence(Connection& db) {
  Statement query = db.prepare("SELECT coalesce(max(sequence), 0) FROM changes");
  LK_TRY(query.step());
  return query.integer(0);
}

Result<FeedPlace> last_place(Connection& db) {
  Statement query = db.prepare(fmt::format("SELECT sequence, {} FROM changes ORDER BY sequence DESC LIMIT 1", mark_column(db)));
  LK_ASSIGN(const bool any, query.step());
  return any ? FeedPlace{query.integer(0), query.integer(1)} : FeedPlace{};
}

Result<Sequence> visit_all(Connection& db, const std::function<bool(const Tenant&)>& tenant,
                           const std::function<bool(const KeyRecord&)>& key) {
  // The transaction's snapshot is taken by this first read; what follows sees the same moment.
  LK_ASSIGN(const Sequence sequence, last_sequence(db));
  LK_ASSIGN(const bool more, visit_tenants(db, tenant));
  if (more) LK_TRY(visit_keys(db, key));
  return sequence;
}

}  // namespace latchkey::store::tables
