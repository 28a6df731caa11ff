// KeyStore and QuotaStore in one SQLite file: the embedded default, nothing to install. WAL with synchronous=FULL, so what is answered
// is on disk; one thread writes, with group commit; readers see snapshots and wait for nobody.
//
//   auto store = SqliteStore::open(data + "/latchkey.db", OpenMode::kMustExist);
//   if (!store) return say(store.error().message);   // missing, in use, damaged, or written by a newer Latchkey
//
// The directory serves one process at a time (`latchkey.lock` beside the file). Thread-safe. Destroying it finishes the
// writes that were asked for; no call may be under way.
#pragma once
#include <memory>
#include <string>

#include "store/database.h"
#include "store/sqlite/open_file.h"

namespace latchkey::store {

class SqliteStore final : public Database {
 public:
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, OpenMode mode);
  ~SqliteStore() override;

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
  Result<Sequence> visit_rows(const std::function<void(std::size_t)>& expected,
                              const std::function<void(const Tenant&)>& tenant,
                              std::span<const RowVisitor> keys) override;
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

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace latchkey::store
