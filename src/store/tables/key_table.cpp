#include "store/tables/key_table.h"

#include "store/tables/dialect.h"
#include "store/tables/exposure_table.h"
#include "store/tables/feed_table.h"
#include "store/tables/hand_over_table.h"
#include "store/tables/key_request_table.h"
#include "store/sql/row.h"
#include "store/sql/secrets_blob.h"
#include "store/tables/trial_table.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kKeyStates = 3;
constexpr int kActorTypes = 2;
constexpr int kImportForms = 2;
// From this many on they come in bulk.
constexpr std::size_t kManyKeys = 100;

Error no_such_key() { return {ErrorCode::kNotFound, "There is no such API key.", {}}; }

// Binds every column but the row's number: ?1 id, ?2 tenant, then as in LK_KEY_COLUMNS.
void bind_key(Statement& statement, const KeyRecord& record, const std::vector<std::uint8_t>& secrets) {
  const ApiKey& key = record.key;
  const Actor& by = key.created_by;
  const auto user = by.user.is_nil() ? std::nullopt : std::optional(by.user.bytes());
  statement.bind(key.id.bytes(), key.tenant.bytes(), key.access_type, static_cast<int>(key.state), key.expires_at,
                 key.version, to_json(key.restrictions), std::span<const std::uint8_t>(secrets), record.seal_pepper,
                 record.seal, key.nickname, key.contact_email, key.hint, key.created_at, static_cast<int>(by.type),
                 user, by.name, key.updated_at, key.disabled_at, key.revoked_at, to_json(key.limits), key.generation,
                 to_json(key.rotation), to_json(key.hand_over), key.deleted_at);
}

// ?26 and ?27, which never change.
void bind_import(Statement& statement, const ApiKey& key) {
  const auto& imported = key.imported;
  const bool named = imported && !imported->external_id.empty();
  statement.bind_at(26, imported ? std::optional(static_cast<int>(imported->from)) : std::nullopt);
  statement.bind_at(27, named ? std::optional(imported->external_id) : std::nullopt);
}

Result<void> insert_digests(Connection& db, std::int64_t number, const std::vector<SecretRecord>& secrets) {
  for (const SecretRecord& secret : secrets) {
    Statement insert = db.prepare("INSERT INTO secret_digests (digest, key_number) VALUES (?1, ?2)");
    insert.bind(secret.digest, number);
    LK_TRY(insert.run());
  }
  return {};
}

// An update seldom touches the secrets; then their rows are left alone.
Result<void> replace_digests(Connection& db, std::int64_t number, const std::vector<SecretRecord>& before,
                             const std::vector<SecretRecord>& after) {
  for (const SecretRecord& secret : before) {
    Statement remove = db.prepare("DELETE FROM secret_digests WHERE digest = ?1");
    remove.bind(secret.digest);
    LK_TRY(remove.run());
  }
  return insert_digests(db, number, after);
}

Result<void> insert_once(Connection& db, const IdempotencyRecord& once) {
  // One that is past its time gives way.
  Statement insert = db.prepare(
      "INSERT INTO idempotency (tenant_id, key_hash, request_hash, result, created_at) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (tenant_id, key_hash) DO UPDATE SET request_hash = excluded.request_hash, result = excluded.result, "
      "created_at = excluded.created_at WHERE idempotency.created_at < ?6");
  insert.bind(once.tenant.bytes(), once.key_hash, once.request_hash, once.result.bytes(), once.created_at,
              once.created_at.plus_ms(-kIdempotencyWindowMs));
  LK_TRY(insert.run());
  if (db.changed_rows() == 0)
    return fail(ErrorCode::kConflict, "A request with this Idempotency-Key was carried out already.");
  return {};
}

Error explain(Error error) {
  if (error.code == ErrorCode::kConflict) error.message = "There is a key with this id or this secret already.";
  if (error.code == ErrorCode::kNotFound) error.message = "There is no such tenant.";
  return error;
}

struct Stored {
  std::int64_t number = 0;
  std::int64_t version = 0;
  std::vector<SecretRecord> secrets;
};

