// ExposureStore in the same database as the keys. Thread-safe.
#pragma once
#include "store/exposure_store.h"
#include "store/sql/read_pool.h"
#include "store/sql/writer.h"

namespace latchkey::store::tables {

// In a transaction of the caller's.
Result<void> remove_exposures(sql::Connection& db, KeyId key);

class Exposures final : public ExposureStore {
 public:
  Exposures(sql::Writer& writer, sql::ReadPool& reads) : writer_(writer), reads_(reads) {}
  Result<NotedExposure> note_exposure(const KeyExposure& seen) override;
  Result<bool> mark_acted(const KeyExposure& seen, ExposureAction action, Instant at) override;
  Result<ExposureActs> acts_since(TenantId tenant, Instant since) override;
  Result<std::vector<KeyExposure>> exposures_of(TenantId tenant, std::span<const KeyId> keys) override;

 private:
  sql::Writer& writer_;
  sql::ReadPool& reads_;
};

}  // namespace latchkey::store::tables
