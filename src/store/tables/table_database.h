// Everything of a Database that is SQL of the tables, on whichever engine: one writer, connections for looking things up and
// others for lists. What an engine does its own way (opening, the bulk of keys at the start) its own class adds. Thread-safe;
// destroying it finishes the writes that were asked for.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/sql/read_pool.h"
#include "store/sql/writer.h"
#include "store/tables/exposure_table.h"
#include "store/tables/hand_over_table.h"
#include "store/tables/key_request_table.h"
#include "store/tables/watch_stores.h"

namespace latchkey::store::tables {

class TableDatabase : public Database {
 public:
  Result<Sequence> insert_key(const KeyRecord& record, const std::optional<IdempotencyRecord>& once,
                              const Along& along = {}) override;
  Result<Sequence> update_key(const KeyRecord& record, std::int64_t expected_version, const Along& along = {}) override;
  Result<std::vector<KeyRecord>> rotating_keys(KeyId after, int limit) override;
  Result<int> forget_deleted(Instant before, int limit) override;
  Result<InsertedKeys> insert_keys(std::span<const KeyRecord> records,
                                   const std::optional<IdempotencyRecord>& once) override;
  Result<std::vector<std::optional<SecretHolder>>> find_holders(std::span<const credential::Digest> secrets) override;
  Result<Sequence> put_trial(const TrialRecord& record) override;
  Result<Sequence> delete_trial(TenantId tenant, KeyId id, Instant at) override;
  Result<Sequence> apply_trial(const KeyRecord& record, std::int64_t expected_version, std::int64_t number) override;
  Result<KeyRecord> find_key(TenantId tenant, KeyId id) override;
  Result<KeyRecord> find_key(KeyId id) override;
  Result<std::vector<KeyRecord>> find_keys(std::span<const KeyId> ids) override;
  Result<KeyPage> list_keys(TenantId tenant, const KeyQuery& query) override;
  Result<std::optional<IdempotencyRecord>> find_idempotency(TenantId tenant, const credential::Digest& key_hash,
                                                            Instant not_before) override;

  Result<Tenant> insert_tenant(const Tenant& tenant) override;
  Result<Sequence> update_tenant(const Tenant& tenant) override;
  Result<Tenant> find_tenant(TenantId id) override;
  Result<TenantPage> list_tenants(const std::string& cursor, int limit) override;

  Result<void> insert_user(const UserRecord& user) override;
  Result<UserRecord> find_user_by_email(std::string_view email) override;
  Result<User> find_user(UserId id) override;
  Result<std::vector<User>> list_users(TenantId tenant) override;

  Result<void> insert_session(const SessionRecord& session) override;
  Result<SessionRecord> find_session(const credential::Digest& token_hash) override;
  Result<void> touch_session(const credential::Digest& token_hash, Instant last_seen, Instant expires) override;
  Result<void> delete_session(const credential::Digest& token_hash) override;
  Result<void> delete_expired(Instant now) override;

  Result<void> insert_operator_key(const OperatorKeyRecord& record) override;
  Result<std::vector<OperatorKeyRecord>> list_operator_keys() override;

  Result<Sequence> visit_all(const std::function<bool(const Tenant&)>& tenant,
                             const std::function<bool(const KeyRecord&)>& key) override;
  Result<std::vector<Change>> changes_after(Sequence after, int limit) override;
  Result<Sequence> last_sequence() override;

  Result<void> record_quota_counts(const std::vector<QuotaCount>& counts) override;
  Result<std::vector<QuotaCount>> load_quota_counts(Instant today) override;

  AlertStore& alerts() override;
  WebhookStore& webhooks() override;
  OutboxStore& outbox() override;
  HandOverStore& hand_overs() override;
  ExposureStore& exposures() override;
  KeyRequestStore& key_requests() override;

  // Transactions made so far; fewer than writes when writers shared them.
  std::uint64_t transactions() const;

 protected:
  // Lists may search through all keys of a tenant. They have connections of their own, so that the look-ups that a
  // revocation waits for never stand behind them.
  static constexpr std::size_t kLookUpReaders = 4;
  static constexpr std::size_t kListReaders = 2;

  // The reading connections are opened by `reading`.
  static Result<std::unique_ptr<sql::ReadPool>> look_ups(const sql::ReadPool::Connect& reading) {
    return sql::ReadPool::open(reading, kLookUpReaders);
  }
  static Result<std::unique_ptr<sql::ReadPool>> lists(const sql::ReadPool::Connect& reading) {
    return sql::ReadPool::open(reading, kListReaders);
  }
  TableDatabase(std::unique_ptr<sql::Connection> writing, std::unique_ptr<sql::ReadPool> look_ups,
                std::unique_ptr<sql::ReadPool> lists);

 private:
  // Destroyed from the last to the first: readers go, then the writer.
  sql::Writer writer_;
  const std::unique_ptr<sql::ReadPool> look_ups_;
  const std::unique_ptr<sql::ReadPool> lists_;
  Alerts alerts_{writer_, *lists_};
  Webhooks webhooks_{writer_, *look_ups_};
  Outbox outbox_{writer_, *lists_};
  HandOvers hand_overs_{writer_, *look_ups_};
  Exposures exposures_{writer_, *look_ups_};
  KeyRequests key_requests_{writer_, *look_ups_};
};

}  // namespace latchkey::store::tables
