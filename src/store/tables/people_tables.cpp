#include "store/tables/people_tables.h"

#include "store/tables/dialect.h"

#include "store/sql/row.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kRoles = 3;
#define LK_USER_COLUMNS "id, tenant_id, email, name, role, created_at, password_hash"

Result<UserRecord> read_user(const Statement& query) {
  Row row(query);
  UserRecord record;
  record.user.id = row.id<UserTag>();
  record.user.tenant = row.id<TenantTag>();
  row.text(record.user.email);
  row.text(record.user.name);
  record.user.role = row.choice<Role>(kRoles);
  record.user.created_at = row.instant();
  row.text(record.password_hash);
  LK_TRY(row.sound("users"));
  return record;
}

Result<UserRecord> read_one_user(Statement& query) {
  LK_ASSIGN(const bool found, query.step());
  if (!found) return fail(ErrorCode::kNotFound, "There is no such person.");
  return read_user(query);
}

}  // namespace

Result<void> insert_user(Connection& db, const UserRecord& record) {
  const User& user = record.user;
  Statement insert = db.prepare("INSERT INTO users (" LK_USER_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  insert.bind(user.id.bytes(), user.tenant.bytes(), user.email, user.name, static_cast<int>(user.role), user.created_at,
              record.password_hash);
  auto inserted = insert.run();
  if (inserted) return {};
  if (inserted.error().code == ErrorCode::kConflict)
    inserted.error().message = "Someone with this email address is registered already.";
  if (inserted.error().code == ErrorCode::kNotFound) inserted.error().message = "There is no such tenant.";
  return inserted;
}

Result<UserRecord> find_user_by_email(Connection& db, std::string_view email) {
  Statement query = db.prepare("SELECT " LK_USER_COLUMNS " FROM users WHERE " + folded_column(db, "email") + " = ?1");
  query.bind(folded(email));
  return read_one_user(query);
}

Result<User> find_user(Connection& db, UserId id) {
  Statement query = db.prepare("SELECT " LK_USER_COLUMNS " FROM users WHERE id = ?1");
  query.bind(id.bytes());
  LK_ASSIGN(UserRecord record, read_one_user(query));
  return std::move(record.user);
}

Result<std::vector<User>> list_users(Connection& db, TenantId tenant) {
  Statement query = db.prepare("SELECT " LK_USER_COLUMNS " FROM users WHERE tenant_id = ?1 ORDER BY number");
  query.bind(tenant.bytes());
  std::vector<User> users;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return users;
    LK_ASSIGN(UserRecord record, read_user(query));
    users.push_back(std::move(record.user));
  }
}

Result<void> insert_session(Connection& db, const SessionRecord& session) {
  Statement insert = db.prepare(
      "INSERT INTO sessions (token_hash, user_id, csrf_token, created_at, expires_at, last_seen_at) VALUES (?1, ?2, "
      "?3, ?4, ?5, ?6)");
  insert.bind(session.token_hash, session.user.bytes(), session.csrf_token, session.created_at, session.expires_at,
              session.last_seen_at);
  return insert.run();
}

Result<SessionRecord> find_session(Connection& db, const credential::Digest& token_hash) {
  Statement query = db.prepare(
      "SELECT user_id, csrf_token, created_at, expires_at, last_seen_at FROM sessions WHERE token_hash = ?1");
  query.bind(token_hash);
  LK_ASSIGN(const bool found, query.step());
  if (!found) return fail(ErrorCode::kNotFound, "There is no such session.");
  Row row(query);
  SessionRecord session;
  session.token_hash = token_hash;
  session.user = row.id<UserTag>();
  row.text(session.csrf_token);
  session.created_at = row.instant();
  session.expires_at = row.instant();
  session.last_seen_at = row.instant();
  LK_TRY(row.sound("sessions"));
  return session;
}

Result<void> touch_session(Connection& db, const credential::Digest& token_hash, Instant last_seen, Instant expires) {
  Statement update = db.prepare("UPDATE sessions SET last_seen_at = ?2, expires_at = ?3 WHERE token_hash = ?1");
  update.bind(token_hash, last_seen, expires);
  LK_TRY(update.run());
  if (db.changed_rows() == 0) return fail(ErrorCode::kNotFound, "There is no such session.");
  return {};
}

Result<void> delete_session(Connection& db, const credential::Digest& token_hash) {
  Statement remove = db.prepare("DELETE FROM sessions WHERE token_hash = ?1");
  remove.bind(token_hash);
  return remove.run();
}

Result<void> delete_expired(Connection& db, Instant now) {
  Statement sessions = db.prepare("DELETE FROM sessions WHERE expires_at <= ?1");
  sessions.bind(now);
  LK_TRY(sessions.run());
  Statement idempotency = db.prepare("DELETE FROM idempotency WHERE created_at < ?1");
  idempotency.bind(now.plus_ms(-kIdempotencyWindowMs));
  return idempotency.run();
}

Result<void> insert_operator_key(Connection& db, const OperatorKeyRecord& record) {
  Statement insert = db.prepare("INSERT INTO operator_keys (digest, pepper, hint, created_at) VALUES (?1, ?2, ?3, ?4)");
  insert.bind(record.digest, record.pepper, record.hint, record.created_at);
  return insert.run();
}

Result<std::vector<OperatorKeyRecord>> list_operator_keys(Connection& db) {
  Statement query =
      db.prepare("SELECT digest, pepper, hint, created_at FROM operator_keys ORDER BY created_at, digest");
  std::vector<OperatorKeyRecord> records;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return records;
    Row row(query);
    OperatorKeyRecord& record = records.emplace_back();
    row.bytes(record.digest);
    record.pepper = static_cast<credential::PepperId>(row.integer());
    row.text(record.hint);
    record.created_at = row.instant();
    LK_TRY(row.sound("operator_keys"));
  }
}

}  // namespace latchkey::store::tables
