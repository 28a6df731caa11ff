#include "store/tables/usage/report.h"

#include <algorithm>

#include "store/sql/row.h"
#include "store/sql/text.h"
#include "store/tables/usage/roll_up.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr std::string_view kAllowed = "allowed";

// Buckets of one table, from the first on.
struct Run {
  std::string_view table;
  std::int64_t first, end;  // buckets, since 1970
  std::int64_t length_ms;
};

// What is kept of a time: its sums, or the smaller ones where it is not summed up yet.
std::vector<Run> runs_of(const Marks& marks, Granularity granularity, std::int64_t first, std::int64_t end) {
  std::vector<Run> runs;
  if (granularity == Granularity::kDay) {
    runs.push_back({"usage_days", first, std::min(end, marks.days), kDayMs});
    first = std::max(first, marks.days) * 24;
    end *= 24;
  }
  if (granularity != Granularity::kMinute) {
    runs.push_back({"usage_hours", first, std::min(end, marks.hours), kHourMs});
    first = std::max(first, marks.hours) * 60;
    end *= 60;
  }
  runs.push_back({"usage_minutes", first, end, kMinuteMs});
  std::erase_if(runs, [](const Run& run) { return run.first >= run.end; });
  return runs;
}

// Rows are told by stretches of buckets: many, so that there are few statements; few, so that one does not answer more than
// fits into memory.
constexpr std::int64_t kBucketsOfOne = 500;
constexpr std::int64_t kBucketsOfEvery = 20;

// A row of any of the tables.
struct Counted {
  std::int64_t key, operation, outcome, status_class;
  std::uint64_t count;
  std::span<const std::uint8_t> latency;
};

class Reporter {
 public:
  Reporter(Connection& db, Names& names, const UsageQuery& query) : db_(db), names_(names), query_(query) {}

  Result<UsageReport> run() {
    LK_ASSIGN(marks_, read_marks(db_));
    LK_ASSIGN(const std::optional<std::int64_t> tenant, find_subject(db_, query_.tenant, std::nullopt));
    tenant_ = tenant.value_or(-1);
    for (const KeyId key : query_.keys) {
      LK_ASSIGN(const std::optional<std::int64_t> number, find_subject(db_, query_.tenant, key));
      if (number) keys_.push_back(*number);
    }
    LK_ASSIGN(allowed_, number_of(kAllowed));
    if (query_.operation) {
      LK_ASSIGN(operation_, number_of(*query_.operation));
    }
    if (query_.outcome && *query_.outcome != "refused") {
      LK_ASSIGN(outcome_, number_of(*query_.outcome));
    }
    refused_only_ = query_.outcome && *query_.outcome == "refused";
    if (tenant) {
      if (every_key()) LK_TRY(choose_keys());
      LK_TRY(scan([this](const Counted& row, std::size_t bucket) { return count(row, bucket); }));
    }
    return finish();
  }

 private:
  Result<std::int64_t> number_of(std::string_view name) {
    LK_ASSIGN(const std::optional<std::int64_t> number, names_.find(db_, name));
    return number.value_or(-1);
  }
  bool every_key() const { return query_.keys.empty() && query_.group == UsageGroup::kKey; }
  std::int64_t first_bucket() const { return query_.from.unix_ms / length_ms(query_.granularity); }
  std::size_t buckets() const {
    return static_cast<std::size_t>(query_.to.unix_ms / length_ms(query_.granularity) - first_bucket());
  }

  bool wanted(const Counted& row) const {
    return (!operation_ || row.operation == *operation_) && (!outcome_ || row.outcome == *outcome_) &&
           (!refused_only_ || row.outcome != allowed_);
  }

  // The rows that the query is about.
  template <class Visit>
  Result<void> scan(const Visit& visit) {
    const std::int64_t first = first_bucket(), end = first + static_cast<std::int64_t>(buckets());
    for (const Run& run : runs_of(marks_, query_.granularity, first, end)) {
      const std::int64_t at_once = every_key() ? kBucketsOfEvery : kBucketsOfOne;
      for (std::int64_t from = run.first; from < run.end; from += at_once) {
        const Run part{run.table, from, std::min(from + at_once, run.end), run.length_ms};
        LK_TRY(scan_part(part, visit));
      }
    }
    return {};
  }

