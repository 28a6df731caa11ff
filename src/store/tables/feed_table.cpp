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

std::string as_literal(const Uuid& id) {
  std::string literal = "'\\x";
  for (const std::uint8_t byte : id) literal += fmt::format("{:02x}", byte);
  return literal + "'";
}

std::string_view mark_column(const Connection& db) { return db.dialect() == Dialect::kSqlite ? "0" : "mark"; }

std::int64_t random_mark() {
  std::array<std::uint8_t, 8> bytes{};
  SystemRandom().fill(bytes);
  return std::bit_cast<std::int64_t>(bytes);
}

Result<Sequence> append(Connection& db, ChangeKind kind, const std::optional<Uuid>& key, TenantId tenant, Instant at) {
  if (db.dialect() == Dialect::kPostgres) {
    const auto sequence =
        db.append_change(fmt::format("{}, {}, {}, {}, {}", static_cast<int>(kind), key ? as_literal(*key) : "NULL",
                                     as_literal(tenant.bytes()), at.unix_ms, random_mark()));
    if (sequence) return *sequence;
    return fail(ErrorCode::kInternal, "The change cannot be stored.", "no lock on the end of the feed");
  }
  // SQLite has no fail-over that could lose a change, so there no mark is needed.
  Statement insert =
      db.prepare("INSERT INTO changes (kind, key_id, tenant_id, at) VALUES (?1, ?2, ?3, ?4) RETURNING sequence");
  insert.bind(static_cast<int>(kind), key, tenant.bytes(), at);
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
  if (const auto known = db.end_of_feed()) return *known;
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
