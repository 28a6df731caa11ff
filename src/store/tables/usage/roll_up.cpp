#include "store/tables/usage/roll_up.h"

#include <algorithm>

#include "store/tables/usage/sums.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

// Counts reach the store a second late; a minute more is no matter, since what comes later still is added.
constexpr std::int64_t kGraceMs = 2 * kMinuteMs;
constexpr std::int64_t kRefusalsKeptMs = 30 * kDayMs;
// Rows that one step deletes.
constexpr std::int64_t kMaxDeleted = 20'000;

struct Level {
  std::string_view from, to, mark;
  std::int64_t per_bucket;  // buckets of `from` in one of `to`
  std::int64_t length_ms;   // of a bucket of `to`
};
constexpr Level kHours{"usage_minutes", "usage_hours", "hours", 60, kHourMs};
constexpr Level kDays{"usage_hours", "usage_days", "days", 24, kDayMs};

Result<std::optional<std::int64_t>> one_number(Statement& query) {
  LK_ASSIGN(const bool row, query.step());
  return row && !query.is_null(0) ? std::optional(query.integer(0)) : std::nullopt;
}

Result<void> set_mark(Connection& db, std::string_view name, std::int64_t value) {
  Statement update = db.prepare("UPDATE marks SET value = ?2 WHERE name = ?1");
  update.bind(name, value);
  return update.run();
}

// Sums up the next bucket that has anything in it and is over before `until_ms`.
Result<bool> sum_up_one(Connection& db, const Level& level, std::int64_t mark, std::int64_t until_ms) {
  Statement next = db.prepare(fmt::format("SELECT min(bucket) FROM {} WHERE bucket >= ?1", level.from));
  next.bind(mark * level.per_bucket);
  LK_ASSIGN(const std::optional<std::int64_t> first, one_number(next));
  const std::int64_t over = until_ms / level.length_ms;  // buckets before this one are over
  if (!first || *first / level.per_bucket >= over) {
    if (over > mark) LK_TRY(set_mark(db, level.mark, over));
    return false;
  }
  const std::int64_t bucket = *first / level.per_bucket;
  LK_TRY(sum_up(db, {level.from, level.to, bucket * level.per_bucket, (bucket + 1) * level.per_bucket, bucket}));
  LK_TRY(set_mark(db, level.mark, bucket + 1));
  return true;
}

Result<bool> forget(Connection& db, std::string_view table, std::int64_t before_bucket) {
  // A table without row ids has no other name for a row than its key; so whole buckets go, the oldest first.
  Statement oldest = db.prepare(fmt::format("SELECT min(bucket) FROM {}", table));
  LK_ASSIGN(const std::optional<std::int64_t> first, one_number(oldest));
  if (!first || *first >= before_bucket) return false;
  Statement remove = db.prepare(fmt::format("DELETE FROM {} WHERE bucket = ?1", table));
  remove.bind(*first);
  LK_TRY(remove.run());
  return true;
}

// Once a day, since it looks at every row.
Result<void> forget_observations(Connection& db, const Marks& marks, Instant now) {
  const std::int64_t today = now.unix_ms / kDayMs;
  if (marks.observations >= today) return {};
  for (const std::string_view sql :
       {"DELETE FROM observations WHERE last_at < ?1", "DELETE FROM trial_uses WHERE at < ?1"}) {
    Statement remove = db.prepare(sql);
    remove.bind(now.unix_ms - UsageStore::kObservationsKeptMs);
    LK_TRY(remove.run());
  }
  return set_mark(db, "observations", today);
}

Result<bool> forget_rest(Connection& db, Instant now) {
  Statement addresses = db.prepare("DELETE FROM addresses WHERE day = (SELECT min(day) FROM addresses) AND day < ?1");
  addresses.bind((now.unix_ms - UsageStore::kAddressesKeptMs) / kDayMs);
  LK_TRY(addresses.run());
  if (db.changed_rows() > 0) return true;
  Statement refusals =
      db.prepare("DELETE FROM refusals WHERE number IN (SELECT number FROM refusals WHERE at < ?1 LIMIT ?2)");
  refusals.bind(now.unix_ms - kRefusalsKeptMs, kMaxDeleted);
  LK_TRY(refusals.run());
  return db.changed_rows() > 0;
}

}  // namespace

Result<Marks> read_marks(Connection& db) {
  Marks marks;
  Statement all = db.prepare("SELECT name, value FROM marks");
  for (;;) {
    LK_ASSIGN(const bool row, all.step());
    if (!row) return marks;
    if (all.text(0) == "hours") marks.hours = all.integer(1);
    if (all.text(0) == "days") marks.days = all.integer(1);
    if (all.text(0) == "observations") marks.observations = all.integer(1);
  }
}

Result<bool> roll_up_step(Connection& db, Instant now, const UsageRetention& retention) {
  LK_ASSIGN(const Marks marks, read_marks(db));
  LK_ASSIGN(const bool summed_hour, sum_up_one(db, kHours, marks.hours, now.unix_ms - kGraceMs));
  if (summed_hour) return true;
  // Days are made of hours that are all there.
  LK_ASSIGN(const Marks after, read_marks(db));
  LK_ASSIGN(const bool summed_day, sum_up_one(db, kDays, after.days, after.hours * kHourMs));
  if (summed_day) return true;
  // Nothing goes that is not in the next larger sum.
  LK_ASSIGN(const Marks done, read_marks(db));
  const auto kept_from = [&](std::int64_t kept_ms, std::int64_t length_ms) {
    return (now.unix_ms - kept_ms) / length_ms;
  };
  LK_ASSIGN(const bool minutes,
            forget(db, "usage_minutes", std::min(kept_from(retention.minutes_ms, kMinuteMs), done.hours * 60)));
  if (minutes) return true;
  LK_ASSIGN(const bool hours,
            forget(db, "usage_hours", std::min(kept_from(retention.hours_ms, kHourMs), done.days * 24)));
  if (hours) return true;
  LK_ASSIGN(const bool days, forget(db, "usage_days", kept_from(retention.days_ms, kDayMs)));
  if (days) return true;
  LK_TRY(forget_observations(db, done, now));
  return forget_rest(db, now);
}

}  // namespace latchkey::store::tables
