#include "store/tables/usage/sums.h"

#include <array>
#include <optional>
#include <vector>

#include "store/sql/text.h"

// SQLite has our functions for latencies (sqlite/usage/latency_functions.h). For PostgreSQL they are merged here, and
// thousands of rows go in one statement, for each costs a way to the server and back.
namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr std::size_t kRowsOfAStatement = 5'000;
constexpr int kRowsReadAtOnce = 500;

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Result<LatencyHistogram> decode(std::span<const std::uint8_t> bytes) {
  auto histogram = LatencyHistogram::decode(bytes);
  if (!histogram)
    return fail(ErrorCode::kCorrupt, "The usage database is damaged. Restore it from a backup.", "latency");
  return std::move(*histogram);
}

// ---- SQLite

Result<void> add_one_by_one(Connection& db, std::string_view table, const Sums& sums) {
  Statement upsert = db.prepare(
      fmt::format("INSERT INTO {0} (bucket, tenant, key, operation, outcome, status_class, count, latency)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET count = count + excluded.count,"
                  " latency = merge_latency(latency, excluded.latency)",
                  table));
  for (const auto& [place, sum] : sums) {
    const auto& [bucket, tenant, key, operation, outcome, status_class] = place;
    const std::string latency = sum.latency.encode();
    upsert.bind(bucket, tenant, key, operation, outcome, status_class, static_cast<std::int64_t>(sum.count));
    if (!latency.empty()) upsert.bind_at(8, bytes_of(latency));
    LK_TRY(upsert.run());
    upsert.reset();
  }
  return {};
}

Result<void> sum_up_in_place(Connection& db, const SumUp& what) {
  Statement sum = db.prepare(
      fmt::format("INSERT INTO {} SELECT ?1, tenant, key, operation, outcome, status_class, sum(count), "
                  "sum_latency(latency) FROM {}"
                  " WHERE bucket >= ?2 AND bucket < ?3 GROUP BY tenant, key, operation, outcome, status_class",
                  what.to, what.from));
  sum.bind(what.bucket, what.first, what.end);
  return sum.run();
}

// ---- PostgreSQL

// The columns of a place, as arrays.
class Places {
 public:
  void add(const Place& place) {
    std::apply([&](const auto&... part) { add_all(part...); }, place);
  }
  void bind(Statement& statement) const {
    for (int i = 0; i < kColumns; ++i) statement.bind_at(i + 1, columns_[static_cast<std::size_t>(i)].text());
  }

 private:
  static constexpr int kColumns = 6;
  template <class... Parts>
  void add_all(const Parts&... parts) {
    std::size_t column = 0;
    (columns_[column++].add(parts), ...);
  }
  std::array<ArrayText, kColumns> columns_;
};

#define LK_PLACES                                                                                              \
  "unnest(CAST(?1 AS BIGINT[]), CAST(?2 AS BIGINT[]), CAST(?3 AS BIGINT[]), CAST(?4 AS BIGINT[]), CAST(?5 AS " \
  "BIGINT[]), "                                                                                                \
  "CAST(?6 AS BIGINT[])"

// Merges what the table holds of these places into the sums' latencies. Those without any are left alone.
Result<void> merge_stored(Connection& db, std::string_view table, std::vector<std::pair<Place, Sum>>& sums) {
  Places places;
  for (const auto& [place, sum] : sums) places.add(place);
  Statement query = db.prepare(
      fmt::format("SELECT p.number, u.latency FROM " LK_PLACES
                  ") WITH ORDINALITY AS p (bucket, tenant, key, operation, outcome, status_class, number) JOIN {} AS u "
                  "ON u.bucket = p.bucket AND u.tenant = p.tenant AND u.key = p.key AND u.operation = p.operation "
                  "AND u.outcome = p.outcome AND u.status_class = p.status_class WHERE u.latency IS NOT NULL",
                  table));
  places.bind(query);
  for (;;) {
    LK_ASSIGN(const bool row, query.step());
    if (!row) return {};
    LatencyHistogram& latency = sums.at(static_cast<std::size_t>(query.integer(0) - 1)).second.latency;
    LK_ASSIGN(const LatencyHistogram stored, decode(query.blob(1)));
    if (!latency.empty()) latency.add(stored);
  }
}

enum class Meets { kNothing, kOthers };

Result<void> write_rows(Connection& db, std::string_view table, const std::vector<std::pair<Place, Sum>>& sums,
                        Meets meets) {
  Places places;
  ArrayText counts, latencies;
  for (const auto& [place, sum] : sums) {
    places.add(place);
    counts.add(static_cast<std::int64_t>(sum.count));
    const std::string latency = sum.latency.encode();
    latency.empty() ? latencies.add_null() : latencies.add(bytes_of(latency));
  }
  constexpr std::string_view kAdd =
      " ON CONFLICT (bucket, tenant, key, operation, outcome, status_class) DO UPDATE SET"
      " count = u.count + excluded.count, latency = coalesce(excluded.latency, u.latency)";
  Statement insert =
      db.prepare(fmt::format("INSERT INTO {} AS u (bucket, tenant, key, operation, outcome, status_class, count, "
                             "latency) SELECT * FROM " LK_PLACES ", CAST(?7 AS BIGINT[]), CAST(?8 AS BYTEA[])){}",
                             table, meets == Meets::kOthers ? kAdd : ""));
  places.bind(insert);
  insert.bind_at(7, counts.text());
  insert.bind_at(8, latencies.text());
  return insert.run();
}

