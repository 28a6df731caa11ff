// UsageStore in a SQLite file of its own, `usage.db` beside the keys: counting writes every second and never stands in the
// way of a change to a key. WAL with synchronous=NORMAL: what was added outlives the process however it ends; a power cut
// may take the last moments.
//
//   auto usage = SqliteUsageStore::open(data + "/usage.db");
//
// Made if it is not there. The directory's lock is SqliteStore's. Thread-safe.
#pragma once
#include <memory>
#include <string>

#include "store/usage_store.h"

namespace latchkey::store {

class SqliteUsageStore final : public UsageStore {
 public:
  static Result<std::unique_ptr<SqliteUsageStore>> open(const std::string& path);
  ~SqliteUsageStore() override;

  Result<void> add(const UsageBatch& batch) override;
  Result<UsageReport> report(const UsageQuery& query) override;
  Result<std::vector<SecretUse>> secret_uses(TenantId tenant, const std::vector<KeyId>& keys) override;
  Result<AddressReport> addresses(TenantId tenant, KeyId key, std::int64_t from_day, std::int64_t to_day) override;
  Result<std::vector<Refusal>> refusals(TenantId tenant, std::optional<KeyId> key, const std::optional<std::string>& outcome,
                                        int limit) override;
  Result<std::vector<Observation>> observations(TenantId tenant, KeyId key, Instant since) override;
  Result<TrialReport> trial(TenantId tenant, KeyId key, std::int64_t number) override;
  Result<void> roll_up(Instant now, const UsageRetention& retention) override;

 private:
  struct Parts;
  explicit SqliteUsageStore(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace latchkey::store