Result<Stored> find_stored(Connection& db, TenantId tenant, KeyId id) {
  Statement query = db.prepare("SELECT number, version, secrets FROM api_keys WHERE id = ?1 AND tenant_id = ?2");
  query.bind(id.bytes(), tenant.bytes());
  LK_ASSIGN(const bool found, query.step());
  if (!found) return std::unexpected(no_such_key());
  Row row(query);
  Stored stored;
  stored.number = row.integer();
  stored.version = row.integer();
  if (!unpack_secrets(row.blob(), stored.secrets)) row.unsound();
  LK_TRY(row.sound("api_keys"));
  return stored;
}

Result<KeyRecord> read_one(Connection& db, Statement& query) {
  LK_ASSIGN(const bool found, query.step());
  if (!found) return std::unexpected(no_such_key());
  KeyRecord record;
  LK_TRY(read_key(query, record));
  LK_ASSIGN(record.trial, find_trial(db, record.key));
  return record;
}

}  // namespace

Result<void> read_key(const Statement& query, KeyRecord& record) {
  ApiKey& key = record.key;
  Row row(query);
  row.integer();  // number
  key.id = row.id<KeyTag>();
  key.tenant = row.id<TenantTag>();
  row.text(key.access_type);
  key.state = row.choice<KeyState>(kKeyStates);
  key.expires_at = row.maybe_instant();
  key.version = row.integer();
  row.json(key.restrictions);
  if (!unpack_secrets(row.blob(), record.secrets)) row.unsound();
  tell_secrets(record);
  record.seal_pepper = static_cast<credential::PepperId>(row.integer());
  row.bytes(record.seal);
  row.text(key.nickname);
  row.text(key.contact_email);
  row.text(key.hint);
  key.created_at = row.instant();
  key.created_by.type = row.choice<ActorType>(kActorTypes);
  key.created_by.user = row.maybe_id<UserTag>();
  row.text(key.created_by.name);
  key.updated_at = row.instant();
  key.disabled_at = row.maybe_instant();
  key.revoked_at = row.maybe_instant();
  row.json(key.limits);
  key.generation = row.integer();
  row.json(key.rotation);
  row.json(key.hand_over);
  key.deleted_at = row.maybe_instant();
  key.imported.reset();
  if (!row.skip_null()) key.imported.emplace().from = row.choice<KeyImport::From>(kImportForms);
  if (const auto name = row.maybe_text(); name && key.imported) key.imported->external_id = *name;
  return row.sound("api_keys");
}

namespace {

// With its digests, but not in the feed yet.
Result<void> insert_row(Connection& db, const KeyRecord& record) {
  Statement insert = db.prepare(
      "INSERT INTO api_keys (id, tenant_id, access_type, state, expires_at, version, restrictions, secrets, "
      "seal_pepper, seal, "
      "nickname, contact_email, hint, created_at, created_by_type, created_by_user, created_by_name, updated_at, "
      "disabled_at, "
      "revoked_at, limits, generation, rotation, hand_over, deleted_at, imported_from, external_id) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
      "?23, "
      "?24, ?25, ?26, ?27) RETURNING number");
  bind_key(insert, record, pack_secrets(record.secrets));
  bind_import(insert, record.key);
  const auto number = insert.run_for_number();
  if (!number) return std::unexpected(explain(number.error()));
  if (const auto inserted = insert_digests(db, *number, record.secrets); !inserted) {
    return std::unexpected(explain(inserted.error()));
  }
  return {};
}

Result<std::optional<SecretHolder>> find_holder(Connection& db, const credential::Digest& secret) {
  Statement query = db.prepare(
      "SELECT k.id, k.tenant_id FROM secret_digests AS d JOIN api_keys AS k ON k.number = d.key_number WHERE d.digest "
      "= ?1");
  query.bind(secret);
  LK_ASSIGN(const bool found, query.step());
  if (!found) return std::nullopt;
  Row row(query);
  const KeyId key = row.id<KeyTag>();
  const TenantId tenant = row.id<TenantTag>();
  LK_TRY(row.sound("secret_digests"));
  return SecretHolder{key, tenant};
}

// The key of the record's tenant that has its secret already; nil: none.
Result<KeyId> holder_within_tenant(Connection& db, const KeyRecord& record) {
  for (const SecretRecord& secret : record.secrets) {
    LK_ASSIGN(const std::optional<SecretHolder> holder, find_holder(db, secret.digest));
    if (!holder) continue;
    if (holder->tenant == record.key.tenant) return holder->key;
    return fail(ErrorCode::kConflict, "A key of another tenant has this secret already.");
  }
  return KeyId();
}

}  // namespace