Result<void> add_together(Connection& db, std::string_view table, const Sums& sums) {
  std::vector<std::pair<Place, Sum>> part;
  for (auto at = sums.begin(); at != sums.end();) {
    part.assign(1, *at);
    while (++at != sums.end() && part.size() < kRowsOfAStatement) part.push_back(*at);
    LK_TRY(merge_stored(db, table, part));
    LK_TRY(write_rows(db, table, part, Meets::kOthers));
  }
  return {};
}

// The rows of one bucket in the order of their places, which is that of the table's key, a few at a time.
class BucketRows {
 public:
  BucketRows(std::string_view table, std::int64_t bucket) : table_(table), bucket_(bucket) {}

  // Reads on when all that was read is taken. Whether there is a first row.
  Result<bool> ready(Connection& db) {
    if (next_ < rows_.size()) return true;
    if (ended_) return false;
    LK_TRY(read_on(db));
    return !rows_.empty();
  }
  const Place& place() const { return rows_[next_].first; }
  Sum& sum() { return rows_[next_].second; }
  void take() { ++next_; }

 private:
  Result<void> read_on(Connection& db) {
    const auto [none, tenant, key, operation, outcome, status_class] =
        rows_.empty() ? Place(0, INT64_MIN, 0, 0, 0, 0) : rows_.back().first;
    rows_.clear();
    next_ = 0;
    Statement query = db.prepare(
        fmt::format("SELECT tenant, key, operation, outcome, status_class, count, latency FROM {} WHERE bucket = ?1 "
                    "AND (tenant, key, operation, outcome, status_class) > (?2, ?3, ?4, ?5, ?6) "
                    "ORDER BY tenant, key, operation, outcome, status_class LIMIT ?7",
                    table_));
    query.bind(bucket_, tenant, key, operation, outcome, status_class, kRowsReadAtOnce);
    for (;;) {
      LK_ASSIGN(const bool found, query.step());
      if (!found) break;
      const Place place{0, query.integer(0), query.integer(1), query.integer(2), query.integer(3), query.integer(4)};
      LK_ASSIGN(LatencyHistogram latency, decode(query.blob(6)));
      rows_.emplace_back(place, Sum{static_cast<std::uint64_t>(query.integer(5)), std::move(latency)});
    }
    ended_ = rows_.size() < static_cast<std::size_t>(kRowsReadAtOnce);
    return {};
  }

  const std::string_view table_;
  const std::int64_t bucket_;
  std::vector<std::pair<Place, Sum>> rows_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

// The first place of all buckets, with what they hold of it; nothing once all are through.
Result<std::optional<std::pair<Place, Sum>>> take_first(Connection& db, std::vector<BucketRows>& buckets) {
  std::optional<std::pair<Place, Sum>> first;
  std::vector<BucketRows*> with_it;
  for (BucketRows& rows : buckets) {
    LK_ASSIGN(const bool any, rows.ready(db));
    if (!any || (first && first->first < rows.place())) continue;
    if (!first || rows.place() < first->first) {
      first.emplace(rows.place(), Sum());
      with_it.clear();
    }
    with_it.push_back(&rows);
  }
  for (BucketRows* rows : with_it) {
    first->second.count += rows->sum().count;
    first->second.latency.add(rows->sum().latency);
    rows->take();
  }
  return first;
}

// Merges the buckets, so that an hour of any size takes little memory and is sorted by nobody.
Result<void> sum_up_here(Connection& db, const SumUp& what) {
  std::vector<BucketRows> buckets;
  for (std::int64_t bucket = what.first; bucket < what.end; ++bucket) buckets.emplace_back(what.from, bucket);
  std::vector<std::pair<Place, Sum>> sums;
  for (;;) {
    LK_ASSIGN(auto first, take_first(db, buckets));
    if (!first || sums.size() == kRowsOfAStatement) {
      if (!sums.empty()) LK_TRY(write_rows(db, what.to, sums, Meets::kNothing));
      sums.clear();
    }
    if (!first) return {};
    std::get<0>(first->first) = what.bucket;
    sums.push_back(std::move(*first));
  }
}

}  // namespace

Result<void> add_sums(Connection& db, std::string_view table, const Sums& sums) {
  if (sums.empty()) return {};
  return db.dialect() == Dialect::kSqlite ? add_one_by_one(db, table, sums) : add_together(db, table, sums);
}

Result<void> sum_up(Connection& db, const SumUp& what) {
  return db.dialect() == Dialect::kSqlite ? sum_up_in_place(db, what) : sum_up_here(db, what);
}

}  // namespace latchkey::store::tables
