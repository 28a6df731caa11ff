#include "store/postgres/usage/postgres_usage_store.h"

#include <bit>
#include <mutex>

#include "base/log.h"
#include "base/random.h"
#include "store/postgres/connection.h"
#include "store/postgres/usage/usage_writer.h"
#include "store/sql/read_pool.h"
#include "store/tables/usage/report.h"
#include "store/tables/usage/roll_up.h"

namespace latchkey::store {

using sql::Connection;
using sql::ReadPool;

namespace {

constexpr std::size_t kReaders = 2;
// Long enough to wait for another node that sums up a large hour.
constexpr std::int64_t kStatementMs = 30'000;

sql::ReadPool::Connect connecting(postgres::Settings settings) {
  const auto shared = std::make_shared<const postgres::Settings>(std::move(settings));
  return [shared]() -> Result<std::unique_ptr<Connection>> {
    LK_ASSIGN(std::unique_ptr<Connection> db, postgres::Connection::open(shared->copy()));
    return db;
  };
}

std::int64_t random_id() {
  std::array<std::uint8_t, 8> bytes{};
  SystemRandom().fill(bytes);
  return std::bit_cast<std::int64_t>(bytes);
}

}  // namespace

struct PostgresUsageStore::Parts {
  Parts(std::unique_ptr<Connection> connection, std::unique_ptr<ReadPool> its_readers)
      : writer(std::move(connection), random_id(), names), readers(std::move(its_readers)) {}
  tables::Names names;
  std::mutex mutex;
  postgres::UsageWriter writer;  // guarded by mutex
  const std::unique_ptr<ReadPool> readers;
};

Result<std::unique_ptr<PostgresUsageStore>> PostgresUsageStore::open(postgres::Settings settings) {
  settings.lock = postgres::WriteLock::kUsage;
  settings.notify = false;
  settings.statement_ms = kStatementMs;
  const auto connect = connecting(std::move(settings));
  LK_ASSIGN(auto writer, connect());
  LK_ASSIGN(auto readers, ReadPool::open(connect, kReaders));
  return std::unique_ptr<PostgresUsageStore>(new PostgresUsageStore(std::make_unique<Parts>(std::move(writer),
                                                                                            std::move(readers))));
}

PostgresUsageStore::PostgresUsageStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

PostgresUsageStore::~PostgresUsageStore() {
  const std::lock_guard lock(parts_->mutex);
  if (const auto settled = parts_->writer.settle(); !settled) {
    log::warn("store.usage_lost", {{"detail", settled.error().detail}});
  }
}

Result<void> PostgresUsageStore::add(const UsageBatch& batch) {
  const std::lock_guard lock(parts_->mutex);
  return parts_->writer.add(batch);
}

Result<UsageReport> PostgresUsageStore::report(const UsageQuery& query) {
  return parts_->readers->snapshot([&](Connection& db) { return tables::report_usage(db, parts_->names, query); });
}

Result<std::vector<SecretUse>> PostgresUsageStore::secret_uses(TenantId tenant, const std::vector<KeyId>& keys) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_secret_uses(db, parts_->names, tenant, keys);
  });
}

Result<AddressReport> PostgresUsageStore::addresses(TenantId tenant, KeyId key, std::int64_t from_day,
                                                    std::int64_t to_day) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_addresses(db, tenant, key, from_day, to_day);
  });
}

Result<std::vector<Refusal>> PostgresUsageStore::refusals(TenantId tenant, std::optional<KeyId> key,
                                                          const std::optional<std::string>& outcome, int limit) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_refusals(db, parts_->names, tenant, key, outcome, limit);
  });
}

Result<std::vector<Observation>> PostgresUsageStore::observations(TenantId tenant, KeyId key, Instant since) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_observations(db, parts_->names, tenant, key, since);
  });
}

Result<TrialReport> PostgresUsageStore::trial(TenantId tenant, KeyId key, std::int64_t number) {
  return parts_->readers->snapshot([&](Connection& db) {
    return tables::read_trial(db, parts_->names, tenant, key, number);
  });
}

Result<void> PostgresUsageStore::roll_up(Instant now, const UsageRetention& retention) {
  for (;;) {
    const std::lock_guard lock(parts_->mutex);
    LK_ASSIGN(const bool more,
              parts_->writer.write([&](Connection& db) { return tables::roll_up_step(db, now, retention); }));
    if (!more) return {};
  }
}

}  // namespace latchkey::store
