// Reads of what keys were seen to do, and of what restrictions on trial say of it.
#include <algorithm>

#include "store/sql/row.h"
#include "store/tables/usage/report.h"

namespace latchkey::store::tables {

using namespace sql;

Result<std::vector<Observation>> read_observations(Connection& db, Names& names, TenantId tenant, KeyId key,
                                                   Instant since) {
  std::vector<Observation> observations;
  LK_ASSIGN(const std::optional<std::int64_t> subject, find_subject(db, tenant, key));
  if (!subject) return observations;
  Statement rows =
      db.prepare("SELECT kind, name, first_at, last_at, count FROM observations WHERE key = ?1 AND last_at >= ?2");
  rows.bind(*subject, since);
  for (;;) {
    LK_ASSIGN(const bool found, rows.step());
    if (!found) return observations;
    Row row(rows);
    Observation& seen = observations.emplace_back();
    seen.key = key;
    seen.tenant = tenant;
    seen.kind = row.choice<ObservedKind>(kObservedKinds);
    LK_ASSIGN(seen.name, names.name_of(db, row.integer()));
    seen.first = row.instant();
    seen.last = row.instant();
    seen.count = static_cast<std::uint64_t>(row.integer());
    LK_TRY(row.sound("observations"));
  }
}

Result<TrialReport> read_trial(Connection& db, Names& names, TenantId tenant, KeyId key, std::int64_t number) {
  TrialReport report;
  LK_ASSIGN(const std::optional<std::int64_t> subject, find_subject(db, tenant, key));
  if (!subject) return report;
  Statement rows = db.prepare(
      "SELECT outcome, operation, at, address, detail, count FROM trial_uses WHERE key = ?1 AND trial = ?2 ORDER BY at "
      "DESC");
  rows.bind(*subject, number);
  for (;;) {
    LK_ASSIGN(const bool found, rows.step());
    if (!found) return report;
    Row row(rows);
    TrialUse use;
    use.key = key;
    use.tenant = tenant;
    use.trial = number;
    LK_ASSIGN(use.outcome, names.name_of(db, row.integer()));
    LK_ASSIGN(use.operation, names.name_of(db, row.integer()));
    use.at = row.instant();
    std::array<std::uint8_t, 16> address{};
    row.bytes(address);
    use.address = IpAddress(address);
    row.text(use.detail);
    use.count = static_cast<std::uint64_t>(row.integer());
    LK_TRY(row.sound("trial_uses"));
    if (use.outcome == kNotJudged) {
      report.not_judged += use.count;
      continue;
    }
    report.judged += use.count;
    if (use.outcome == "allowed") continue;
    report.would_refuse += use.count;
    if (report.examples.size() < UsageStore::kMaxTrialExamples) report.examples.push_back(std::move(use));
  }
}

}  // namespace latchkey::store::tables
