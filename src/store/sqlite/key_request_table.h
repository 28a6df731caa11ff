// The table of third parties' requests for keys. The functions expect a transaction of their caller's.
#pragma once
#include "store/key_request_store.h"
#include "store/sqlite/read_pool.h"
#include "store/sqlite/writer.h"

namespace latchkey::store::sqlite {

// The request became this key, made when and by whom the key says.
Result<void> note_activated(Connection& db, KeyRequestId id, const ApiKey& key);

// In the same file as the keys; see sqlite_store.h. Thread-safe.
class SqliteKeyRequests final : public KeyRequestStore {
 public:
  SqliteKeyRequests(Writer& writer, ReadPool& reads) : writer_(writer), reads_(reads) {}
  Result<void> insert_key_request(const KeyRequestRecord& record) override;
  Result<KeyRequestRecord> find_key_request(KeyRequestId id) override;
  Result<KeyRequestRecord> find_key_request(TenantId tenant, KeyRequestId id) override;
  Result<KeyRequestPage> list_key_requests(TenantId tenant, const std::string& cursor, int limit) override;
  Result<LeftOut> submit_key_request(KeyRequestId id, const AskedKey& asked, Instant at,
                                     const Notices& notices) override;
  Result<void> end_key_request(TenantId tenant, KeyRequestId id, KeyRequestState to, Instant at,
                               const Actor& by) override;

 private:
  Writer& writer_;
  ReadPool& reads_;
};

}  // namespace latchkey::store::sqlite
