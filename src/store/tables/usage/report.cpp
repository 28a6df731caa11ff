#include "store/tables/usage/report.h"

#include <algorithm>

#include "store/sql/row.h"
#include "store/tables/usage/roll_up.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr std::string_view kAllowed = "allowed";

// One bucket of one table.
struct Piece {
  std::string_view table;
  std::int64_t bucket;
};

// What is kept of a bucket of the report: its sum, or the smaller ones that are not summed up yet.
template <class Visit>
Result<void> visit_pieces(const Marks& marks, Granularity granularity, std::int64_t bucket, const Visit& visit) {
  switch (granularity) {
    case Granularity::kMinute: return visit(Piece{"usage_minutes", bucket});
    case Granularity::kHour:
      if (bucket < marks.hours) return visit(Piece{"usage_hours", bucket});
      for (std::int64_t minute = bucket * 60; minute < (bucket + 1) * 60; ++minute) {
        LK_TRY(visit_pieces(marks, Granularity::kMinute, minute, visit));
      }
      return {};
    case Granularity::kDay:
      if (bucket < marks.days) return visit(Piece{"usage_days", bucket});
      for (std::int64_t hour = bucket * 24; hour < (bucket + 1) * 24; ++hour) {
        LK_TRY(visit_pieces(marks, Granularity::kHour, hour, visit));
      }
      return {};
  }
  return {};
}

// A row of any of the tables.
struct Counted {
  std::int64_t key, operation, outcome, status_class;
  std::uint64_t count;
  std::span<const std::uint8_t> latency;
};

class Reporter {
 public:
  Reporter(Connection& db, const Names& names, const UsageQuery& query) : db_(db), names_(names), query_(query) {}

  Result<UsageReport> run() {
    LK_ASSIGN(marks_, read_marks(db_));
    LK_ASSIGN(const std::optional<std::int64_t> tenant, find_subject(db_, query_.tenant, std::nullopt));
    tenant_ = tenant.value_or(-1);
    for (const KeyId key : query_.keys) {
      LK_ASSIGN(const std::optional<std::int64_t> number, find_subject(db_, query_.tenant, key));
      if (number) keys_.push_back(*number);
    }
    allowed_ = names_.find(kAllowed).value_or(-1);
    if (query_.operation) operation_ = names_.find(*query_.operation).value_or(-1);
    if (query_.outcome && *query_.outcome != "refused") outcome_ = names_.find(*query_.outcome).value_or(-1);
    refused_only_ = query_.outcome && *query_.outcome == "refused";
    if (tenant) {
      if (every_key()) LK_TRY(choose_keys());
      LK_TRY(scan([this](const Counted& row, std::size_t bucket) { return count(row, bucket); }));
    }
    return finish();
  }

 private:
  bool every_key() const { return query_.keys.empty() && query_.group == UsageGroup::kKey; }
  std::int64_t first_bucket() const { return query_.from.unix_ms / length_ms(query_.granularity); }
  std::size_t buckets() const {
    return static_cast<std::size_t>(query_.to.unix_ms / length_ms(query_.granularity) - first_bucket());
  }

  bool wanted(const Counted& row) const {
    return (!operation_ || row.operation == *operation_) && (!outcome_ || row.outcome == *outcome_) &&
           (!refused_only_ || row.outcome != allowed_);
  }

  // The rows that the query is about, bucket by bucket.
  template <class Visit>
  Result<void> scan(const Visit& visit) {
    for (std::size_t i = 0; i < buckets(); ++i) {
      const auto read = [&](const Piece& piece) -> Result<void> {
        if (every_key()) return read_rows(piece, "key > ?3", kWholeTenant, i, visit);
        if (query_.keys.empty()) return read_rows(piece, "key = ?3", kWholeTenant, i, visit);
        for (const std::int64_t key : keys_) LK_TRY(read_rows(piece, "key = ?3", key, i, visit));
        return {};
      };
      LK_TRY(visit_pieces(marks_, query_.granularity, first_bucket() + static_cast<std::int64_t>(i), read));
    }
    return {};
  }

