#include "store/tables/usage/write.h"

#include "store/tables/usage/roll_up.h"
#include "store/tables/usage/subjects.h"
#include "store/tables/usage/sums.h"
#include "store/tables/usage/write_together.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr std::int64_t kMinutesOfAnHour = 60;
constexpr std::int64_t kHoursOfADay = 24;

void add(Sums& sums, const Place& place, const UsageCell& cell) {
  Sum& sum = sums[place];
  sum.count += cell.count;
  sum.latency.add(cell.latency);
}

Result<void> write_cells(Connection& db, Names& names, Subjects& subjects, const std::vector<UsageCell>& cells) {
  LK_ASSIGN(const Marks marks, read_marks(db));
  Sums minutes, hours, days;
  for (const UsageCell& cell : cells) {
    LK_ASSIGN(const std::int64_t tenant, subjects.tenant(cell.tenant));
    LK_ASSIGN(const std::int64_t key, subjects.key(cell.tenant, cell.key));
    LK_ASSIGN(const std::int64_t operation, names.number_of(db, cell.operation));
    LK_ASSIGN(const std::int64_t outcome, names.number_of(db, cell.outcome));
    const std::int64_t hour = cell.minute / kMinutesOfAnHour, day = hour / kHoursOfADay;
    for (const std::int64_t who : {kWholeTenant, key}) {
      add(minutes, {cell.minute, tenant, who, operation, outcome, cell.status_class}, cell);
      // What comes after its hour was summed up is added to the sum by hand.
      if (hour < marks.hours) add(hours, {hour, tenant, who, operation, outcome, cell.status_class}, cell);
      if (day < marks.days) add(days, {day, tenant, who, operation, outcome, cell.status_class}, cell);
    }
  }
  LK_TRY(add_sums(db, "usage_minutes", minutes));
  LK_TRY(add_sums(db, "usage_hours", hours));
  return add_sums(db, "usage_days", days);
}

Result<void> write_secrets(Connection& db, Names& names, Subjects& subjects, const std::vector<SecretUse>& uses) {
  Statement upsert = db.prepare(
      "INSERT INTO secret_uses (key, secret, at, address, user_agent, operation) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
      " ON CONFLICT DO UPDATE SET at = excluded.at, address = excluded.address, user_agent = excluded.user_agent,"
      " operation = excluded.operation WHERE excluded.at >= at");
  for (const SecretUse& use : uses) {
    LK_ASSIGN(const std::int64_t key, subjects.key(use.tenant, use.key));
    LK_ASSIGN(const std::int64_t operation, names.number_of(db, use.operation));
    upsert.bind(key, static_cast<std::int64_t>(use.secret), use.at, use.address.bytes(), use.user_agent, operation);
    LK_TRY(upsert.run());
    upsert.reset();
  }
  return {};
}

Result<void> write_addresses(Connection& db, Subjects& subjects, const std::vector<AddressUse>& uses) {
  Statement update = db.prepare(
      "UPDATE addresses SET first_at = min(first_at, ?4), last_at = max(last_at, ?5), count = count + ?6"
      " WHERE day = ?1 AND key = ?2 AND address = ?3");
  Statement insert = db.prepare(
      "INSERT INTO addresses (day, key, address, first_at, last_at, count) SELECT ?1, ?2, ?3, ?4, ?5, ?6"
      " WHERE (SELECT count(*) FROM (SELECT 1 FROM addresses WHERE day = ?1 AND key = ?2 LIMIT ?7)) < ?7");
  for (const AddressUse& use : uses) {
    LK_ASSIGN(const std::int64_t key, subjects.key(use.tenant, use.key));
    const auto count = static_cast<std::int64_t>(use.count);
    update.bind(use.day, key, use.address.bytes(), use.first, use.last, count);
    LK_TRY(update.run());
    update.reset();
    if (db.changed_rows() > 0) continue;
    insert.bind(use.day, key, use.address.bytes(), use.first, use.last, count,
                static_cast<std::int64_t>(UsageStore::kMaxAddressesOfADay));
    LK_TRY(insert.run());
    insert.reset();
  }
  return {};
}

