#include "store/tables/key_request_table.h"

#include "store/sql/cursor.h"
#include "store/tables/outbox_tables.h"
#include "store/sql/row.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kStates = 5;
constexpr int kActorTypes = 2;

#define LK_KEY_REQUEST_COLUMNS                                                                               \
  "number, id, tenant_id, token_hash, access_type, note, created_at, created_by_type, created_by_user, "     \
  "created_by_name, expires_at, state, submissions, submitted_at, asker_name, organisation, contact_email, " \
  "application, purpose, restrictions, ended_at, ended_by_type, ended_by_user, ended_by_name, key_id"

void read_actor(Row& row, Actor& actor) {
  actor.type = row.choice<ActorType>(kActorTypes);
  actor.user = row.maybe_id<UserTag>();
  row.text(actor.name);
}

// Answers its number.
Result<std::int64_t> read_one(const Statement& query, KeyRequestRecord& out) {
  Row row(query);
  const std::int64_t number = row.integer();
  out.id = row.id<KeyRequestTag>();
  out.tenant = row.id<TenantTag>();
  row.bytes(out.token_hash);
  row.text(out.access_type);
  row.text(out.note);
  out.created_at = row.instant();
  read_actor(row, out.created_by);
  out.expires_at = row.instant();
  out.state = row.choice<KeyRequestState>(kStates);
  out.submissions = static_cast<int>(row.integer());
  out.submitted_at = row.maybe_instant();
  row.text(out.asked.asker);
  row.text(out.asked.organisation);
  row.text(out.asked.contact_email);
  row.text(out.asked.application);
  row.text(out.asked.purpose);
  row.json(out.asked.restrictions);
  out.ended_at = row.maybe_instant();
  read_actor(row, out.ended_by);
  out.key = row.maybe_id<KeyTag>();
  LK_TRY(row.sound("key_requests"));
  return number;
}

Error no_such_request() { return {ErrorCode::kNotFound, "There is no such request link.", {}}; }

Result<KeyRequestRecord> read_found(Statement& query) {
  LK_ASSIGN(const bool found, query.step());
  if (!found) return std::unexpected(no_such_request());
  KeyRequestRecord record;
  LK_TRY(read_one(query, record));
  return record;
}

std::optional<Uuid> user_of(const Actor& actor) {
  return actor.user.is_nil() ? std::nullopt : std::optional(actor.user.bytes());
}

Result<void> check_room(Connection& db, TenantId tenant, Instant now) {
  Statement count = db.prepare(
      "SELECT count(*) FROM key_requests WHERE tenant_id = ?1 AND state < 2 AND (state = ?2 OR expires_at > ?3)");
  count.bind(tenant.bytes(), static_cast<int>(KeyRequestState::kSubmitted), now);
  LK_TRY(count.step());
  if (count.integer(0) < KeyRequestStore::kMaxWaiting) return {};
  return fail(
      ErrorCode::kConflict,
      fmt::format("There are {} request links that wait already. Withdraw some, or answer those that were sent.",
                  KeyRequestStore::kMaxWaiting));
}

Result<void> forget_old(Connection& db, TenantId tenant, Instant now) {
  Statement remove = db.prepare(
      "DELETE FROM key_requests WHERE number IN (SELECT number FROM key_requests WHERE tenant_id = ?1 AND "
      "(state > 1 OR (state = 0 AND expires_at <= ?2)) ORDER BY number DESC LIMIT 1000000000 OFFSET ?3)");
  remove.bind(tenant.bytes(), now, KeyRequestStore::kMaxEnded);
  return remove.run();
}

Result<void> insert(Connection& db, const KeyRequestRecord& record) {
  LK_TRY(check_room(db, record.tenant, record.created_at));
  LK_TRY(forget_old(db, record.tenant, record.created_at));
  Statement insert = db.prepare(
      "INSERT INTO key_requests (id, tenant_id, token_hash, access_type, note, created_at, created_by_type, "
      "created_by_user, created_by_name, expires_at, state, submissions, asker_name, organisation, contact_email, "
      "application, purpose, ended_by_type, ended_by_name) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, '', '', '', '', '', 0, '')");
  const Actor& by = record.created_by;
  insert.bind(record.id.bytes(), record.tenant.bytes(), record.token_hash, record.access_type, record.note,
              record.created_at, static_cast<int>(by.type), user_of(by), by.name, record.expires_at);
  return insert.run();
}

