#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/sqlite/data_lock.h"
#include "store/sqlite/feed_table.h"
#include "store/sqlite/key_list.h"
#include "store/sqlite/key_table.h"
#include "store/sqlite/people_tables.h"
#include "store/sqlite/read_pool.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/tenant_table.h"
#include "store/sqlite/watch_stores.h"
#include "store/sqlite/writer.h"

namespace latchkey::store {

using sqlite::Connection;
using sqlite::DataLock;
using sqlite::ReadPool;
using sqlite::Writer;

namespace {

// Lists may search through all keys of a tenant. They have connections of their own, so that the look-ups that a
// revocation waits for never stand behind them.
constexpr std::size_t kLookUpReaders = 4;
constexpr std::size_t kListReaders = 2;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Only its owner may read the file; SQLite gives the files beside it the same mode.
Result<void> make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("The database {} cannot be made: {}.", path, std::strerror(errno)));
  }
  ::close(file);
  return {};
}

Result<void> check_there(const std::string& path, OpenMode mode) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISREG(status.st_mode)) return {};
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is not a file, so it cannot be the database.", path));
  }
  if (errno == ENOENT && mode == OpenMode::kCreateIfMissing) return {};
  if (errno == ENOENT) {
    return fail(ErrorCode::kNotFound, fmt::format("There is no database at {}. Make one with `latchkey init`.", path));
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("The database {} cannot be reached: {}.", path, std::strerror(errno)));
}

// SQLite answers with the mode that the file now has, and stays with another where it can't share memory.
Result<void> use_wal(Connection& db) {
  sqlite::Statement pragma = db.prepare("PRAGMA journal_mode = WAL");
  LK_TRY(pragma.step());
  if (pragma.text(0) == "wal") return {};
  return fail(ErrorCode::kUnavailable,
              "The file system cannot hold a database that several threads use. Name a directory on a local disk.",
              fmt::format("journal_mode is {}", pragma.text(0)));
}

Result<std::unique_ptr<Connection>> open_for_writing(const std::string& path, OpenMode mode) {
  LK_ASSIGN(auto db, Connection::open(path, Connection::Access::kReadWrite));
  LK_ASSIGN(const sqlite::FileState state, sqlite::inspect(*db));
  if (state == sqlite::FileState::kEmpty && mode == OpenMode::kMustExist) {
    return fail(ErrorCode::kNotFound, fmt::format("The database at {} is empty. Make one with `latchkey init`.", path));
  }
  LK_TRY(use_wal(*db));
  // A negative cache size is in KiB.
  LK_TRY(db->exec("PRAGMA synchronous = FULL; PRAGMA cache_size = -32000"));
  // What a long snapshot made the log grow to is given back.
  LK_TRY(db->exec("PRAGMA journal_size_limit = 67108864"));
  LK_TRY(sqlite::migrate(*db));
  return db;
}

// Names the file: whoever starts the server has to know which one it is about.
Error at_opening(Error error, const std::string& path) {
  if (error.code == ErrorCode::kCorrupt || error.code == ErrorCode::kUnavailable) {
    error.message = fmt::format("{}: {}", path, error.message);
  }
  return error;
}

}  // namespace