  template <class Visit>
  Result<void> scan_part(const Run& part, const Visit& visit) {
    if (every_key()) return read_rows(part, "u.key > ?4", kWholeTenant, visit);
    if (query_.keys.empty()) return read_rows(part, "u.key = ?4", kWholeTenant, visit);
    for (const std::int64_t key : keys_) LK_TRY(read_rows(part, "u.key = ?4", key, visit));
    return {};
  }

  template <class Visit>
  Result<void> read_rows(const Run& part, std::string_view whose, std::int64_t key, const Visit& visit) {
    // A seek for each bucket. SQLite keeps to the order of a CROSS JOIN.
    Statement rows = db_.prepare(fmt::format(
        "WITH RECURSIVE b (bucket) AS (SELECT CAST(?1 AS BIGINT) UNION ALL SELECT bucket + 1 FROM b WHERE bucket < ?2 "
        "- 1) "
        "SELECT u.bucket, u.key, u.operation, u.outcome, u.status_class, u.count, u.latency FROM b CROSS JOIN {} AS u "
        "WHERE u.bucket = b.bucket AND u.tenant = ?3 AND {}",
        part.table, whose));
    rows.bind(part.first, part.end, tenant_, key);
    for (;;) {
      LK_ASSIGN(const bool row, rows.step());
      if (!row) return {};
      const Counted counted{rows.integer(1),
                            rows.integer(2),
                            rows.integer(3),
                            rows.integer(4),
                            static_cast<std::uint64_t>(rows.integer(5)),
                            rows.blob(6)};
      const std::int64_t bucket = rows.integer(0) * part.length_ms / length_ms(query_.granularity) - first_bucket();
      if (wanted(counted)) LK_TRY(visit(counted, static_cast<std::size_t>(bucket)));
    }
  }

  // A tenant may have more keys than can be told; the busiest have a series each.
  Result<void> choose_keys() {
    std::unordered_map<std::int64_t, std::uint64_t> totals;
    LK_TRY(scan([&](const Counted& row, std::size_t) -> Result<void> {
      totals[row.key] += row.count;
      return {};
    }));
    std::vector<std::pair<std::uint64_t, std::int64_t>> order;
    for (const auto& [key, total] : totals) order.emplace_back(total, key);
    std::ranges::sort(order, std::greater{});
    for (std::size_t i = 0; i < std::min(order.size(), UsageStore::kMaxSeries); ++i)
      chosen_.insert({order[i].second, true});
    return {};
  }

  std::int64_t series_of(const Counted& row) const {
    switch (query_.group) {
      case UsageGroup::kAll: return 0;
      case UsageGroup::kOperation: return row.operation;
      case UsageGroup::kOutcome: return row.outcome;
      case UsageGroup::kStatusClass: return row.status_class;
      case UsageGroup::kKey: return every_key() && !chosen_.contains(row.key) ? kRest : row.key;
    }
    return 0;
  }

  Result<void> count(const Counted& row, std::size_t bucket) {
    const auto latency = LatencyHistogram::decode(row.latency);
    if (!latency)
      return fail(ErrorCode::kCorrupt, "The usage database is damaged. Restore it from a backup.", "latency");
    UsageSeries& series = series_[series_of(row)];
    if (series.values.empty()) series.values.resize(buckets());
    series.values[bucket] += row.count;
    series.total += row.count;
    series.latency.add(*latency);
    report_.total += row.count;
    if (row.outcome == allowed_) report_.allowed += row.count;
    report_.latency.add(*latency);
    return {};
  }