Result<LeftOut> submit(Connection& db, KeyRequestId id, const AskedKey& asked, Instant at, const Notices& notices) {
  Statement update = db.prepare(
      "UPDATE key_requests SET state = 1, submissions = submissions + 1, submitted_at = ?2, asker_name = ?3, "
      "organisation = ?4, contact_email = ?5, application = ?6, purpose = ?7, restrictions = ?8 "
      "WHERE id = ?1 AND state < 2 AND expires_at > ?2 AND submissions < ?9");
  update.bind(id.bytes(), at, asked.asker, asked.organisation, asked.contact_email, asked.application, asked.purpose,
              to_json(asked.restrictions), KeyRequestStore::kMaxSubmissions);
  LK_TRY(update.run());
  if (db.changed_rows() == 0) return fail(ErrorCode::kConflict, "This link takes nothing any more.");
  return add_notices(db, notices);
}

Result<void> end(Connection& db, TenantId tenant, KeyRequestId id, KeyRequestState to, Instant at, const Actor& by) {
  const KeyRequestState from = to == KeyRequestState::kDeclined ? KeyRequestState::kSubmitted : KeyRequestState::kOpen;
  Statement update = db.prepare(
      "UPDATE key_requests SET state = ?4, ended_at = ?5, ended_by_type = ?6, ended_by_user = ?7, ended_by_name = ?8 "
      "WHERE id = ?1 AND tenant_id = ?2 AND state = ?3");
  update.bind(id.bytes(), tenant.bytes(), static_cast<int>(from), static_cast<int>(to), at, static_cast<int>(by.type),
              user_of(by), by.name);
  LK_TRY(update.run());
  if (db.changed_rows() == 0) return fail(ErrorCode::kConflict, "The request is not in that state any more.");
  return {};
}

}  // namespace

Result<void> note_activated(Connection& db, KeyRequestId id, const ApiKey& key) {
  Statement update = db.prepare(
      "UPDATE key_requests SET state = 2, key_id = ?3, ended_at = ?4, ended_by_type = ?5, ended_by_user = ?6, "
      "ended_by_name = ?7 WHERE id = ?1 AND tenant_id = ?2 AND state = 1");
  const Actor& by = key.created_by;
  update.bind(id.bytes(), key.tenant.bytes(), key.id.bytes(), key.created_at, static_cast<int>(by.type), user_of(by),
              by.name);
  LK_TRY(update.run());
  if (db.changed_rows() == 0) return fail(ErrorCode::kConflict, "The request was answered already.");
  return {};
}

Result<void> KeyRequests::insert_key_request(const KeyRequestRecord& record) {
  return writer_.run([&](Connection& db) { return insert(db, record); });
}

Result<KeyRequestRecord> KeyRequests::find_key_request(KeyRequestId id) {
  return reads_.run([&](Connection& db) {
    Statement query = db.prepare("SELECT " LK_KEY_REQUEST_COLUMNS " FROM key_requests WHERE id = ?1");
    query.bind(id.bytes());
    return read_found(query);
  });
}

Result<KeyRequestRecord> KeyRequests::find_key_request(TenantId tenant, KeyRequestId id) {
  LK_ASSIGN(KeyRequestRecord record, find_key_request(id));
  if (record.tenant != tenant) return std::unexpected(no_such_request());
  return record;
}

Result<KeyRequestPage> KeyRequests::list_key_requests(TenantId tenant, const std::string& cursor, int limit) {
  LK_TRY(check_page_limit(limit));
  const std::uint64_t name = fingerprint("key_requests of " + tenant.to_string());
  std::int64_t before = INT64_MAX;
  if (!cursor.empty()) {
    LK_ASSIGN(const CursorPosition position, decode_cursor(cursor, name));
    before = position.number;
  }
  return reads_.run([&](Connection& db) -> Result<KeyRequestPage> {
    Statement query =
        db.prepare("SELECT " LK_KEY_REQUEST_COLUMNS
                   " FROM key_requests WHERE tenant_id = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3");
    query.bind(tenant.bytes(), before, limit + 1);
    KeyRequestPage page;
    for (std::int64_t last = 0;;) {
      LK_ASSIGN(const bool found, query.step());
      if (!found) return page;
      if (std::cmp_equal(page.requests.size(), limit)) {
        page.next_cursor = encode_cursor({.query = name, .number = last, .id = {}, .text = std::nullopt});
        return page;
      }
      LK_ASSIGN(last, read_one(query, page.requests.emplace_back()));
    }
  });
}

Result<LeftOut> KeyRequests::submit_key_request(KeyRequestId id, const AskedKey& asked, Instant at,
                                                const Notices& notices) {
  return writer_.run([&](Connection& db) { return submit(db, id, asked, at, notices); });
}

Result<void> KeyRequests::end_key_request(TenantId tenant, KeyRequestId id, KeyRequestState to, Instant at,
                                          const Actor& by) {
  return writer_.run([&](Connection& db) { return end(db, tenant, id, to, at, by); });
}

}  // namespace latchkey::store::tables
