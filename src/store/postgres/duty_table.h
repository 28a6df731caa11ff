// DutyStore and ParcelStore in PostgreSQL. Each call is one statement that commits by itself; connections take no WriteLock.
// Thread-safe.
#pragma once
#include <memory>

#include "store/duty_store.h"
#include "store/postgres/settings.h"
#include "store/sql/read_pool.h"

namespace latchkey::store::postgres {

class PostgresDuties final : public DutyStore, public ParcelStore {
 public:
  // The tables must be there (PostgresStore::open makes them).
  static Result<std::unique_ptr<PostgresDuties>> open(const Settings& settings);

  Result<bool> hold(std::string_view duty, const Uuid& holder, std::int64_t lease_ms) override;
  Result<void> release(std::string_view duty, const Uuid& holder) override;
  Result<void> put(std::string_view topic, const std::string& bytes) override;
  Result<std::vector<std::string>> take(std::string_view topic, int limit) override;

 private:
  explicit PostgresDuties(std::unique_ptr<sql::ReadPool> pool) : pool_(std::move(pool)) {}
  const std::unique_ptr<sql::ReadPool> pool_;
};

}  // namespace latchkey::store::postgres