  Result<std::string> name_of(std::int64_t number) {
    switch (query_.group) {
      case UsageGroup::kAll: return std::string();
      case UsageGroup::kOperation:
      case UsageGroup::kOutcome: return names_.name_of(db_, number);
      case UsageGroup::kStatusClass: return number == 0 ? std::string("none") : fmt::format("{}xx", number);
      case UsageGroup::kKey: break;
    }
    if (number == kRest) return std::string();
    Statement find = db_.prepare("SELECT key_id FROM subjects WHERE number = ?1");
    find.bind(number);
    LK_ASSIGN(const bool found, find.step());
    if (!found)
      return fail(ErrorCode::kCorrupt, "The usage database is damaged. Restore it from a backup.", "subjects");
    Row row(find);
    const auto id = row.id<KeyTag>();
    LK_TRY(row.sound("subjects"));
    return id.to_string();
  }

  Result<UsageReport> finish() {
    if (query_.group == UsageGroup::kAll && series_.empty()) series_[0].values.resize(buckets());
    for (auto& [number, series] : series_) {
      LK_ASSIGN(series.name, name_of(number));
      series.rest = number == kRest;
      report_.series.push_back(std::move(series));
    }
    std::ranges::sort(report_.series, [](const UsageSeries& a, const UsageSeries& b) {
      if (a.rest != b.rest) return b.rest;
      return a.total != b.total ? a.total > b.total : a.name < b.name;
    });
    return std::move(report_);
  }

  static constexpr std::int64_t kRest = -1;
  Connection& db_;
  Names& names_;
  const UsageQuery& query_;
  Marks marks_;
  std::int64_t tenant_ = -1, allowed_ = -1;
  std::vector<std::int64_t> keys_;
  std::optional<std::int64_t> operation_, outcome_;
  bool refused_only_ = false;
  std::unordered_map<std::int64_t, bool> chosen_;
  std::unordered_map<std::int64_t, UsageSeries> series_;
  UsageReport report_;
};

}  // namespace

Result<UsageReport> report_usage(Connection& db, Names& names, const UsageQuery& query) {
  return Reporter(db, names, query).run();
}

namespace {

// And the key's id where several keys are asked for at once.
#define LK_SECRET_USE_COLUMNS "u.secret, u.at, u.address, u.user_agent, u.operation"

Result<void> append_secret_uses(Connection& db, Names& names, Statement& found, TenantId tenant,
                                std::optional<KeyId> key, std::vector<SecretUse>& uses) {
  for (;;) {
    LK_ASSIGN(const bool there, found.step());
    if (!there) return {};
    Row row(found);
    SecretUse& use = uses.emplace_back();
    use.tenant = tenant;
    use.secret = static_cast<std::uint64_t>(row.integer());
    use.at = row.instant();
    std::array<std::uint8_t, 16> address{};
    row.bytes(address);
    use.address = IpAddress(address);
    row.text(use.user_agent);
    LK_ASSIGN(use.operation, names.name_of(db, row.integer()));
    use.key = key ? *key : row.id<KeyTag>();
    LK_TRY(row.sound("secret_uses"));
  }
}

// In one statement, for each costs a way to the server and back, and a page of keys is many.
Result<std::vector<SecretUse>> secret_uses_together(Connection& db, Names& names, TenantId tenant,
                                                    const std::vector<KeyId>& keys) {
  Statement find = db.prepare("SELECT " LK_SECRET_USE_COLUMNS
                              ", s.key_id FROM unnest(CAST(?2 AS BYTEA[])) AS p (key_id) "
                              "JOIN subjects AS s ON s.tenant_id = ?1 AND coalesce(s.key_id, '\\x'::BYTEA) = p.key_id "
                              "JOIN secret_uses AS u ON u.key = s.number");
  ArrayText ids;
  for (const KeyId& key : keys) ids.add(key.bytes());
  find.bind(tenant.bytes(), ids.text());
  std::vector<SecretUse> uses;
  LK_TRY(append_secret_uses(db, names, find, tenant, std::nullopt, uses));
  return uses;
}

}  // namespace

