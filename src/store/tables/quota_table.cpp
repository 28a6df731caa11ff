#include "store/tables/quota_table.h"

#include "store/sql/row.h"

namespace latchkey::store::tables {

using namespace sql;

Result<void> record_quota_counts(Connection& db, const std::vector<QuotaCount>& counts) {
  Statement upsert = db.prepare(
      "INSERT INTO quota_counts (owner, period, number, used) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (owner, period, number) DO UPDATE SET used = excluded.used WHERE excluded.used > quota_counts.used");
  Statement forget = db.prepare(
      "DELETE FROM quota_counts WHERE owner = ?1 AND period = ?2 AND number < (SELECT number FROM quota_counts "
      "WHERE owner = ?1 AND period = ?2 AND number < ?3 ORDER BY number DESC LIMIT 1 OFFSET 1)");
  for (const QuotaCount& count : counts) {
    const auto period = static_cast<int>(count.period);
    upsert.bind(count.owner, period, count.number, static_cast<std::int64_t>(count.used));
    LK_TRY(upsert.run());
    upsert.reset();
    forget.bind(count.owner, period, count.number);
    LK_TRY(forget.run());
    forget.reset();
  }
  return {};
}

Result<std::vector<QuotaCount>> load_quota_counts(Connection& db, Instant today) {
  Statement query = db.prepare(
      "SELECT owner, period, number, used FROM quota_counts WHERE number >= CASE period WHEN 0 THEN ?1 ELSE ?2 END "
      "ORDER BY owner, period, number");
  query.bind(period_at(Period::kDay, today), period_at(Period::kMonth, today));
  std::vector<QuotaCount> counts;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return counts;
    Row row(query);
    QuotaCount& count = counts.emplace_back();
    row.bytes(count.owner);
    count.period = row.choice<Period>(kPeriods);
    count.number = row.integer();
    count.used = static_cast<std::uint64_t>(row.integer());
    LK_TRY(row.sound("quota_counts"));
  }
}

}  // namespace latchkey::store::tables
