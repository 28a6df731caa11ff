#include "store/sqlite/connection.h"

#include <mutex>

#include "base/check.h"
#include "base/log.h"

namespace latchkey::store::sqlite {
namespace {

// Long enough for another process's backup to let go, short enough for a caller who waits.
constexpr int kBusyTimeoutMs = 5'000;
// The statements of the code are fewer than this; only the variants of listing could pass it.
constexpr std::size_t kMaxCachedStatements = 256;
// After how many pages in the log a commit brings them into the file.
constexpr int kUsualCheckpoint = 1000;
constexpr int kSeldomCheckpoint = 8000;

std::string message_for(int primary) {
  switch (primary) {
    case SQLITE_FULL: return "The disk is full, so nothing was changed. Make room, then try again.";
    case SQLITE_READONLY:
      return "The database cannot be written to, so nothing was changed. Mend its permissions, then try again.";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "The database is busy. Try again in a moment.";
    case SQLITE_NOMEM: return "The server is out of memory. Try again in a moment.";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM: return "The database cannot be opened. Look at the file's permissions.";
    default:
      return "The database cannot be reached: its disk reports an error. Try again; if it stays so, look at the disk.";
  }
}

// SQLite counts the memory it has on loan under one lock for the whole process, which nobody asks for and every thread
// waits for: with many clients it took a tenth of the time. Can only be set before the first connection is opened; where
// something else was first, it stays as it is.
void stop_counting_memory() {
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

}  // namespace

Error error_from(int extended, std::string detail) {
  detail = fmt::format("sqlite {} ({}): {}", extended, sqlite3_errstr(extended), detail);
  const int primary = extended & 0xff;
  switch (primary) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::kCorrupt, "The database file is damaged, or is no database. Restore it from a backup.",
              std::move(detail)};
    case SQLITE_CONSTRAINT:
      if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY) {
        return {ErrorCode::kConflict, "There is one like it already.", std::move(detail)};
      }
      if (extended == SQLITE_CONSTRAINT_FOREIGNKEY) {
        return {ErrorCode::kNotFound, "What this belongs to is not there.", std::move(detail)};
      }
      return {ErrorCode::kInternal, "The change breaks a rule of the database.", std::move(detail)};
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT: return {ErrorCode::kUnavailable, message_for(primary), std::move(detail)};
    default: return {ErrorCode::kInternal, "The database refused a command.", std::move(detail)};
  }
}

// ---- Prepared

void Prepared::prepare() {
  if (handle_ != nullptr) return;
  status_ =
      sqlite3_prepare_v3(db_, sql_.data(), static_cast<int>(sql_.size()), SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
}

void Prepared::reset() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  status_ = SQLITE_OK;
}

void Prepared::bind_text(int index, std::string_view value) {
  // A null pointer would bind NULL, which an empty text is not.
  const char* data = value.data() == nullptr ? "" : value.data();
  note(sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Prepared::bind_blob(int index, std::span<const std::uint8_t> value) {
  note(value.empty() ? sqlite3_bind_zeroblob(handle_, index, 0)
                     : sqlite3_bind_blob64(handle_, index, value.data(), value.size(), SQLITE_TRANSIENT));
}

Result<bool> Prepared::step() {
  if (status_ != SQLITE_OK) return std::unexpected(error_from(status_, sqlite3_errmsg(db_)));
  switch (const int status = sqlite3_step(handle_)) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return std::unexpected(error_from(status, sqlite3_errmsg(db_)));
  }
}

std::string_view Prepared::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::span<const std::uint8_t> Prepared::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

// ---- Connection

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access) {
  stop_counting_memory();
  sqlite3* handle = nullptr;
  // NOMUTEX: the owner of a connection already keeps it to one thread at a time.
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (access == Access::kWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
  const int status = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  if (status != SQLITE_OK) {
    const Error error = error_from(status, handle == nullptr ? "" : sqlite3_errmsg(handle));
    sqlite3_close_v2(handle);
    return std::unexpected(error);
  }
  std::unique_ptr<Connection> connection(new Connection(handle));
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  // A database that somebody tampered with must not be able to run anything through views, triggers or its schema.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  LK_TRY(connection->exec("PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY"));
  return connection;
}

Connection::~Connection() {
  cache_.clear();
  sqlite3_close_v2(handle_);
}

Result<void> Connection::exec(const char* sql) {
  const int status = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return std::unexpected(error_from(status, sqlite3_errmsg(handle_)));
  return {};
}

Statement Connection::prepare(std::string_view sql) {
  auto found = cache_.find(sql);
  if (found == cache_.end()) {
    if (cache_.size() >= kMaxCachedStatements) drop_idle_statements();
    found = cache_.emplace(sql, nullptr).first;
    // A map's keys stay where they are.
    found->second = std::make_unique<Prepared>(handle_, found->first);
  }
  Prepared& prepared = *found->second;
  LK_CHECK(!prepared.on_loan);
  prepared.prepare();
  return Statement(prepared);
}

void Connection::drop_idle_statements() {
  std::erase_if(cache_, [](const auto& entry) { return !entry.second->on_loan; });
}

Result<void> Connection::begin(Access access) {
  if (access == Access::kRead) return exec("BEGIN");
  sqlite3_wal_autocheckpoint(handle_, kUsualCheckpoint);
  return exec("BEGIN IMMEDIATE");
}

Result<void> Connection::commit() {
  auto committed = exec("COMMIT");
  if (!committed) forget_failed_commit();
  return committed;
}

void Connection::roll_back() {
  // Fails only with what made the transaction fail; the connection is out of it either way.
  if (const auto rolled_back = exec("ROLLBACK"); !rolled_back) {
    log::warn("store.rollback_failed", {{"detail", rolled_back.error().detail}});
  }
}

// When the fsync at the end of a commit fails, the log holds the whole transaction, though nobody sees it: a process that
// starts after a crash would take it for committed. Emptying the log prevents that; if the disk doesn't let us, the next
// commit writes over it.
void Connection::forget_failed_commit() {
  if (in_transaction()) static_cast<void>(exec("ROLLBACK"));
  if (const auto emptied = exec("PRAGMA wal_checkpoint(TRUNCATE)"); !emptied) {
    log::warn("store.log_not_emptied", {{"detail", emptied.error().detail}});
  }
}

void Connection::expect_many_writes() { sqlite3_wal_autocheckpoint(handle_, kSeldomCheckpoint); }

}  // namespace latchkey::store::sqlite