Result<Sequence> insert_key(Connection& db, const KeyRecord& record, const std::optional<IdempotencyRecord>& once,
                            const Along& along) {
  if (once) LK_TRY(insert_once(db, *once));
  LK_TRY(insert_row(db, record));
  LK_TRY(write_along(db, record.key.id, along));
  if (along.request) LK_TRY(note_activated(db, *along.request, record.key));
  return append_key_change(db, record.key.id, record.key.tenant, record.key.updated_at);
}

Result<InsertedKeys> insert_keys(Connection& db, std::span<const KeyRecord> records,
                                 const std::optional<IdempotencyRecord>& once) {
  if (once) LK_TRY(insert_once(db, *once));
  if (records.size() >= kManyKeys) db.expect_many_writes();
  InsertedKeys out;
  for (const KeyRecord& record : records) {
    LK_ASSIGN(out.holders.emplace_back(), holder_within_tenant(db, record));
    if (!out.holders.back().is_nil()) continue;
    LK_TRY(insert_row(db, record));
    LK_ASSIGN(out.sequence, append_key_change(db, record.key.id, record.key.tenant, record.key.updated_at));
  }
  if (out.sequence == 0) {
    LK_ASSIGN(out.sequence, last_sequence(db));
  }
  return out;
}

Result<std::vector<std::optional<SecretHolder>>> find_holders(Connection& db,
                                                              std::span<const credential::Digest> secrets) {
  std::vector<std::optional<SecretHolder>> out;
  for (const credential::Digest& secret : secrets) {
    LK_ASSIGN(out.emplace_back(), find_holder(db, secret));
  }
  return out;
}

Result<Sequence> update_key(Connection& db, const KeyRecord& record, std::int64_t expected_version,
                            const Along& along) {
  LK_ASSIGN(const Stored stored, find_stored(db, record.key.tenant, record.key.id));
  if (stored.version != expected_version) {
    return fail(ErrorCode::kPreconditionFailed,
                "The key has changed since you last saw it. Look at it again, then repeat the change.",
                fmt::format("version {} is stored, {} was expected", stored.version, expected_version));
  }
  // One thread writes, within one transaction: nothing can come between that look and this update.
  Statement update = db.prepare(
      "UPDATE api_keys SET access_type = ?3, state = ?4, expires_at = ?5, version = ?6, restrictions = ?7, secrets = "
      "?8, "
      "seal_pepper = ?9, seal = ?10, nickname = ?11, contact_email = ?12, hint = ?13, created_at = ?14, "
      "created_by_type = ?15, "
      "created_by_user = ?16, created_by_name = ?17, updated_at = ?18, disabled_at = ?19, revoked_at = ?20, limits = "
      "?21, generation = ?22, rotation = ?23, hand_over = ?24, deleted_at = ?25 "
      "WHERE id = ?1 AND tenant_id = ?2");
  bind_key(update, record, pack_secrets(record.secrets));
  LK_TRY(update.run());
  if (record.key.state == KeyState::kRevoked) LK_TRY(remove_trial(db, record.key.id));
  if (stored.secrets != record.secrets) {
    if (const auto replaced = replace_digests(db, stored.number, stored.secrets, record.secrets); !replaced) {
      return std::unexpected(explain(replaced.error()));
    }
  }
  LK_TRY(write_along(db, record.key.id, along));
  return append_key_change(db, record.key.id, record.key.tenant, record.key.updated_at);
}

Result<KeyRecord> find_key(Connection& db, KeyId id) {
  Statement query = db.prepare("SELECT " LK_KEY_COLUMNS " FROM api_keys AS k WHERE k.id = ?1");
  query.bind(id.bytes());
  return read_one(db, query);
}

Result<KeyRecord> find_key(Connection& db, TenantId tenant, KeyId id) {
  Statement query = db.prepare("SELECT " LK_KEY_COLUMNS " FROM api_keys AS k WHERE k.id = ?1 AND k.tenant_id = ?2");
  query.bind(id.bytes(), tenant.bytes());
  return read_one(db, query);
}

