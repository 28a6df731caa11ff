#include "store/tables/usage/write_together.h"

#include <array>
#include <set>
#include <tuple>

#include "store/sql/text.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

// A statement may meet each row once only, so what is of one row comes together first, as it would have done row by row.

std::int64_t signed_of(std::uint64_t number) { return static_cast<std::int64_t>(number); }

template <std::size_t N>
void bind_columns(Statement& statement, const std::array<ArrayText, N>& columns) {
  int index = 0;
  for (const ArrayText& column : columns) statement.bind_at(++index, column.text());
}

Result<void> write_secrets(Connection& db, Names& names, Subjects& subjects, const std::vector<SecretUse>& uses) {
  std::map<std::pair<std::int64_t, std::int64_t>, const SecretUse*> latest;  // by key and secret
  for (const SecretUse& use : uses) {
    LK_ASSIGN(const std::int64_t key, subjects.key(use.tenant, use.key));
    const SecretUse*& seen = latest[{key, signed_of(use.secret)}];
    if (seen == nullptr || use.at >= seen->at) seen = &use;
  }
  if (latest.empty()) return {};
  std::array<ArrayText, 6> columns;
  for (const auto& [place, use] : latest) {
    LK_ASSIGN(const std::int64_t operation, names.number_of(db, use->operation));
    columns[0].add(place.first);
    columns[1].add(place.second);
    columns[2].add(use->at.unix_ms);
    columns[3].add(use->address.bytes());
    columns[4].add(use->user_agent);
    columns[5].add(operation);
  }
  Statement upsert = db.prepare(
      "INSERT INTO secret_uses AS u (key, secret, at, address, user_agent, operation) SELECT * FROM "
      "unnest(CAST(?1 AS BIGINT[]), CAST(?2 AS BIGINT[]), CAST(?3 AS BIGINT[]), CAST(?4 AS BYTEA[]), CAST(?5 AS "
      "TEXT[]), "
      "CAST(?6 AS BIGINT[])) ON CONFLICT (key, secret) DO UPDATE SET at = excluded.at, address = excluded.address, "
      "user_agent = excluded.user_agent, operation = excluded.operation WHERE excluded.at >= u.at");
  bind_columns(upsert, columns);
  return upsert.run();
}

struct Times {
  std::int64_t first = 0, last = 0, count = 0;
  void add(Instant its_first, Instant its_last, std::uint64_t its_count) {
    if (count == 0) first = its_first.unix_ms;
    if (count == 0) last = its_last.unix_ms;
    first = std::min(first, its_first.unix_ms);
    last = std::max(last, its_last.unix_ms);
    count += signed_of(its_count);
  }
};

#define LK_ADDRESSES                                                                               \
  "unnest(CAST(?1 AS BIGINT[]), CAST(?2 AS BIGINT[]), CAST(?3 AS BYTEA[]), CAST(?4 AS BIGINT[]), " \
  "CAST(?5 AS BIGINT[]), CAST(?6 AS BIGINT[])) AS p (day, key, address, first_at, last_at, count)"

Result<void> write_addresses(Connection& db, Subjects& subjects, const std::vector<AddressUse>& uses) {
  std::map<std::tuple<std::int64_t, std::int64_t, IpAddress>, Times> seen;
  for (const AddressUse& use : uses) {
    LK_ASSIGN(const std::int64_t key, subjects.key(use.tenant, use.key));
    seen[{use.day, key, use.address}].add(use.first, use.last, use.count);
  }
  if (seen.empty()) return {};
  std::array<ArrayText, 6> columns;
  for (const auto& [place, times] : seen) {
    columns[0].add(std::get<0>(place));
    columns[1].add(std::get<1>(place));
    columns[2].add(std::get<2>(place).bytes());
    columns[3].add(times.first);
    columns[4].add(times.last);
    columns[5].add(times.count);
  }
  Statement update = db.prepare(
      "UPDATE addresses AS a SET first_at = least(a.first_at, p.first_at), last_at = greatest(a.last_at, p.last_at), "
      "count = a.count + p.count FROM " LK_ADDRESSES
      " WHERE a.day = p.day AND a.key = p.key AND a.address = p.address");
  bind_columns(update, columns);
  LK_TRY(update.run());
  // New ones, as far as there is room: those of a key and day are counted once.
  Statement insert = db.prepare(
      "WITH fresh AS (SELECT p.*, row_number() OVER (PARTITION BY p.day, p.key ORDER BY p.first_at, p.address) AS "
      "place "
      "FROM " LK_ADDRESSES
      " WHERE NOT EXISTS (SELECT 1 FROM addresses AS a WHERE a.day = p.day AND a.key = p.key AND a.address = "
      "p.address)), "
      "there AS (SELECT d.day, d.key, (SELECT count(*) FROM (SELECT 1 FROM addresses AS a WHERE a.day = d.day AND "
      "a.key = "
      "d.key LIMIT ?7) AS few) AS stored FROM (SELECT DISTINCT day, key FROM fresh) AS d) "
      "INSERT INTO addresses (day, key, address, first_at, last_at, count) SELECT f.day, f.key, f.address, f.first_at, "
      "f.last_at, f.count FROM fresh AS f JOIN there AS t ON t.day = f.day AND t.key = f.key WHERE f.place + t.stored "
      "<= "
      "?7");
  bind_columns(insert, columns);
  insert.bind_at(7, signed_of(UsageStore::kMaxAddressesOfADay));
  return insert.run();
}

