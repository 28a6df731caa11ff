// The table of third parties' requests for keys. The functions expect a transaction of their caller's.
#pragma once
#include "store/key_request_store.h"
#include "store/sql/read_pool.h"
#include "store/sql/writer.h"

namespace latchkey::store::tables {

// The request became this key, made when and by whom the key says.
Result<void> note_activated(sql::Connection& db, KeyRequestId id, const ApiKey& key);

// In the same database as the keys. Thread-safe.
class KeyRequests final : public KeyRequestStore {
 public:
  KeyRequests(sql::Writer& writer, sql::ReadPool& reads) : writer_(writer), reads_(reads) {}
  Result<void> insert_key_request(const KeyRequestRecord& record) override;
  Result<KeyRequestRecord> find_key_request(KeyRequestId id) override;
  Result<KeyRequestRecord> find_key_request(TenantId tenant, KeyRequestId id) override;
  Result<KeyRequestPage> list_key_requests(TenantId tenant, const std::string& cursor, int limit) override;
  Result<LeftOut> submit_key_request(KeyRequestId id, const AskedKey& asked, Instant at,
                                     const Notices& notices) override;
  Result<void> end_key_request(TenantId tenant, KeyRequestId id, KeyRequestState to, Instant at,
                               const Actor& by) override;

 private:
  sql::Writer& writer_;
  sql::ReadPool& reads_;
};

}  // namespace latchkey::store::tables
