#include "store/tables/table_database.h"

#include "store/tables/feed_table.h"
#include "store/tables/key_list.h"
#include "store/tables/key_table.h"
#include "store/tables/people_tables.h"
#include "store/tables/quota_table.h"
#include "store/tables/tenant_table.h"
#include "store/tables/trial_table.h"

namespace latchkey::store::tables {

using sql::Connection;

TableDatabase::TableDatabase(std::unique_ptr<Connection> writing, std::unique_ptr<sql::ReadPool> look_ups,
                             std::unique_ptr<sql::ReadPool> lists)
    : writer_(std::move(writing)), look_ups_(std::move(look_ups)), lists_(std::move(lists)) {}

Result<Sequence> TableDatabase::insert_key(const KeyRecord& record, const std::optional<IdempotencyRecord>& once,
                                           const Along& along) {
  return writer_.run([&](Connection& db) { return tables::insert_key(db, record, once, along); });
}

Result<InsertedKeys> TableDatabase::insert_keys(std::span<const KeyRecord> records,
                                                const std::optional<IdempotencyRecord>& once) {
  return writer_.run([&](Connection& db) { return tables::insert_keys(db, records, once); });
}

Result<std::vector<std::optional<SecretHolder>>> TableDatabase::find_holders(
    std::span<const credential::Digest> secrets) {
  return look_ups_->run([&](Connection& db) { return tables::find_holders(db, secrets); });
}

Result<Sequence> TableDatabase::update_key(const KeyRecord& record, std::int64_t expected_version, const Along& along) {
  return writer_.run([&](Connection& db) { return tables::update_key(db, record, expected_version, along); });
}

Result<std::vector<KeyRecord>> TableDatabase::rotating_keys(KeyId after, int limit) {
  return lists_->snapshot([&](Connection& db) { return tables::rotating_keys(db, after, limit); });
}

Result<int> TableDatabase::forget_deleted(Instant before, int limit) {
  return writer_.run([&](Connection& db) { return tables::forget_deleted(db, before, limit); });
}

Result<Sequence> TableDatabase::put_trial(const TrialRecord& record) {
  return writer_.run([&](Connection& db) { return tables::put_trial(db, record); });
}

Result<Sequence> TableDatabase::delete_trial(TenantId tenant, KeyId id, Instant at) {
  return writer_.run([&](Connection& db) { return tables::delete_trial(db, tenant, id, at); });
}

Result<Sequence> TableDatabase::apply_trial(const KeyRecord& record, std::int64_t expected_version,
                                            std::int64_t number) {
  return writer_.run([&](Connection& db) { return tables::apply_trial(db, record, expected_version, number); });
}

Result<KeyRecord> TableDatabase::find_key(TenantId tenant, KeyId id) {
  return look_ups_->run([&](Connection& db) { return tables::find_key(db, tenant, id); });
}

Result<KeyRecord> TableDatabase::find_key(KeyId id) {
  return look_ups_->run([&](Connection& db) { return tables::find_key(db, id); });
}

Result<std::vector<KeyRecord>> TableDatabase::find_keys(std::span<const KeyId> ids) {
  if (ids.empty()) return std::vector<KeyRecord>();
  return look_ups_->run([&](Connection& db) { return tables::find_keys(db, ids); });
}

Result<KeyPage> TableDatabase::list_keys(TenantId tenant, const KeyQuery& query) {
  return lists_->snapshot([&](Connection& db) { return tables::list_keys(db, tenant, query); });
}

Result<std::optional<IdempotencyRecord>> TableDatabase::find_idempotency(TenantId tenant,
                                                                         const credential::Digest& key_hash,
                                                                         Instant not_before) {
  return look_ups_->run([&](Connection& db) { return tables::find_idempotency(db, tenant, key_hash, not_before); });
}

Result<Tenant> TableDatabase::insert_tenant(const Tenant& tenant) {
  return writer_.run([&](Connection& db) { return tables::insert_tenant(db, tenant); });
}

Result<Sequence> TableDatabase::update_tenant(const Tenant& tenant) {
  return writer_.run([&](Connection& db) { return tables::update_tenant(db, tenant); });
}

Result<Tenant> TableDatabase::find_tenant(TenantId id) {
  return look_ups_->run([&](Connection& db) { return tables::find_tenant(db, id); });
}

Result<TenantPage> TableDatabase::list_tenants(const std::string& cursor, int limit) {
  return lists_->run([&](Connection& db) { return tables::list_tenants(db, cursor, limit); });
}

Result<void> TableDatabase::insert_user(const UserRecord& user) {
  return writer_.run([&](Connection& db) { return tables::insert_user(db, user); });
}

Result<UserRecord> TableDatabase::find_user_by_email(std::string_view email) {
  return look_ups_->run([&](Connection& db) { return tables::find_user_by_email(db, email); });
}

Result<User> TableDatabase::find_user(UserId id) {
  return look_ups_->run([&](Connection& db) { return tables::find_user(db, id); });
}

Result<std::vector<User>> TableDatabase::list_users(TenantId tenant) {
  return lists_->run([&](Connection& db) { return tables::list_users(db, tenant); });
}

Result<void> TableDatabase::insert_session(const SessionRecord& session) {
  return writer_.run([&](Connection& db) { return tables::insert_session(db, session); });
}

Result<SessionRecord> TableDatabase::find_session(const credential::Digest& token_hash) {
  return look_ups_->run([&](Connection& db) { return tables::find_session(db, token_hash); });
}

Result<void> TableDatabase::touch_session(const credential::Digest& token_hash, Instant last_seen, Instant expires) {
  return writer_.run([&](Connection& db) { return tables::touch_session(db, token_hash, last_seen, expires); });
}

Result<void> TableDatabase::delete_session(const credential::Digest& token_hash) {
  return writer_.run([&](Connection& db) { return tables::delete_session(db, token_hash); });
}

Result<void> TableDatabase::delete_expired(Instant now) {
  return writer_.run([&](Connection& db) { return tables::delete_expired(db, now); });
}

Result<void> TableDatabase::insert_operator_key(const OperatorKeyRecord& record) {
  return writer_.run([&](Connection& db) { return tables::insert_operator_key(db, record); });
}

Result<std::vector<OperatorKeyRecord>> TableDatabase::list_operator_keys() {
  return look_ups_->run([&](Connection& db) { return tables::list_operator_keys(db); });
}

Result<Sequence> TableDatabase::visit_all(const std::function<bool(const Tenant&)>& tenant,
                                          const std::function<bool(const KeyRecord&)>& key) {
  return lists_->once([&](Connection& db) { return tables::visit_all(db, tenant, key); });
}

Result<std::vector<Change>> TableDatabase::changes_after(Sequence after, int limit) {
  return look_ups_->run([&](Connection& db) { return tables::changes_after(db, after, limit); });
}

Result<Sequence> TableDatabase::last_sequence() {
  return look_ups_->run([&](Connection& db) { return tables::last_sequence(db); });
}

Result<void> TableDatabase::record_quota_counts(const std::vector<QuotaCount>& counts) {
  if (counts.empty()) return {};
  return writer_.run([&](Connection& db) { return tables::record_quota_counts(db, counts); });
}

Result<std::vector<QuotaCount>> TableDatabase::load_quota_counts(Instant today) {
  return lists_->run([&](Connection& db) { return tables::load_quota_counts(db, today); });
}

AlertStore& TableDatabase::alerts() { return alerts_; }
WebhookStore& TableDatabase::webhooks() { return webhooks_; }
OutboxStore& TableDatabase::outbox() { return outbox_; }
HandOverStore& TableDatabase::hand_overs() { return hand_overs_; }
ExposureStore& TableDatabase::exposures() { return exposures_; }
KeyRequestStore& TableDatabase::key_requests() { return key_requests_; }

std::uint64_t TableDatabase::transactions() const { return writer_.transactions(); }

}  // namespace latchkey::store::tables