Result<void> write_refusals(Connection& db, Names& names, Subjects& subjects, const std::vector<Refusal>& refusals) {
  if (refusals.empty()) return {};
  std::array<ArrayText, 9> columns;
  std::set<std::pair<std::int64_t, std::int64_t>> touched;  // key and outcome
  for (const Refusal& refusal : refusals) {
    LK_ASSIGN(const std::int64_t tenant, subjects.tenant(refusal.tenant));
    LK_ASSIGN(const std::int64_t key, subjects.key(refusal.tenant, refusal.key));
    LK_ASSIGN(const std::int64_t outcome, names.number_of(db, refusal.outcome));
    LK_ASSIGN(const std::int64_t operation, names.number_of(db, refusal.operation));
    touched.emplace(key, outcome);
    columns[0].add(tenant);
    columns[1].add(key);
    columns[2].add(refusal.at.unix_ms);
    columns[3].add(outcome);
    columns[4].add(operation);
    columns[5].add(refusal.address.bytes());
    columns[6].add(refusal.user_agent);
    columns[7].add(refusal.detail);
    columns[8].add(refusal.request_id);
  }
  Statement insert = db.prepare(
      "INSERT INTO refusals (tenant, key, at, outcome, operation, address, user_agent, detail, request_id) SELECT * "
      "FROM "
      "unnest(CAST(?1 AS BIGINT[]), CAST(?2 AS BIGINT[]), CAST(?3 AS BIGINT[]), CAST(?4 AS BIGINT[]), CAST(?5 AS "
      "BIGINT[]), "
      "CAST(?6 AS BYTEA[]), CAST(?7 AS TEXT[]), CAST(?8 AS TEXT[]), CAST(?9 AS TEXT[]))");
  bind_columns(insert, columns);
  LK_TRY(insert.run());
  Statement trim = db.prepare(
      "DELETE FROM refusals WHERE number IN (SELECT o.number FROM (SELECT r.number, row_number() OVER "
      "(PARTITION BY r.key, r.outcome ORDER BY r.at DESC, r.number DESC) AS place FROM "
      "unnest(CAST(?1 AS BIGINT[]), CAST(?2 AS BIGINT[])) AS p (key, outcome) "
      "JOIN refusals AS r ON r.key = p.key AND r.outcome = p.outcome) AS o WHERE o.place > ?3)");
  ArrayText keys, outcomes;
  for (const auto& [key, outcome] : touched) {
    keys.add(key);
    outcomes.add(outcome);
  }
  trim.bind(keys.text(), outcomes.text(), signed_of(UsageStore::kMaxRefusals));
  return trim.run();
}

Result<void> write_observations(Connection& db, Names& names, Subjects& subjects,
                                const std::vector<Observation>& observations) {
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, Times> seen;  // by key, kind and name
  for (const Observation& one : observations) {
    LK_ASSIGN(const std::int64_t key, subjects.key(one.tenant, one.key));
    LK_ASSIGN(const std::int64_t name, names.number_of(db, one.name));
    seen[{key, static_cast<std::int64_t>(one.kind), name}].add(one.first, one.last, one.count);
  }
  if (seen.empty()) return {};
  std::array<ArrayText, 6> columns;
  for (const auto& [place, times] : seen) {
    columns[0].add(std::get<0>(place));
    columns[1].add(std::get<1>(place));
    columns[2].add(std::get<2>(place));
    columns[3].add(times.first);
    columns[4].add(times.last);
    columns[5].add(times.count);
  }
  Statement upsert = db.prepare(
      "INSERT INTO observations AS o (key, kind, name, first_at, last_at, count) SELECT * FROM "
      "unnest(CAST(?1 AS BIGINT[]), CAST(?2 AS BIGINT[]), CAST(?3 AS BIGINT[]), CAST(?4 AS BIGINT[]), CAST(?5 AS "
      "BIGINT[]), "
      "CAST(?6 AS BIGINT[])) ON CONFLICT (key, kind, name) DO UPDATE SET first_at = least(o.first_at, "
      "excluded.first_at), "
      "last_at = greatest(o.last_at, excluded.last_at), count = o.count + excluded.count");
  bind_columns(upsert, columns);
  return upsert.run();
}