Result<std::vector<KeyRecord>> find_keys(Connection& db, std::span<const KeyId> ids) {
  // Few keys have a trial; for the others there is nothing to ask.
  static const std::string sql = "SELECT " LK_KEY_COLUMNS
                                 ", CASE WHEN EXISTS (SELECT 1 FROM trials AS t WHERE t.key_id = k.id) THEN 1 ELSE 0 END "
                                 "FROM api_keys AS k WHERE k.id IN " +
                                 id_list();
  constexpr int kHasTrial = 28;
  std::vector<KeyRecord> records;
  for (std::size_t done = 0; done < ids.size(); done += kIdsAtOnce) {
    const auto some = ids.subspan(done, std::min(kIdsAtOnce, ids.size() - done));
    Statement query = db.prepare(sql);
    bind_ids(query, some);
    for (;;) {
      LK_ASSIGN(const bool found, query.step());
      if (!found) break;
      KeyRecord& record = records.emplace_back();
      LK_TRY(read_key(query, record));
      if (query.integer(kHasTrial) == 0) continue;
      LK_ASSIGN(record.trial, find_trial(db, record.key));
    }
  }
  return records;
}

Result<std::vector<KeyRecord>> rotating_keys(Connection& db, KeyId after, int limit) {
  Statement query = db.prepare("SELECT " LK_KEY_COLUMNS " FROM api_keys AS k" + indexed_by(db, "api_keys_rotating") +
                               " WHERE k.rotation IS NOT NULL AND k.id > ?1 ORDER BY k.id LIMIT ?2");
  query.bind(after.bytes(), limit);
  std::vector<KeyRecord> records;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) break;
    LK_TRY(read_key(query, records.emplace_back()));
  }
  for (KeyRecord& record : records) {
    LK_ASSIGN(record.trial, find_trial(db, record.key));
  }
  return records;
}

Result<int> forget_deleted(Connection& db, Instant before, int limit) {
  struct Gone {
    std::int64_t number;
    KeyId id;
  };
  std::vector<Gone> gone;
  {
    Statement query = db.prepare("SELECT number, id FROM api_keys" + indexed_by(db, "api_keys_deleted") +
                                 " WHERE deleted_at IS NOT NULL AND deleted_at < ?1 "
                                 "ORDER BY deleted_at LIMIT ?2");
    query.bind(before, limit);
    for (;;) {
      LK_ASSIGN(const bool found, query.step());
      if (!found) break;
      Row row(query);
      const std::int64_t number = row.integer();
      gone.push_back({number, row.id<KeyTag>()});
      LK_TRY(row.sound("api_keys"));
    }
  }
  // What refers to a key goes before it.
  for (const Gone& key : gone) {
    LK_TRY(remove_trial(db, key.id));
    LK_TRY(remove_hand_overs(db, key.id));
    LK_TRY(remove_exposures(db, key.id));
    for (const char* sql :
         {"DELETE FROM secret_digests WHERE key_number = ?1", "DELETE FROM api_keys WHERE number = ?1"}) {
      Statement remove = db.prepare(sql);
      remove.bind(key.number);
      LK_TRY(remove.run());
    }
  }
  return static_cast<int>(gone.size());
}

Result<std::optional<IdempotencyRecord>> find_idempotency(Connection& db, TenantId tenant,
                                                          const credential::Digest& key_hash, Instant not_before) {
  Statement query = db.prepare(
      "SELECT request_hash, result, created_at FROM idempotency WHERE tenant_id = ?1 AND key_hash = ?2 AND created_at "
      ">= ?3");
  query.bind(tenant.bytes(), key_hash, not_before);
  LK_ASSIGN(const bool found, query.step());
  if (!found) return std::nullopt;
  Row row(query);
  IdempotencyRecord record;
  record.tenant = tenant;
  record.key_hash = key_hash;
  row.bytes(record.request_hash);
  record.result = row.id<KeyTag>();
  record.created_at = row.instant();
  LK_TRY(row.sound("idempotency"));
  return record;
}

Result<void> visit_keys(Connection& db, const std::function<bool(const KeyRecord&)>& visitor) {
  // Few keys have one, so that reading all of them at once spares every other key a look.
  LK_ASSIGN(const TrialsByKey trials, read_trials(db));
  Statement query = db.prepare("SELECT " LK_KEY_COLUMNS " FROM api_keys AS k ORDER BY k.number");
  KeyRecord record;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return {};
    LK_TRY(read_key(query, record));
    const auto trial = trials.find(record.key.id);
    record.trial = trial == trials.end() ? std::nullopt : std::optional(complete(trial->second, record.key));
    if (!visitor(record)) return {};
  }
}

}  // namespace latchkey::store::tables