  template <class Visit>
  Result<void> read_rows(const Piece& piece, std::string_view whose, std::int64_t key, std::size_t bucket,
                         const Visit& visit) {
    Statement rows = db_.prepare(fmt::format(
        "SELECT key, operation, outcome, status_class, count, latency FROM {} WHERE bucket = ?1 AND tenant = ?2 AND {}",
        piece.table, whose));
    rows.bind(piece.bucket, tenant_, key);
    for (;;) {
      LK_ASSIGN(const bool row, rows.step());
      if (!row) return {};
      const Counted counted{rows.integer(0),
                            rows.integer(1),
                            rows.integer(2),
                            rows.integer(3),
                            static_cast<std::uint64_t>(rows.integer(4)),
                            rows.blob(5)};
      if (wanted(counted)) LK_TRY(visit(counted, bucket));
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
      case UsageGroup::kOutcome: return names_.name_of(number);
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
  const Names& names_;
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

Result<UsageReport> report_usage(Connection& db, const Names& names, const UsageQuery& query) {
  return Reporter(db, names, query).run();
}

Result<std::vector<SecretUse>> read_secret_uses(Connection& db, const Names& names, TenantId tenant,
                                                const std::vector<KeyId>& keys) {
  std::vector<SecretUse> uses;
  Statement find = db.prepare("SELECT secret, at, address, user_agent, operation FROM secret_uses WHERE key = ?1");
  for (const KeyId key : keys) {
    LK_ASSIGN(const std::optional<std::int64_t> number, find_subject(db, tenant, key));
    if (!number) continue;
    find.reset();
    find.bind(*number);
    for (;;) {
      LK_ASSIGN(const bool found, find.step());
      if (!found) break;
      Row row(find);
      SecretUse& use = uses.emplace_back();
      use.key = key;
      use.tenant = tenant;
      use.secret = static_cast<std::uint64_t>(row.integer());
      use.at = row.instant();
      std::array<std::uint8_t, 16> address{};
      row.bytes(address);
      use.address = IpAddress(address);
      row.text(use.user_agent);
      use.operation = names.name_of(row.integer());
      LK_TRY(row.sound("secret_uses"));
    }
  }
  return uses;
}

Result<AddressReport> read_addresses(Connection& db, TenantId tenant, KeyId key, std::int64_t from_day,
                                     std::int64_t to_day) {
  AddressReport report;
  LK_ASSIGN(const std::optional<std::int64_t> number, find_subject(db, tenant, key));
  Statement count = db.prepare("SELECT count(*) FROM addresses WHERE day = ?1 AND key = ?2");
  Statement rows = db.prepare("SELECT address, first_at, last_at, count FROM addresses WHERE day = ?1 AND key = ?2");
  std::map<IpAddress, AddressUse> found;
  for (std::int64_t day = from_day; day <= to_day; ++day) {
    report.per_day.emplace_back(day, 0);
    if (!number) continue;
    count.reset();
    count.bind(day, *number);
    LK_TRY(count.step());
    report.per_day.back().second = static_cast<std::uint64_t>(count.integer(0));
    rows.reset();
    rows.bind(day, *number);
    for (;;) {
      LK_ASSIGN(const bool there, rows.step());
      if (!there) break;
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

Result<std::vector<Refusal>> read_refusals(Connection& db, const Names& names, TenantId tenant,
                                           std::optional<KeyId> key, const std::optional<std::string>& outcome,
                                           int limit) {
  std::vector<Refusal> refusals;
  LK_ASSIGN(const std::optional<std::int64_t> subject, find_subject(db, tenant, key));
  const std::optional<std::int64_t> wanted = outcome ? names.find(*outcome) : std::nullopt;
  if (!subject || (outcome && !wanted)) return refusals;
  Statement rows = db.prepare(fmt::format(
      "SELECT r.at, r.outcome, r.operation, r.address, r.user_agent, r.detail, r.request_id, s.key_id FROM refusals AS "
      "r"
      " JOIN subjects AS s ON s.number = r.key WHERE r.{} = ?1 {} ORDER BY r.at DESC, r.number DESC LIMIT ?3",
      key ? "key" : "tenant", wanted ? "AND r.outcome = ?2" : "AND ?2 IS NULL"));
  rows.bind(*subject, wanted, limit);
  for (;;) {
    LK_ASSIGN(const bool found, rows.step());
    if (!found) return refusals;
    Row row(rows);
    Refusal& refusal = refusals.emplace_back();
    refusal.tenant = tenant;
    refusal.at = row.instant();
    refusal.outcome = names.name_of(row.integer());
    refusal.operation = names.name_of(row.integer());
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
