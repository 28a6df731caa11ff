// The table of secrets on their way to somebody. The functions expect a transaction of their caller's.
#pragma once
#include "store/hand_over_store.h"
#include "store/sqlite/read_pool.h"
#include "store/sqlite/writer.h"

namespace latchkey::store::sqlite {

Result<void> write_along(Connection& db, KeyId key, const Along& along);
Result<void> remove_hand_overs(Connection& db, KeyId key);

// In the same file as the keys; see sqlite_store.h. Thread-safe.
class SqliteHandOvers final : public HandOverStore {
 public:
  SqliteHandOvers(Writer& writer, ReadPool& reads) : writer_(writer), reads_(reads) {}
  Result<HandOverRecord> find_hand_over(HandOverId id) override;
  Result<std::vector<HandOverRecord>> hand_overs(TenantId tenant, KeyId key) override;
  Result<std::vector<HandOverRecord>> due_hand_overs(Instant now, int limit) override;
  Result<void> note_hand_over(const HandOverRecord& record) override;
  Result<void> expire_hand_overs(Instant now) override;

 private:
  Writer& writer_;
  ReadPool& reads_;
};

}  // namespace latchkey::store::sqlite
