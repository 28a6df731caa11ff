// Secrets on their way to somebody (store/key_store.h writes new ones, with their keys): the port.
// Adapter: store/tables (SQLite, PostgreSQL).
// Thread-safe; calls block. Writes are durable before they return. Errors as in store/key_store.h.
#pragma once
#include <vector>

#include "store/key_store.h"

namespace latchkey::store {

class HandOverStore {
 public:
  // Of one key; older ones are forgotten.
  static constexpr int kMaxKept = 20;

  virtual ~HandOverStore() = default;

  virtual Result<HandOverRecord> find_hand_over(HandOverId id) = 0;                        // kNotFound
  virtual Result<std::vector<HandOverRecord>> hand_overs(TenantId tenant, KeyId key) = 0;  // newest first
  virtual Result<std::vector<HandOverRecord>> due_hand_overs(Instant now, int limit) = 0;  // the longest due first
  // Writes status, sealed, tries, next attempt, error and how it was done, if it is still pending; kConflict when it is not.
  virtual Result<void> note_hand_over(const HandOverRecord& record) = 0;
  // Links whose time is over lose what they held.
  virtual Result<void> expire_hand_overs(Instant now) = 0;
};

}  // namespace latchkey::store