// Destroyed from the last to the first: readers go, then the writer (whose connection, being the last, folds the log
// into the file), then the lock.
struct SqliteStore::Parts {
  std::unique_ptr<DataLock> lock;
  Writer writer;
  std::unique_ptr<ReadPool> look_ups;
  std::unique_ptr<ReadPool> lists;
  sqlite::SqliteAlerts alerts{writer, *lists};
  sqlite::SqliteWebhooks webhooks{writer, *look_ups};
  sqlite::SqliteOutbox outbox{writer, *lists};
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, OpenMode mode) {
  LK_TRY(check_there(path, mode));
  LK_ASSIGN(auto lock, DataLock::acquire(directory_of(path)));
  if (mode == OpenMode::kCreateIfMissing) LK_TRY(make_file(path));
  auto db = open_for_writing(path, mode);
  if (!db) return std::unexpected(at_opening(db.error(), path));
  auto look_ups = ReadPool::open(path, kLookUpReaders);
  if (!look_ups) return std::unexpected(at_opening(look_ups.error(), path));
  auto lists = ReadPool::open(path, kListReaders);
  if (!lists) return std::unexpected(at_opening(lists.error(), path));
  std::unique_ptr<Parts> parts(new Parts{std::move(lock), Writer(std::move(*db)), std::move(*look_ups),
                                         std::move(*lists)});
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

Result<Sequence> SqliteStore::insert_key(const KeyRecord& record, const std::optional<IdempotencyRecord>& once) {
  return parts_->writer.run([&](Connection& db) { return sqlite::insert_key(db, record, once); });
}

Result<Sequence> SqliteStore::update_key(const KeyRecord& record, std::int64_t expected_version) {
  return parts_->writer.run([&](Connection& db) { return sqlite::update_key(db, record, expected_version); });
}

Result<KeyRecord> SqliteStore::find_key(TenantId tenant, KeyId id) {
  return parts_->look_ups->run([&](Connection& db) { return sqlite::find_key(db, tenant, id); });
}

Result<KeyRecord> SqliteStore::find_key(KeyId id) {
  return parts_->look_ups->run([&](Connection& db) { return sqlite::find_key(db, id); });
}

Result<KeyPage> SqliteStore::list_keys(TenantId tenant, const KeyQuery& query) {
  return parts_->lists->snapshot([&](Connection& db) { return sqlite::list_keys(db, tenant, query); });
}

Result<std::optional<IdempotencyRecord>> SqliteStore::find_idempotency(TenantId tenant,
                                                                       const credential::Digest& key_hash,
                                                                       Instant not_before) {
  return parts_->look_ups->run([&](Connection& db) {
    return sqlite::find_idempotency(db, tenant, key_hash, not_before);
  });
}

Result<void> SqliteStore::record_last_used(const std::vector<LastUsedUpdate>& updates) {
  if (updates.empty()) return {};
  return parts_->writer.run([&](Connection& db) { return sqlite::record_last_used(db, updates); });
}

Result<Tenant> SqliteStore::insert_tenant(const Tenant& tenant) {
  return parts_->writer.run([&](Connection& db) { return sqlite::insert_tenant(db, tenant); });
}

Result<Sequence> SqliteStore::update_tenant(const Tenant& tenant) {
  return parts_->writer.run([&](Connection& db) { return sqlite::update_tenant(db, tenant); });
}

Result<Tenant> SqliteStore::find_tenant(TenantId id) {
  return parts_->look_ups->run([&](Connection& db) { return sqlite::find_tenant(db, id); });
}

Result<TenantPage> SqliteStore::list_tenants(const std::string& cursor, int limit) {
  return parts_->lists->run([&](Connection& db) { return sqlite::list_tenants(db, cursor, limit); });
}

Result<void> SqliteStore::insert_user(const UserRecord& user) {
  return parts_->writer.run([&](Connection& db) { return sqlite::insert_user(db, user); });
}

Result<UserRecord> SqliteStore::find_user_by_email(std::string_view email) {
  return parts_->look_ups->run([&](Connection& db) { return sqlite::find_user_by_email(db, email); });
}

Result<User> SqliteStore::find_user(UserId id) {
  return parts_->look_ups->run([&](Connection& db) { return sqlite::find_user(db, id); });
}

Result<std::vector<User>> SqliteStore::list_users(TenantId tenant) {
  return parts_->lists->run([&](Connection& db) { return sqlite::list_users(db, tenant); });
}

Result<void> SqliteStore::insert_session(const SessionRecord& session) {
  return parts_->writer.run([&](Connection& db) { return sqlite::insert_session(db, session); });
}

Result<SessionRecord> SqliteStore::find_session(const credential::Digest& token_hash) {
  return parts_->look_ups->run([&](Connection& db) { return sqlite::find_session(db, token_hash); });
}

Result<void> SqliteStore::touch_session(const credential::Digest& token_hash, Instant last_seen, Instant expires) {
  return parts_->writer.run([&](Connection& db) { return sqlite::touch_session(db, token_hash, last_seen, expires); });
}

Result<void> SqliteStore::delete_session(const credential::Digest& token_hash) {
  return parts_->writer.run([&](Connection& db) { return sqlite::delete_session(db, token_hash); });
}

Result<void> SqliteStore::delete_expired(Instant now) {
  return parts_->writer.run([&](Connection& db) { return sqlite::delete_expired(db, now); });
}

Result<void> SqliteStore::insert_operator_key(const OperatorKeyRecord& record) {
  return parts_->writer.run([&](Connection& db) { return sqlite::insert_operator_key(db, record); });
}

Result<std::vector<OperatorKeyRecord>> SqliteStore::list_operator_keys() {
  return parts_->look_ups->run([&](Connection& db) { return sqlite::list_operator_keys(db); });
}

Result<Sequence> SqliteStore::visit_all(const std::function<bool(const Tenant&)>& tenant,
                                        const std::function<bool(const KeyRecord&)>& key) {
  return parts_->lists->snapshot([&](Connection& db) { return sqlite::visit_all(db, tenant, key); });
}

Result<std::vector<Change>> SqliteStore::changes_after(Sequence after, int limit) {
  return parts_->look_ups->run([&](Connection& db) { return sqlite::changes_after(db, after, limit); });
}

Result<Sequence> SqliteStore::last_sequence() {
  return parts_->look_ups->run([&](Connection& db) { return sqlite::last_sequence(db); });
}

AlertStore& SqliteStore::alerts() { return parts_->alerts; }
WebhookStore& SqliteStore::webhooks() { return parts_->webhooks; }
OutboxStore& SqliteStore::outbox() { return parts_->outbox; }

std::uint64_t SqliteStore::transactions() const { return parts_->writer.transactions(); }

}  // namespace latchkey::store
