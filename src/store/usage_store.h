// Where counted uses are kept, by the minute, hour and day: the port. Adapters: store/sqlite/usage, store/postgres/usage.
//
// A key's uses are also kept summed up for its tenant. Minutes become hours and hours days (roll_up) without changing any
// answer: a report reads whatever is kept of each moment. Thread-safe; calls block. Errors: kUnavailable (busy, disk
// full), kCorrupt, kTooNew.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "core/ids.h"
#include "core/ip.h"
#include "core/latency.h"
#include "core/observed.h"

namespace latchkey::store {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

// What is written. Texts are the catalog's operation ids ("" for none) and "allowed" or a reason's code; status_class is
// the first digit of the upstream's status, 0 where it gave none.
struct UsageCell {
  KeyId key;
  TenantId tenant;
  std::int64_t minute = 0;  // since 1970
  std::string operation, outcome;
  std::uint8_t status_class = 0;
  std::uint64_t count = 0;
  LatencyHistogram latency;  // of those that were measured
};

// The latest use of one secret.
struct SecretUse {
  KeyId key;
  TenantId tenant;
  std::uint64_t secret = 0;
  Instant at;
  IpAddress address;
  std::string user_agent, operation;
  bool operator==(const SecretUse&) const = default;
};

struct AddressUse {
  KeyId key;
  TenantId tenant;
  std::int64_t day = 0;  // since 1970
  IpAddress address;
  Instant first, last;
  std::uint64_t count = 0;
};

struct Refusal {
  KeyId key;
  TenantId tenant;
  Instant at;
  std::string outcome, detail, operation;
  IpAddress address;
  std::string user_agent, request_id;
};

// Of what a key was let through with (core/observed.h). `name` is the catalog's: an operation, a channel, an attribute;
// empty for marks.
struct Observation {
  KeyId key;
  TenantId tenant;
  ObservedKind kind = ObservedKind::kOperation;
  std::string name;
  Instant first, last;
  std::uint64_t count = 0;
};

// What restrictions on trial (core/trial.h) say of requests of one operation that were let through: "allowed", the code of
// the reason they would be refused for, or kNotJudged.
inline constexpr std::string_view kNotJudged = "not_judged";
struct TrialUse {
  KeyId key;
  TenantId tenant;
  std::int64_t trial = 0;  // its number
  std::string outcome, operation;
  // Of the latest:
  Instant at;
  IpAddress address;
  std::string detail;
  std::uint64_t count = 0;
};

struct UsageBatch {
  std::vector<UsageCell> cells;
  // Of what was let through:
  std::vector<SecretUse> secrets;
  std::vector<AddressUse> addresses;
  std::vector<Refusal> refusals;
  std::vector<Observation> observations = {};
  std::vector<TrialUse> trials = {};
  bool empty() const { return cells.empty() && observations.empty() && trials.empty(); }
};

enum class Granularity { kMinute, kHour, kDay };
std::int64_t length_ms(Granularity granularity);

enum class UsageGroup { kAll, kOperation, kOutcome, kStatusClass, kKey };

struct UsageQuery {
  TenantId tenant{};
  // Empty: the tenant as a whole. Otherwise these keys, summed up unless grouped by key; others' keys count nothing.
  std::vector<KeyId> keys{};
  Instant from{}, to{};  // whole buckets; at most kMaxBuckets
  Granularity granularity = Granularity::kHour;
  UsageGroup group = UsageGroup::kAll;
  std::optional<std::string> operation{};
  std::optional<std::string> outcome{};  // "refused" for all but "allowed"
};

struct UsageSeries {
  std::string name;  // operation, outcome, "2xx" or "none", a key's id; empty for kAll, and for what kMaxSeries left over
  bool rest = false;
  std::vector<std::uint64_t> values;  // by bucket, oldest first
  std::uint64_t total = 0;
  LatencyHistogram latency;
};

struct UsageReport {
  std::vector<UsageSeries> series;  // largest total first; without those that counted nothing, kAll aside
  std::uint64_t total = 0, allowed = 0;
  LatencyHistogram latency;
};

struct AddressReport {
  std::vector<AddressUse> addresses;  // over all days asked for, the one seen last first; `day` is its last
  bool more = false;                  // kMaxAddresses were not enough
  std::vector<std::pair<std::int64_t, std::uint64_t>> per_day;  // day, distinct addresses
};

struct TrialReport {
  std::uint64_t judged = 0, would_refuse = 0, not_judged = 0;  // requests; what would be refused was judged too
  std::vector<TrialUse> examples;  // of what would be refused, the latest first; at most kMaxTrialExamples
};

struct UsageRetention {
  std::int64_t minutes_ms = 48 * kHourMs;
  std::int64_t hours_ms = 90 * kDayMs;
  std::int64_t days_ms = 731 * kDayMs;
};

class UsageStore {
 public:
  static constexpr std::size_t kMaxBuckets = 3'000;
  static constexpr std::size_t kMaxSeries = 200;
  static constexpr std::size_t kMaxAddresses = 1'000;
  // Of one key and day; more are not remembered apart.
  static constexpr std::size_t kMaxAddressesOfADay = 10'000;
  // Of one key and reason; the older ones go.
  static constexpr std::size_t kMaxRefusals = 100;
  static constexpr std::size_t kMaxTrialExamples = 20;
  static constexpr std::int64_t kAddressesKeptMs = 90 * kDayMs;
  // Since their last use.
  static constexpr std::int64_t kObservationsKeptMs = 366 * kDayMs;

  virtual ~UsageStore() = default;

  // All of it or nothing. Adds to what is there, also where it was rolled up already.
  virtual Result<void> add(const UsageBatch& batch) = 0;

  virtual Result<UsageReport> report(const UsageQuery& query) = 0;
  // Of every secret of these keys that was ever used; in no order.
  virtual Result<std::vector<SecretUse>> secret_uses(TenantId tenant, const std::vector<KeyId>& keys) = 0;
  virtual Result<AddressReport> addresses(TenantId tenant, KeyId key, std::int64_t from_day, std::int64_t to_day) = 0;
  // Newest first. Without a key: of all keys of the tenant.
  virtual Result<std::vector<Refusal>> refusals(TenantId tenant, std::optional<KeyId> key,
                                                const std::optional<std::string>& outcome, int limit) = 0;

  // What was seen at `since` or later; in no order. `first` and `count` may reach back further.
  virtual Result<std::vector<Observation>> observations(TenantId tenant, KeyId key, Instant since) = 0;
  virtual Result<TrialReport> trial(TenantId tenant, KeyId key, std::int64_t number) = 0;

  // Sums up hours and days that are over, and forgets what is older than it has to be kept. In steps that each hold the
  // store shortly; call it every minute.
  virtual Result<void> roll_up(Instant now, const UsageRetention& retention) = 0;
};

}  // namespace latchkey::store
