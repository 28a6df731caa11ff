#include "store/tables/key_rows.h"

#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/check.h"
#include "store/tables/feed_table.h"
#include "store/tables/key_table.h"
#include "store/sql/row.h"
#include "store/sql/secrets_blob.h"
#include "store/tables/tenant_table.h"
#include "store/tables/trial_table.h"

namespace latchkey::store::tables {
namespace {

using sql::Connection;
using sql::Row;
using sql::Statement;
using sql::Transaction;

constexpr int kKeyStates = 3;
// Large enough to share one lock of the registry among many rows, small enough to stay in the cache.
constexpr std::size_t kBatch = 256;
// A range of row numbers is what a thread takes at a time: many more than threads, so that all end at about the same
// time, but never so many that gaps in the numbers cost anything.
constexpr std::uint64_t kSmallestRange = 16'384;
constexpr std::uint64_t kMostRanges = 1024;

// Texts of restrictions and limits, and what they say; most rows repeat one that was met before.
class RulesByText {
 public:
  explicit RulesByText(std::atomic<std::uint64_t>& numbers) : numbers_(numbers) {}

  // Null when they say nothing that we would have written. Null text: none.
  const KeyRules* find(std::string_view access_type, std::optional<std::string_view> restrictions,
                       std::optional<std::string_view> limits) {
    text_.clear();
    for (const auto& part : {std::optional(access_type), restrictions, limits}) {
      // Their sizes stand before them, so that no text can pose as two.
      const std::uint64_t size = part ? part->size() : UINT64_MAX;
      text_.append(reinterpret_cast<const char*>(&size), sizeof size);
      if (part) text_.append(*part);
    }
    if (const auto found = rules_.find(text_); found != rules_.end()) return found->second.get();
    auto rules = std::make_unique<KeyRules>();
    rules->access_type = access_type;
    if (restrictions && !sql::from_json(*restrictions, rules->restrictions)) return nullptr;
    if (limits && !sql::from_json(*limits, rules->limits)) return nullptr;
    rules->number = numbers_.fetch_add(1, std::memory_order_relaxed);
    return rules_.emplace(text_, std::move(rules)).first->second.get();
  }

  // No row may name any when this is called.
  void forget_if_many() {
    if (rules_.size() > kMaxRulesRemembered) rules_.clear();
  }

 private:
  std::atomic<std::uint64_t>& numbers_;
  std::string text_;
  std::unordered_map<std::string, std::unique_ptr<KeyRules>> rules_;
};

// The ranges of row numbers that are still to be read, first to last.
class Ranges {
 public:
  Ranges(std::int64_t first, std::int64_t last)
      : first_(first),
        last_(last),
        size_(std::max(kSmallestRange,
                       (static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first)) / kMostRanges + 1)),
        count_((static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first)) / size_ + 1) {}

  struct Range {
    std::int64_t first, last;
  };
  std::optional<Range> take() {
    const std::uint64_t taken = next_.fetch_add(1, std::memory_order_relaxed);
    if (taken >= count_) return std::nullopt;
    // In unsigned numbers, for the distance of two row numbers may be more than a signed one holds.
    const std::uint64_t first = static_cast<std::uint64_t>(first_) + taken * size_;
    const bool is_last = taken + 1 == count_;
    return Range{static_cast<std::int64_t>(first), is_last ? last_ : static_cast<std::int64_t>(first + size_ - 1)};
  }
  void end() { next_.store(count_, std::memory_order_relaxed); }

 private:
  const std::int64_t first_, last_;
  const std::uint64_t size_, count_;
  std::atomic<std::uint64_t> next_{0};
};

// What one thread does.
class RangeReader {
 public:
  RangeReader(Connection& db, const TrialsByKey& trials, std::atomic<std::uint64_t>& rule_numbers,
              const RowVisitor& visitor)
      : db_(db), trials_(trials), rules_(rule_numbers), visitor_(visitor), batch_(kBatch) {}

  Result<void> run(Ranges& ranges) {
    while (const auto range = ranges.take()) {
      auto done = read(*range);
      if (done) continue;
      ranges.end();  // for everyone
      return done;
    }
    hand_over();
    return {};
  }

 private:
  Result<void> read(const Ranges::Range& range) {
    Statement query = db_.prepare(
        "SELECT id, tenant_id, access_type, state, expires_at, version, restrictions, secrets, seal_pepper, seal, "
        "limits FROM api_keys "
        "WHERE number BETWEEN ?1 AND ?2 AND deleted_at IS NULL ORDER BY number");
    query.bind(range.first, range.last);
    for (;;) {
      LK_ASSIGN(const bool found, query.step());
      if (!found) return {};
      LK_TRY(read_row(query, batch_[filled_]));
      if (++filled_ == batch_.size()) hand_over();
    }
  }