Result<void> write_refusals(Connection& db, Names& names, Subjects& subjects, const std::vector<Refusal>& refusals) {
  Statement insert = db.prepare(
      "INSERT INTO refusals (tenant, key, at, outcome, operation, address, user_agent, detail, request_id)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  Statement trim = db.prepare(
      "DELETE FROM refusals WHERE number IN (SELECT number FROM refusals WHERE key = ?1 AND outcome = ?2"
      " ORDER BY at DESC LIMIT -1 OFFSET ?3)");
  for (const Refusal& refusal : refusals) {
    LK_ASSIGN(const std::int64_t tenant, subjects.tenant(refusal.tenant));
    LK_ASSIGN(const std::int64_t key, subjects.key(refusal.tenant, refusal.key));
    LK_ASSIGN(const std::int64_t outcome, names.number_of(db, refusal.outcome));
    LK_ASSIGN(const std::int64_t operation, names.number_of(db, refusal.operation));
    insert.bind(tenant, key, refusal.at, outcome, operation, refusal.address.bytes(), refusal.user_agent,
                refusal.detail, refusal.request_id);
    LK_TRY(insert.run());
    insert.reset();
    trim.bind(key, outcome, static_cast<std::int64_t>(UsageStore::kMaxRefusals));
    LK_TRY(trim.run());
    trim.reset();
  }
  return {};
}

Result<void> write_observations(Connection& db, Names& names, Subjects& subjects,
                                const std::vector<Observation>& observations) {
  Statement upsert = db.prepare(
      "INSERT INTO observations (key, kind, name, first_at, last_at, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
      " ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, "
      "excluded.last_at),"
      " count = count + excluded.count");
  for (const Observation& seen : observations) {
    LK_ASSIGN(const std::int64_t key, subjects.key(seen.tenant, seen.key));
    LK_ASSIGN(const std::int64_t name, names.number_of(db, seen.name));
    upsert.bind(key, static_cast<int>(seen.kind), name, seen.first, seen.last, static_cast<std::int64_t>(seen.count));
    LK_TRY(upsert.run());
    upsert.reset();
  }
  return {};
}

Result<void> write_trials(Connection& db, Names& names, Subjects& subjects, const std::vector<TrialUse>& uses) {
  // What is late, of a trial that another has replaced, finds the newer one there and is left out.
  Statement forget = db.prepare("DELETE FROM trial_uses WHERE key = ?1 AND trial < ?2");
  Statement upsert = db.prepare(
      "INSERT INTO trial_uses (key, trial, outcome, operation, at, address, detail, count)"
      " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 FROM trial_uses WHERE key = ?1 AND trial > ?2)"
      " ON CONFLICT DO UPDATE SET at = max(at, excluded.at), count = count + excluded.count,"
      " address = iif(excluded.at >= at, excluded.address, address), detail = iif(excluded.at >= at, excluded.detail, "
      "detail)");
  for (const TrialUse& use : uses) {
    LK_ASSIGN(const std::int64_t key, subjects.key(use.tenant, use.key));
    LK_ASSIGN(const std::int64_t outcome, names.number_of(db, use.outcome));
    LK_ASSIGN(const std::int64_t operation, names.number_of(db, use.operation));
    forget.bind(key, use.trial);
    LK_TRY(forget.run());
    forget.reset();
    upsert.bind(key, use.trial, outcome, operation, use.at, use.address.bytes(), use.detail,
                static_cast<std::int64_t>(use.count));
    LK_TRY(upsert.run());
    upsert.reset();
  }
  return {};
}

}  // namespace

Result<void> write_usage(Connection& db, Names& names, const UsageBatch& batch) {
  Subjects subjects(db);
  LK_TRY(subjects.gather(batch));
  LK_TRY(write_cells(db, names, subjects, batch.cells));
  if (db.dialect() != Dialect::kSqlite) return write_together(db, names, subjects, batch);
  LK_TRY(write_secrets(db, names, subjects, batch.secrets));
  LK_TRY(write_addresses(db, subjects, batch.addresses));
  LK_TRY(write_refusals(db, names, subjects, batch.refusals));
  LK_TRY(write_observations(db, names, subjects, batch.observations));
  return write_trials(db, names, subjects, batch.trials);
}

}  // namespace latchkey::store::tables
