#include "store/postgres/postgres_store.h"

#include "store/postgres/connection.h"
#include "store/postgres/feed_bell.h"
#include "store/postgres/schema.h"
#include "store/tables/key_rows.h"

namespace latchkey::store {

using postgres::Settings;
using postgres::WriteLock;

namespace {

// Lists may look through all keys of a tenant.
constexpr std::int64_t kListMs = 30'000;
// A part of all keys, while other threads and other nodes read theirs.
constexpr std::int64_t kBulkMs = 120'000;

// Readers hold nobody up, so they may rest in a transaction; a lost node's are ended all the same.
Settings for_reading(const Settings& settings, std::int64_t statement_ms) {
  Settings reading = settings.copy();
  reading.lock = WriteLock::kNone;
  reading.statement_ms = std::max(settings.statement_ms, statement_ms);
  reading.idle_in_transaction_ms = reading.statement_ms;
  return reading;
}

sql::ReadPool::Connect connecting(Settings settings) {
  const auto shared = std::make_shared<const Settings>(std::move(settings));
  return [shared]() -> Result<std::unique_ptr<sql::Connection>> { return postgres::Connection::open(shared->copy()); };
}

// A migration may take as long as it takes, and those who wait for it too.
Result<void> bring_up_to_date(const Settings& settings, OpenMode mode) {
  Settings migrating = settings.copy();
  migrating.lock = WriteLock::kNone;
  migrating.statement_ms = 0;
  migrating.idle_in_transaction_ms = 0;
  LK_ASSIGN(auto db, postgres::Connection::open(std::move(migrating)));
  LK_ASSIGN(const postgres::SchemaState state, postgres::schema_state(*db));
  if (state.version == 0 && mode == OpenMode::kMustExist) {
    return fail(ErrorCode::kNotFound, "There is nothing of Latchkey's in this database. Make it with `latchkey init`.");
  }
  return postgres::migrate(*db, postgres::postgres_migrations(), postgres::kMinReader);
}

}  // namespace

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(Settings settings, OpenMode mode) {
  LK_TRY(bring_up_to_date(settings, mode));
  settings.lock = WriteLock::kFeed;
  LK_ASSIGN(auto writing, postgres::Connection::open(settings.copy()));
  LK_ASSIGN(auto for_look_ups, look_ups(connecting(for_reading(settings, settings.statement_ms))));
  LK_ASSIGN(auto for_lists, lists(connecting(for_reading(settings, kListMs))));
  return std::unique_ptr<PostgresStore>(new PostgresStore(std::move(settings), std::move(writing),
                                                          std::move(for_look_ups), std::move(for_lists)));
}

PostgresStore::PostgresStore(Settings settings, std::unique_ptr<sql::Connection> writing,
                             std::unique_ptr<sql::ReadPool> look_ups, std::unique_ptr<sql::ReadPool> lists)
    : TableDatabase(std::move(writing), std::move(look_ups), std::move(lists)), settings_(std::move(settings)) {}

Result<FeedPlace> PostgresStore::visit_rows(const std::function<void(std::size_t)>& expected,
                                           const std::function<void(const Tenant&)>& tenant,
                                           std::span<const RowVisitor> keys) {
  return tables::visit_rows(connecting(for_reading(settings_, kBulkMs)), expected, tenant, keys);
}

std::unique_ptr<ChangeBell> PostgresStore::make_bell() const {
  return std::make_unique<postgres::FeedBell>(for_reading(settings_, settings_.statement_ms));
}

}  // namespace latchkey::store
