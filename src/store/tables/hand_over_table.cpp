#include "store/tables/hand_over_table.h"

#include "store/sql/row.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kTasks = 4;  // counted from 1
constexpr int kStatuses = 5;

#define LK_HAND_OVER_COLUMNS                                                                                       \
  "id, tenant_id, key_id, generation, kind, manager, path, recipient, pepper, sealed, proof_hash, status, tries, " \
  "next_attempt_at, last_error, created_at, expires_at, done_at, done_address, done_user_agent"

Result<void> read_one(const Statement& query, HandOverRecord& out) {
  Row row(query);
  out.id = row.id<HandOverTag>();
  out.tenant = row.id<TenantTag>();
  out.key = row.id<KeyTag>();
  out.generation = row.integer();
  out.task = row.choice<HandOverTask>(kTasks);
  row.text(out.manager);
  row.text(out.path);
  row.text(out.recipient);
  out.pepper = static_cast<credential::PepperId>(row.integer());
  if (!row.skip_null()) {
    const auto sealed = row.blob();
    out.sealed.assign(sealed.begin(), sealed.end());
  }
  row.bytes(out.proof_hash);
  out.status = row.choice<HandOverStatus>(kStatuses);
  out.tries = static_cast<int>(row.integer());
  out.next_attempt_at = row.maybe_instant();
  row.text(out.last_error);
  out.created_at = row.instant();
  out.expires_at = row.maybe_instant();
  out.done_at = row.maybe_instant();
  if (!row.skip_null()) {
    std::array<std::uint8_t, 16> address{};
    row.bytes(address);
    out.done_address = IpAddress(address);
  }
  row.text(out.done_user_agent);
  return row.sound("hand_overs");
}

Result<std::vector<HandOverRecord>> read_all(Statement& query) {
  std::vector<HandOverRecord> records;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return records;
    LK_TRY(read_one(query, records.emplace_back()));
  }
}

std::optional<std::span<const std::uint8_t>> sealed_of(const HandOverRecord& record) {
  if (record.sealed.empty()) return std::nullopt;
  return std::span<const std::uint8_t>(record.sealed);
}

Result<void> withdraw(Connection& db, KeyId key) {
  Statement update = db.prepare(
      "UPDATE hand_overs SET status = ?2, sealed = NULL, next_attempt_at = NULL WHERE key_id = ?1 AND status = ?3");
  update.bind(key.bytes(), static_cast<int>(HandOverStatus::kWithdrawn), static_cast<int>(HandOverStatus::kPending));
  return update.run();
}

Result<void> insert(Connection& db, const HandOverRecord& record) {
  Statement insert = db.prepare("INSERT INTO hand_overs (" LK_HAND_OVER_COLUMNS
                                ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
                                "NULL, NULL, '')");
  insert.bind(record.id.bytes(), record.tenant.bytes(), record.key.bytes(), record.generation,
              static_cast<int>(record.task), record.manager, record.path, record.recipient, record.pepper,
              sealed_of(record), record.proof_hash, static_cast<int>(record.status), record.tries,
              record.next_attempt_at, record.last_error, record.created_at, record.expires_at);
  return insert.run();
}

Result<void> forget_all_but_the_latest(Connection& db, KeyId key) {
  Statement remove = db.prepare(
      "DELETE FROM hand_overs WHERE key_id = ?1 AND status <> 0 AND number <= "
      "(SELECT number FROM hand_overs WHERE key_id = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)");
  remove.bind(key.bytes(), HandOverStore::kMaxKept);
  return remove.run();
}

}  // namespace

Result<void> write_along(Connection& db, KeyId key, const Along& along) {
  if (!along.withdraw && !along.hand_over) return {};
  LK_TRY(withdraw(db, key));
  if (!along.hand_over) return {};
  LK_TRY(insert(db, *along.hand_over));
  return forget_all_but_the_latest(db, key);
}

Result<void> remove_hand_overs(Connection& db, KeyId key) {
  Statement remove = db.prepare("DELETE FROM hand_overs WHERE key_id = ?1");
  remove.bind(key.bytes());
  return remove.run();
}

Result<HandOverRecord> HandOvers::find_hand_over(HandOverId id) {
  return reads_.run([&](Connection& db) -> Result<HandOverRecord> {
    Statement query = db.prepare("SELECT " LK_HAND_OVER_COLUMNS " FROM hand_overs WHERE id = ?1");
    query.bind(id.bytes());
    LK_ASSIGN(const bool found, query.step());
    if (!found) return fail(ErrorCode::kNotFound, "There is no such hand-over.");
    HandOverRecord record;
    LK_TRY(read_one(query, record));
    return record;
  });
}

Result<std::vector<HandOverRecord>> HandOvers::hand_overs(TenantId tenant, KeyId key) {
  return reads_.run([&](Connection& db) {
    Statement query = db.prepare("SELECT " LK_HAND_OVER_COLUMNS
                                 " FROM hand_overs WHERE key_id = ?1 AND tenant_id = ?2 ORDER BY number DESC LIMIT ?3");
    query.bind(key.bytes(), tenant.bytes(), kMaxKept);
    return read_all(query);
  });
}

Result<std::vector<HandOverRecord>> HandOvers::due_hand_overs(Instant now, int limit) {
  return reads_.run([&](Connection& db) {
    Statement query = db.prepare("SELECT " LK_HAND_OVER_COLUMNS
                                 " FROM hand_overs WHERE next_attempt_at <= ?1 ORDER BY next_attempt_at LIMIT ?2");
    query.bind(now, limit);
    return read_all(query);
  });
}

Result<void> HandOvers::note_hand_over(const HandOverRecord& record) {
  return writer_.run([&](Connection& db) -> Result<void> {
    Statement update = db.prepare(
        "UPDATE hand_overs SET status = ?2, sealed = ?3, tries = ?4, next_attempt_at = ?5, last_error = ?6, done_at = "
        "?7, "
        "done_address = ?8, done_user_agent = ?9 WHERE id = ?1 AND status = 0");
    update.bind(record.id.bytes(), static_cast<int>(record.status), sealed_of(record), record.tries,
                record.next_attempt_at, record.last_error, record.done_at,
                record.done_address ? std::optional(record.done_address->bytes()) : std::nullopt,
                record.done_user_agent);
    LK_TRY(update.run());
    if (db.changed_rows() == 0) return fail(ErrorCode::kConflict, "This hand-over is not pending any more.");
    return {};
  });
}

Result<void> HandOvers::expire_hand_overs(Instant now) {
  return writer_.run([&](Connection& db) {
    Statement update = db.prepare(
        "UPDATE hand_overs SET status = ?2, sealed = NULL, next_attempt_at = NULL "
        "WHERE status = 0 AND expires_at IS NOT NULL AND expires_at <= ?1");
    update.bind(now, static_cast<int>(HandOverStatus::kExpired));
    return update.run();
  });
}

}  // namespace latchkey::store::tables