  Result<void> read_row(const Statement& query, KeyRow& out) {
    Row row(query);
    out.id = row.id<KeyTag>();
    out.tenant = row.id<TenantTag>();
    const auto access_type = row.maybe_text();
    out.state = row.choice<KeyState>(kKeyStates);
    out.expires_at = row.maybe_instant();
    out.version = row.integer();
    const auto restrictions = row.maybe_text();
    if (!sql::unpack_secrets(row.blob(), out.secrets)) row.unsound();
    out.seal_pepper = static_cast<credential::PepperId>(row.integer());
    row.bytes(out.seal);
    out.rules = rules_.find(access_type.value_or(""), restrictions, row.maybe_text());
    if (out.rules == nullptr) row.unsound();
    out.trial = nullptr;
    if (!trials_.empty()) {
      if (const auto trial = trials_.find(out.id); trial != trials_.end()) out.trial = &trial->second;
    }
    return row.sound("api_keys");
  }

  void hand_over() {
    if (filled_ > 0) visitor_({batch_.data(), filled_});
    filled_ = 0;
    rules_.forget_if_many();
  }

  Connection& db_;
  const TrialsByKey& trials_;
  RulesByText rules_;
  const RowVisitor& visitor_;
  std::vector<KeyRow> batch_;  // reused, and what its rows hold
  std::size_t filled_ = 0;
};

struct Bounds {
  std::int64_t first = 0, last = -1;  // row numbers; none when last is less
};

Result<Bounds> bounds_of_keys(Connection& db) {
  Statement query = db.prepare("SELECT (SELECT min(number) FROM api_keys), (SELECT max(number) FROM api_keys)");
  LK_TRY(query.step());
  if (query.is_null(0)) return Bounds{};
  return Bounds{query.integer(0), query.integer(1)};
}

// In a transaction of its own, whose snapshot is taken by its first read.
struct Snapshot {
  std::unique_ptr<Connection> db;
  std::optional<Transaction> transaction;  // ends before its connection
  FeedPlace place;
};

Result<Snapshot> take_snapshot(const sql::ReadPool::Connect& open) {
  Snapshot snapshot;
  LK_ASSIGN(snapshot.db, open());
  LK_ASSIGN(Transaction transaction, Transaction::begin(*snapshot.db, Connection::Access::kRead));
  snapshot.transaction.emplace(std::move(transaction));
  LK_ASSIGN(snapshot.place, last_place(*snapshot.db));
  return snapshot;
}

}  // namespace

Result<FeedPlace> visit_rows(const sql::ReadPool::Connect& open, const std::function<void(std::size_t)>& expected,
                            const std::function<void(const Tenant&)>& tenant, std::span<const RowVisitor> visitors) {
  LK_CHECK(!visitors.empty());
  std::vector<Snapshot> snapshots;
  while (snapshots.size() < visitors.size()) {
    LK_ASSIGN(Snapshot snapshot, take_snapshot(open));
    snapshots.push_back(std::move(snapshot));
  }
  Connection& latest = *snapshots.back().db;
  LK_TRY(visit_tenants(latest, [&](const Tenant& found) {
    tenant(found);
    return true;
  }));
  LK_ASSIGN(const TrialsByKey trials, read_trials(latest));
  LK_ASSIGN(const Bounds bounds, bounds_of_keys(latest));
  if (bounds.last < bounds.first) return snapshots.front().place;
  // Each key has its own number and, since it was made, a place of its own in the feed.
  const std::uint64_t numbers = static_cast<std::uint64_t>(bounds.last) - static_cast<std::uint64_t>(bounds.first) + 1;
  expected(std::min(numbers, static_cast<std::uint64_t>(snapshots.back().place.sequence)));

  Ranges ranges(bounds.first, bounds.last);
  std::atomic<std::uint64_t> rule_numbers{0};
  std::vector<Result<void>> outcomes(visitors.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < visitors.size(); ++i) {
      threads.emplace_back([&, i] {
        outcomes[i] = RangeReader(*snapshots[i].db, trials, rule_numbers, visitors[i]).run(ranges);
      });
    }
  }
  for (auto& outcome : outcomes) LK_TRY(std::move(outcome));
  return snapshots.front().place;
}

}  // namespace latchkey::store::tables