Result<std::vector<SecretUse>> read_secret_uses(Connection& db, Names& names, TenantId tenant,
                                                const std::vector<KeyId>& keys) {
  if (db.dialect() != Dialect::kSqlite) return secret_uses_together(db, names, tenant, keys);
  std::vector<SecretUse> uses;
  Statement find = db.prepare("SELECT " LK_SECRET_USE_COLUMNS " FROM secret_uses AS u WHERE u.key = ?1");
  for (const KeyId& key : keys) {
    LK_ASSIGN(const std::optional<std::int64_t> number, find_subject(db, tenant, key));
    if (!number) continue;
    find.reset();
    find.bind(*number);
    LK_TRY(append_secret_uses(db, names, find, tenant, key, uses));
  }
  return uses;
}

Result<AddressReport> read_addresses(Connection& db, TenantId tenant, KeyId key, std::int64_t from_day,
                                     std::int64_t to_day) {
  AddressReport report;
  LK_ASSIGN(const std::optional<std::int64_t> number, find_subject(db, tenant, key));
  Statement rows = db.prepare("SELECT address, first_at, last_at, count FROM addresses WHERE day = ?1 AND key = ?2");
  std::map<IpAddress, AddressUse> found;
  for (std::int64_t day = from_day; day <= to_day; ++day) {
    report.per_day.emplace_back(day, 0);
    if (!number) continue;
    rows.reset();
    rows.bind(day, *number);
    for (;;) {
      LK_ASSIGN(const bool there, rows.step());
      if (!there) break;
      ++report.per_day.back().second;
      Row row(rows);
      std::array<std::uint8_t, 16> bytes{};
      row.bytes(bytes);
      AddressUse& use = found[IpAddress(bytes)];
      const Instant first = row.instant(), last = row.instant();
      if (use.count == 0) use.first = first;
      use.first = std::min(use.first, first);
      use.last = std::max(use.last, last);
      use.count += static_cast<std::uint64_t>(row.integer());
      use.day = day;
      LK_TRY(row.sound("addresses"));
    }
  }
  for (auto& [address, use] : found) {
    use.key = key;
    use.tenant = tenant;
    use.address = address;
    report.addresses.push_back(use);
  }
  std::ranges::sort(report.addresses, std::greater{}, &AddressUse::last);
  report.more = report.addresses.size() > UsageStore::kMaxAddresses;
  if (report.more) report.addresses.resize(UsageStore::kMaxAddresses);
  return report;
}

Result<std::vector<Refusal>> read_refusals(Connection& db, Names& names, TenantId tenant, std::optional<KeyId> key,
                                           const std::optional<std::string>& outcome, int limit) {
  std::vector<Refusal> refusals;
  LK_ASSIGN(const std::optional<std::int64_t> subject, find_subject(db, tenant, key));
  std::optional<std::int64_t> wanted;
  if (outcome) {
    LK_ASSIGN(wanted, names.find(db, *outcome));
  }
  if (!subject || (outcome && !wanted)) return refusals;
  Statement rows = db.prepare(fmt::format(
      "SELECT r.at, r.outcome, r.operation, r.address, r.user_agent, r.detail, r.request_id, s.key_id FROM refusals AS "
      "r"
      " JOIN subjects AS s ON s.number = r.key WHERE r.{} = ?1 {} ORDER BY r.at DESC, r.number DESC LIMIT ?3",
      key ? "key" : "tenant", wanted ? "AND r.outcome = ?2" : "AND CAST(?2 AS BIGINT) IS NULL"));
  rows.bind(*subject, wanted, limit);
  for (;;) {
    LK_ASSIGN(const bool found, rows.step());
    if (!found) return refusals;
    Row row(rows);
    Refusal& refusal = refusals.emplace_back();
    refusal.tenant = tenant;
    refusal.at = row.instant();
    LK_ASSIGN(refusal.outcome, names.name_of(db, row.integer()));
    LK_ASSIGN(refusal.operation, names.name_of(db, row.integer()));
    std::array<std::uint8_t, 16> bytes{};
    row.bytes(bytes);
    refusal.address = IpAddress(bytes);
    row.text(refusal.user_agent);
    row.text(refusal.detail);
    row.text(refusal.request_id);
    refusal.key = row.id<KeyTag>();
    LK_TRY(row.sound("refusals"));
  }
}

}  // namespace latchkey::store::tables