struct Tried {
  std::int64_t count = 0;
  const TrialUse* latest = nullptr;
};
using TriedByPlace = std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>, Tried>;

Result<void> upsert_trials(Connection& db, const TriedByPlace& tried) {
  std::array<ArrayText, 8> columns;
  for (const auto& [place, one] : tried) {
    columns[0].add(std::get<0>(place));
    columns[1].add(std::get<1>(place));
    columns[2].add(std::get<2>(place));
    columns[3].add(std::get<3>(place));
    columns[4].add(one.latest->at.unix_ms);
    columns[5].add(one.latest->address.bytes());
    columns[6].add(one.latest->detail);
    columns[7].add(one.count);
  }
  Statement upsert = db.prepare(
      "INSERT INTO trial_uses AS u (key, trial, outcome, operation, at, address, detail, count) SELECT p.* FROM "
      "unnest(CAST(?1 AS BIGINT[]), CAST(?2 AS BIGINT[]), CAST(?3 AS BIGINT[]), CAST(?4 AS BIGINT[]), CAST(?5 AS "
      "BIGINT[]), "
      "CAST(?6 AS BYTEA[]), CAST(?7 AS TEXT[]), CAST(?8 AS BIGINT[])) "
      "AS p (key, trial, outcome, operation, at, address, detail, count) "
      "WHERE NOT EXISTS (SELECT 1 FROM trial_uses AS t WHERE t.key = p.key AND t.trial > p.trial) "
      "ON CONFLICT (key, trial, outcome, operation) DO UPDATE SET at = greatest(u.at, excluded.at), "
      "count = u.count + excluded.count, "
      "address = CASE WHEN excluded.at >= u.at THEN excluded.address ELSE u.address END, "
      "detail = CASE WHEN excluded.at >= u.at THEN excluded.detail ELSE u.detail END");
  bind_columns(upsert, columns);
  return upsert.run();
}

Result<void> write_trials(Connection& db, Names& names, Subjects& subjects, const std::vector<TrialUse>& uses) {
  std::map<std::int64_t, std::int64_t> newest;  // trial by key
  for (const TrialUse& use : uses) {
    LK_ASSIGN(const std::int64_t key, subjects.key(use.tenant, use.key));
    std::int64_t& trial = newest.try_emplace(key, use.trial).first->second;
    trial = std::max(trial, use.trial);
  }
  if (newest.empty()) return {};
  TriedByPlace tried;
  for (const TrialUse& use : uses) {
    LK_ASSIGN(const std::int64_t key, subjects.key(use.tenant, use.key));
    if (use.trial < newest[key]) continue;
    LK_ASSIGN(const std::int64_t outcome, names.number_of(db, use.outcome));
    LK_ASSIGN(const std::int64_t operation, names.number_of(db, use.operation));
    Tried& one = tried[{key, use.trial, outcome, operation}];
    one.count += signed_of(use.count);
    if (one.latest == nullptr || use.at >= one.latest->at) one.latest = &use;
  }
  Statement forget = db.prepare(
      "DELETE FROM trial_uses AS u USING unnest(CAST(?1 AS BIGINT[]), CAST(?2 AS BIGINT[])) AS p (key, trial) "
      "WHERE u.key = p.key AND u.trial < p.trial");
  ArrayText keys, trials;
  for (const auto& [key, trial] : newest) {
    keys.add(key);
    trials.add(trial);
  }
  forget.bind(keys.text(), trials.text());
  LK_TRY(forget.run());
  return upsert_trials(db, tried);
}

}  // namespace

Result<void> write_together(Connection& db, Names& names, Subjects& subjects, const UsageBatch& batch) {
  LK_TRY(write_secrets(db, names, subjects, batch.secrets));
  LK_TRY(write_addresses(db, subjects, batch.addresses));
  LK_TRY(write_refusals(db, names, subjects, batch.refusals));
  LK_TRY(write_observations(db, names, subjects, batch.observations));
  return write_trials(db, names, subjects, batch.trials);
}

}  // namespace latchkey::store::tables
