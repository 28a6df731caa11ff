#include "store/sqlite/sqlite_store.h"

#include "store/sqlite/data_lock.h"
#include "store/tables/exposure_table.h"
#include "store/tables/feed_table.h"
#include "store/tables/hand_over_table.h"
#include "store/tables/key_list.h"
#include "store/tables/key_request_table.h"
#include "store/sqlite/key_rows.h"
#include "store/tables/key_table.h"
#include "store/sqlite/open_file.h"
#include "store/tables/people_tables.h"
#include "store/tables/quota_table.h"
#include "store/sql/read_pool.h"
#include "store/tables/tenant_table.h"
#include "store/tables/trial_table.h"
#include "store/tables/watch_stores.h"
#include "store/sql/writer.h"

namespace latchkey::store {

using sql::Connection;
using sql::ReadPool;
using sql::Writer;
using sqlite::DataLock;

namespace {

// Lists may search through all keys of a tenant. They have connections of their own, so that the look-ups that a
// revocation waits for never stand behind them.
constexpr std::size_t kLookUpReaders = 4;
constexpr std::size_t kListReaders = 2;

}  // namespace

// Destroyed from the last to the first: readers go, then the writer (whose connection, being the last, folds the log
// into the file), then the lock.
struct SqliteStore::Parts {
  const std::string path;
  std::unique_ptr<DataLock> lock;
  Writer writer;
  std::unique_ptr<ReadPool> look_ups;
  std::unique_ptr<ReadPool> lists;
  tables::Alerts alerts{writer, *lists};
  tables::Webhooks webhooks{writer, *look_ups};
  tables::Outbox outbox{writer, *lists};
  tables::HandOvers hand_overs{writer, *look_ups};
  tables::Exposures exposures{writer, *look_ups};
  tables::KeyRequests key_requests{writer, *look_ups};
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, OpenMode mode) {
  LK_TRY(sqlite::check_there(path, mode));
  LK_ASSIGN(auto lock, DataLock::acquire(sqlite::directory_of(path)));
  auto db = sqlite::open_for_writing(path, mode, sqlite::key_schema(), "FULL");
  if (!db) return std::unexpected(sqlite::at_opening(db.error(), path));
  auto look_ups = ReadPool::open(sqlite::reading(path), kLookUpReaders);
  if (!look_ups) return std::unexpected(sqlite::at_opening(look_ups.error(), path));
  auto lists = ReadPool::open(sqlite::reading(path), kListReaders);
  if (!lists) return std::unexpected(sqlite::at_opening(lists.error(), path));
  std::unique_ptr<Parts> parts(new Parts{path, std::move(lock), Writer(std::move(*db)), std::move(*look_ups),
                                         std::move(*lists)});
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

Result<Sequence> SqliteStore::insert_key(const KeyRecord& record, const std::optional<IdempotencyRecord>& once,
                                         const Along& along) {
  return parts_->writer.run([&](Connection& db) { return tables::insert_key(db, record, once, along); });
}

Result<InsertedKeys> SqliteStore::insert_keys(std::span<const KeyRecord> records,
                                              const std::optional<IdempotencyRecord>& once) {
  return parts_->writer.run([&](Connection& db) { return tables::insert_keys(db, records, once); });
}

Result<std::vector<std::optional<SecretHolder>>> SqliteStore::find_holders(
    std::span<const credential::Digest> secrets) {
  return parts_->look_ups->run([&](Connection& db) { return tables::find_holders(db, secrets); });
}

Result<Sequence> SqliteStore::update_key(const KeyRecord& record, std::int64_t expected_version, const Along& along) {
  return parts_->writer.run([&](Connection& db) { return tables::update_key(db, record, expected_version, along); });
}

Result<std::vector<KeyRecord>> SqliteStore::rotating_keys(KeyId after, int limit) {
  return parts_->lists->snapshot([&](Connection& db) { return tables::rotating_keys(db, after, limit); });
}

Result<int> SqliteStore::forget_deleted(Instant before, int limit) {
  return parts_->writer.run([&](Connection& db) { return tables::forget_deleted(db, before, limit); });
}

Result<Sequence> SqliteStore::put_trial(const TrialRecord& record) {
  return parts_->writer.run([&](Connection& db) { return tables::put_trial(db, record); });
}

Result<Sequence> SqliteStore::delete_trial(TenantId tenant, KeyId id, Instant at) {
  return parts_->writer.run([&](Connection& db) { return tables::delete_trial(db, tenant, id, at); });
}

Result<Sequence> SqliteStore::apply_trial(const KeyRecord& record, std::int64_t expected_version, std::int64_t number) {
  return parts_->writer.run([&](Connection& db) { return tables::apply_trial(db, record, expected_version, number); });
}

Result<KeyRecord> SqliteStore::find_key(TenantId tenant, KeyId id) {
  return parts_->look_ups->run([&](Connection& db) { return tables::find_key(db, tenant, id); });
}

Result<KeyRecord> SqliteStore::find_key(KeyId id) {
  return parts_->look_ups->run([&](Connection& db) { return tables::find_key(db, id); });
}

Result<KeyPage> SqliteStore::list_keys(TenantId tenant, const KeyQuery& query) {
  return parts_->lists->snapshot([&](Connection& db) { return tables::list_keys(db, tenant, query); });
}

Result<std::optional<IdempotencyRecord>> SqliteStore::find_idempotency(TenantId tenant,
                                                                       const credential::Digest& key_hash,
                                                                       Instant not_before) {
  return parts_->look_ups->run([&](Connection& db) {
    return tables::find_idempotency(db, tenant, key_hash, not_before);
  });
}

Result<Tenant> SqliteStore::insert_tenant(const Tenant& tenant) {
  return parts_->writer.run([&](Connection& db) { return tables::insert_tenant(db, tenant); });
}

Result<Sequence> SqliteStore::update_tenant(const Tenant& tenant) {
  return parts_->writer.run([&](Connection& db) { return tables::update_tenant(db, tenant); });
}

Result<Tenant> SqliteStore::find_tenant(TenantId id) {
  return parts_->look_ups->run([&](Connection& db) { return tables::find_tenant(db, id); });
}

Result<TenantPage> SqliteStore::list_tenants(const std::string& cursor, int limit) {
  return parts_->lists->run([&](Connection& db) { return tables::list_tenants(db, cursor, limit); });
}

Result<void> SqliteStore::insert_user(const UserRecord& user) {
  return parts_->writer.run([&](Connection& db) { return tables::insert_user(db, user); });
}

Result<UserRecord> SqliteStore::find_user_by_email(std::string_view email) {
  return parts_->look_ups->run([&](Connection& db) { return tables::find_user_by_email(db, email); });
}

Result<User> SqliteStore::find_user(UserId id) {
  return parts_->look_ups->run([&](Connection& db) { return tables::find_user(db, id); });
}

Result<std::vector<User>> SqliteStore::list_users(TenantId tenant) {
  return parts_->lists->run([&](Connection& db) { return tables::list_users(db, tenant); });
}

Result<void> SqliteStore::insert_session(const SessionRecord& session) {
  return parts_->writer.run([&](Connection& db) { return tables::insert_session(db, session); });
}

Result<SessionRecord> SqliteStore::find_session(const credential::Digest& token_hash) {
  return parts_->look_ups->run([&](Connection& db) { return tables::find_session(db, token_hash); });
}

Result<void> SqliteStore::touch_session(const credential::Digest& token_hash, Instant last_seen, Instant expires) {
  return parts_->writer.run([&](Connection& db) { return tables::touch_session(db, token_hash, last_seen, expires); });
}

Result<void> SqliteStore::delete_session(const credential::Digest& token_hash) {
  return parts_->writer.run([&](Connection& db) { return tables::delete_session(db, token_hash); });
}

Result<void> SqliteStore::delete_expired(Instant now) {
  return parts_->writer.run([&](Connection& db) { return tables::delete_expired(db, now); });
}

Result<void> SqliteStore::insert_operator_key(const OperatorKeyRecord& record) {
  return parts_->writer.run([&](Connection& db) { return tables::insert_operator_key(db, record); });
}

Result<std::vector<OperatorKeyRecord>> SqliteStore::list_operator_keys() {
  return parts_->look_ups->run([&](Connection& db) { return tables::list_operator_keys(db); });
}

Result<Sequence> SqliteStore::visit_all(const std::function<bool(const Tenant&)>& tenant,
                                        const std::function<bool(const KeyRecord&)>& key) {
  return parts_->lists->once([&](Connection& db) { return tables::visit_all(db, tenant, key); });
}

Result<Sequence> SqliteStore::visit_rows(const std::function<void(std::size_t)>& expected,
                                         const std::function<void(const Tenant&)>& tenant,
                                         std::span<const RowVisitor> keys) {
  return sqlite::visit_rows(parts_->path, expected, tenant, keys);
}

Result<std::vector<Change>> SqliteStore::changes_after(Sequence after, int limit) {
  return parts_->look_ups->run([&](Connection& db) { return tables::changes_after(db, after, limit); });
}

Result<Sequence> SqliteStore::last_sequence() {
  return parts_->look_ups->run([&](Connection& db) { return tables::last_sequence(db); });
}

Result<void> SqliteStore::record_quota_counts(const std::vector<QuotaCount>& counts) {
  if (counts.empty()) return {};
  return parts_->writer.run([&](Connection& db) { return tables::record_quota_counts(db, counts); });
}

Result<std::vector<QuotaCount>> SqliteStore::load_quota_counts(Instant today) {
  return parts_->lists->run([&](Connection& db) { return tables::load_quota_counts(db, today); });
}

AlertStore& SqliteStore::alerts() { return parts_->alerts; }
WebhookStore& SqliteStore::webhooks() { return parts_->webhooks; }
OutboxStore& SqliteStore::outbox() { return parts_->outbox; }
HandOverStore& SqliteStore::hand_overs() { return parts_->hand_overs; }
ExposureStore& SqliteStore::exposures() { return parts_->exposures; }
KeyRequestStore& SqliteStore::key_requests() { return parts_->key_requests; }

std::uint64_t SqliteStore::transactions() const { return parts_->writer.transactions(); }

}  // namespace latchkey::store
