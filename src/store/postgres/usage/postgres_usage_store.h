// UsageStore in a PostgreSQL database, to which any number of nodes add. They do so one at a time, under the lock of
// usage_head, so that what each read stays true until it has written.
//
//   auto usage = PostgresUsageStore::open(std::move(settings));   // of the database whose tables migrate() has made
//
// Each batch counts once: when the connection is lost at a moment where nobody knows whether a batch was stored, it is kept,
// and before the next one is added a note in `writers` tells. Thread-safe.
#pragma once
#include <memory>

#include "store/postgres/settings.h"
#include "store/usage_store.h"

namespace latchkey::store {

class PostgresUsageStore final : public UsageStore {
 public:
  static Result<std::unique_ptr<PostgresUsageStore>> open(postgres::Settings settings);
  ~PostgresUsageStore() override;

  Result<void> add(const UsageBatch& batch) override;
  Result<UsageReport> report(const UsageQuery& query) override;
  Result<std::vector<SecretUse>> secret_uses(TenantId tenant, const std::vector<KeyId>& keys) override;
  Result<AddressReport> addresses(TenantId tenant, KeyId key, std::int64_t from_day, std::int64_t to_day) override;
  Result<std::vector<Refusal>> refusals(TenantId tenant, std::optional<KeyId> key,
                                        const std::optional<std::string>& outcome, int limit) override;
  Result<std::vector<Observation>> observations(TenantId tenant, KeyId key, Instant since) override;
  Result<TrialReport> trial(TenantId tenant, KeyId key, std::int64_t number) override;
  Result<void> roll_up(Instant now, const UsageRetention& retention) override;

 private:
  struct Parts;
  explicit PostgresUsageStore(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace latchkey::store
