#include "store/sqlite/usage/sqlite_usage_store.h"

#include "store/sqlite/open_file.h"
#include "store/sql/read_pool.h"
#include "store/sqlite/usage/latency_functions.h"
#include "store/tables/usage/report.h"
#include "store/tables/usage/roll_up.h"
#include "store/tables/usage/write.h"

namespace latchkey::store {

using sql::Connection;
using sql::ReadPool;

namespace {

constexpr std::size_t kReaders = 2;

}  // namespace

std::int64_t length_ms(Granularity granularity) {
  switch (granularity) {
    case Granularity::kMinute: return kMinuteMs;
    case Granularity::kHour: return kHourMs;
    case Granularity::kDay: return kDayMs;
  }
  return kDayMs;
}

// Destroyed from the last to the first: readers go before the writer, whose connection folds the log into the file.
struct SqliteUsageStore::Parts {
  std::unique_ptr<Connection> writer;  // guarded by mutex
  std::mutex mutex;
  tables::Names names;
  std::unique_ptr<ReadPool> readers;

  template <class F>
  auto write(F&& work) -> std::invoke_result_t<F, Connection&> {
    const std::lock_guard lock(mutex);
    LK_ASSIGN(sql::Transaction transaction, sql::Transaction::begin(*writer, Connection::Access::kWrite));
    auto done = work(*writer);
    const auto committed = done ? transaction.commit() : Result<void>();
    names.settle(done && committed);
    LK_TRY(committed);
    return done;
  }
};

Result<std::unique_ptr<SqliteUsageStore>> SqliteUsageStore::open(const std::string& path) {
  LK_TRY(sqlite::check_there(path, OpenMode::kCreateIfMissing));
  auto db = sqlite::open_for_writing(path, OpenMode::kCreateIfMissing, sqlite::usage_schema(), "NORMAL");
  if (!db) return std::unexpected(sqlite::at_opening(db.error(), path));
  LK_TRY(sqlite::add_latency_functions(**db));
  auto parts = std::make_unique<Parts>();
  parts->writer = std::move(*db);
  auto readers = ReadPool::open(sqlite::reading(path), kReaders);
  if (!readers) return std::unexpected(sqlite::at_opening(readers.error(), path));
  parts->readers = std::move(*readers);
  return std::unique_ptr<SqliteUsageStore>(new SqliteUsageStore(std::move(parts)));
}

SqliteUsageStore::SqliteUsageStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteUsageStore::~SqliteUsageStore() = default;

Result<void> SqliteUsageStore::add(const UsageBatch& batch) {
  return parts_->write([&](Connection& db) { return tables::write_usage(db, parts_->names, batch); });
}

Result<UsageReport> SqliteUsageStore::report(const UsageQuery& query) {
  return parts_->readers->snapshot([&](Connection& db) { return tables::report_usage(db, parts_->names, query); });
}

Result<std::vector<SecretUse>> SqliteUsageStore::secret_uses(TenantId tenant, const std::vector<KeyId>& keys) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_secret_uses(db, parts_->names, tenant, keys);
  });
}

Result<AddressReport> SqliteUsageStore::addresses(TenantId tenant, KeyId key, std::int64_t from_day,
                                                  std::int64_t to_day) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_addresses(db, tenant, key, from_day, to_day);
  });
}

Result<std::vector<Refusal>> SqliteUsageStore::refusals(TenantId tenant, std::optional<KeyId> key,
                                                        const std::optional<std::string>& outcome, int limit) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_refusals(db, parts_->names, tenant, key, outcome, limit);
  });
}

Result<std::vector<Observation>> SqliteUsageStore::observations(TenantId tenant, KeyId key, Instant since) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_observations(db, parts_->names, tenant, key, since);
  });
}

Result<TrialReport> SqliteUsageStore::trial(TenantId tenant, KeyId key, std::int64_t number) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_trial(db, parts_->names, tenant, key, number);
  });
}

Result<void> SqliteUsageStore::roll_up(Instant now, const UsageRetention& retention) {
  for (;;) {
    LK_ASSIGN(const bool more, parts_->write([&](Connection& db) { return tables::roll_up_step(db, now, retention); }));
    if (!more) return {};
  }
}

}  // namespace latchkey::store
