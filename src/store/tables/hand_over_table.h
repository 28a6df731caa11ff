// The table of secrets on their way to somebody. The functions expect a transaction of their caller's.
#pragma once
#include "store/hand_over_store.h"
#include "store/sql/read_pool.h"
#include "store/sql/writer.h"

namespace latchkey::store::tables {

Result<void> write_along(sql::Connection& db, KeyId key, const Along& along);
Result<void> remove_hand_overs(sql::Connection& db, KeyId key);

// In the same database as the keys. Thread-safe.
class HandOvers final : public HandOverStore {
 public:
  HandOvers(sql::Writer& writer, sql::ReadPool& reads) : writer_(writer), reads_(reads) {}
  Result<HandOverRecord> find_hand_over(HandOverId id) override;
  Result<std::vector<HandOverRecord>> hand_overs(TenantId tenant, KeyId key) override;
  Result<std::vector<HandOverRecord>> due_hand_overs(Instant now, int limit) override;
  Result<void> note_hand_over(const HandOverRecord& record) override;
  Result<void> expire_hand_overs(Instant now) override;

 private:
  sql::Writer& writer_;
  sql::ReadPool& reads_;
};

}  // namespace latchkey::store::tables
