// ExposureStore in the same file as the keys; see sqlite_store.h. Thread-safe.
#pragma once
#include "store/exposure_store.h"
#include "store/sqlite/read_pool.h"
#include "store/sqlite/writer.h"

namespace latchkey::store::sqlite {

// In a transaction of the caller's.
Result<void> remove_exposures(Connection& db, KeyId key);

class SqliteExposures final : public ExposureStore {
 public:
  SqliteExposures(Writer& writer, ReadPool& reads) : writer_(writer), reads_(reads) {}
  Result<NotedExposure> note_exposure(const KeyExposure& seen) override;
  Result<bool> mark_acted(const KeyExposure& seen, ExposureAction action, Instant at) override;
  Result<ExposureActs> acts_since(TenantId tenant, Instant since) override;
  Result<std::vector<KeyExposure>> exposures_of(TenantId tenant, std::span<const KeyId> keys) override;

 private:
  Writer& writer_;
  ReadPool& reads_;
};

}  // namespace latchkey::store::sqlite
