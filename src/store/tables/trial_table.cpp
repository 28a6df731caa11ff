#include "store/tables/trial_table.h"

#include "store/tables/feed_table.h"
#include "store/tables/key_table.h"
#include "store/sql/row.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kActorTypes = 2;

#define LK_TRIAL_COLUMNS \
  "key_id, number, restrictions, seal_pepper, seal, started_at, started_by_type, started_by_user, started_by_name"

Result<void> read_one(const Statement& query, TrialRecord& record) {
  Trial& trial = record.trial;
  Row row(query);
  trial.key = row.id<KeyTag>();
  trial.number = row.integer();
  row.json(trial.restrictions);
  record.seal_pepper = static_cast<credential::PepperId>(row.integer());
  row.bytes(record.seal);
  trial.started_at = row.instant();
  trial.started_by.type = row.choice<ActorType>(kActorTypes);
  trial.started_by.user = row.maybe_id<UserTag>();
  row.text(trial.started_by.name);
  return row.sound("trials");
}

}  // namespace

Result<Sequence> put_trial(Connection& db, const TrialRecord& record) {
  const Trial& trial = record.trial;
  LK_ASSIGN(const KeyRecord key, find_key(db, trial.tenant, trial.key));
  if (key.key.state == KeyState::kRevoked) {
    return fail(ErrorCode::kConflict, "This key has been revoked, for good, so there is nothing to try.");
  }
  LK_ASSIGN(const Sequence number, append_key_change(db, trial.key, trial.tenant, trial.started_at));
  Statement put =
      db.prepare("INSERT INTO trials (" LK_TRIAL_COLUMNS
                 ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
                 "ON CONFLICT (key_id) DO UPDATE SET number = excluded.number, restrictions = excluded.restrictions, "
                 "seal_pepper = excluded.seal_pepper, seal = excluded.seal, started_at = excluded.started_at, "
                 "started_by_type = excluded.started_by_type, started_by_user = excluded.started_by_user, "
                 "started_by_name = excluded.started_by_name");
  const Actor& by = trial.started_by;
  const auto user = by.user.is_nil() ? std::nullopt : std::optional(by.user.bytes());
  put.bind(trial.key.bytes(), number, to_json(trial.restrictions), record.seal_pepper, record.seal, trial.started_at,
           static_cast<int>(by.type), user, by.name);
  LK_TRY(put.run());
  return number;
}

Result<Sequence> delete_trial(Connection& db, TenantId tenant, KeyId id, Instant at) {
  LK_ASSIGN(const KeyRecord record, find_key(db, tenant, id));
  if (!record.trial) return last_sequence(db);
  LK_TRY(remove_trial(db, id));
  return append_key_change(db, id, tenant, at);
}

Result<Sequence> apply_trial(Connection& db, const KeyRecord& record, std::int64_t expected_version,
                             std::int64_t number) {
  Statement remove = db.prepare("DELETE FROM trials WHERE key_id = ?1 AND number = ?2");
  remove.bind(record.key.id.bytes(), number);
  LK_TRY(remove.run());
  if (db.changed_rows() == 0) {
    return fail(ErrorCode::kPreconditionFailed,
                "The trial has ended or another has begun. Look at it again, then apply it.");
  }
  return update_key(db, record, expected_version);
}

Result<void> remove_trial(Connection& db, KeyId id) {
  Statement remove = db.prepare("DELETE FROM trials WHERE key_id = ?1");
  remove.bind(id.bytes());
  return remove.run();
}

Result<std::optional<TrialRecord>> find_trial(Connection& db, const ApiKey& key) {
  Statement query = db.prepare("SELECT " LK_TRIAL_COLUMNS " FROM trials WHERE key_id = ?1");
  query.bind(key.id.bytes());
  LK_ASSIGN(const bool found, query.step());
  if (!found) return std::nullopt;
  TrialRecord record;
  LK_TRY(read_one(query, record));
  return complete(std::move(record), key);
}

Result<TrialsByKey> read_trials(Connection& db) {
  TrialsByKey trials;
  Statement query = db.prepare("SELECT " LK_TRIAL_COLUMNS " FROM trials");
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return trials;
    TrialRecord record;
    LK_TRY(read_one(query, record));
    trials[record.trial.key] = std::move(record);
  }
}

TrialRecord complete(TrialRecord record, const ApiKey& key) {
  record.trial.tenant = key.tenant;
  return record;
}

}  // namespace latchkey::store::tables
