#include "api/usage_query.h"

#include "api/query.h"

namespace latchkey::api {
namespace {

using store::Granularity;
using store::UsageGroup;

constexpr std::size_t kMaxNameCharacters = 200;
constexpr std::int64_t kDefaultRangeMs = store::kDayMs;

std::optional<Instant> read_time(QueryReader& query, std::string_view name) {
  const auto text = query.text(name, kMaxNameCharacters);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time) {
    query.mistake(fmt::format("The parameter {} must be a time, such as 2026-05-01T09:30:00Z (write + as %2B).", name));
  }
  return time;
}

std::optional<Granularity> read_granularity(QueryReader& query) {
  const auto text = query.text("granularity", kMaxNameCharacters);
  if (!text) return std::nullopt;
  if (*text == "minute") return Granularity::kMinute;
  if (*text == "hour") return Granularity::kHour;
  if (*text == "day") return Granularity::kDay;
  query.mistake("The parameter granularity must be minute, hour or day.");
  return std::nullopt;
}

UsageGroup read_group(QueryReader& query, bool of_one_key) {
  const auto text = query.text("group_by", kMaxNameCharacters);
  if (!text) return UsageGroup::kAll;
  if (*text == "operation") return UsageGroup::kOperation;
  if (*text == "outcome") return UsageGroup::kOutcome;
  if (*text == "status_class") return UsageGroup::kStatusClass;
  if (*text == "key" && !of_one_key) return UsageGroup::kKey;
  query.mistake(of_one_key ? "The parameter group_by must be operation, outcome or status_class."
                           : "The parameter group_by must be operation, outcome, status_class or key.");
  return UsageGroup::kAll;
}

std::vector<KeyId> read_keys(QueryReader& query) {
  std::vector<KeyId> keys;
  for (const std::string& text : query.texts("key", kMaxNameCharacters)) {
    const auto id = KeyId::parse(text);
    if (!id) {
      query.mistake("The parameter key must be the id of an API key; repeat it to ask about several.");
      return {};
    }
    keys.push_back(*id);
  }
  return keys;
}

Granularity granularity_for(std::int64_t range_ms) {
  if (range_ms <= 6 * store::kHourMs) return Granularity::kMinute;
  return range_ms <= 14 * store::kDayMs ? Granularity::kHour : Granularity::kDay;
}

std::int64_t kept_ms(Granularity granularity, const store::UsageRetention& retention) {
  switch (granularity) {
    case Granularity::kMinute: return retention.minutes_ms;
    case Granularity::kHour: return retention.hours_ms;
    case Granularity::kDay: return retention.days_ms;
  }
  return 0;
}

// Whether the caller asks for CSV by the parameter or, failing that, by what it accepts.
bool read_csv(QueryReader& query, const net::RequestHead& head) {
  const auto text = query.text("format", kMaxNameCharacters);
  if (!text) return head.find("Accept").starts_with("text/csv");
  if (*text != "csv" && *text != "json") query.mistake("The parameter format must be json or csv.");
  return *text == "csv";
}

void check_range(QueryReader& query, const store::UsageQuery& out, Instant now, const store::UsageRetention& retention) {
  const std::int64_t length = store::length_ms(out.granularity);
  const std::string_view name = to_string(out.granularity);
  if (out.from >= out.to) {
    query.mistake("The parameter from must be before to.");
  } else if ((out.to.unix_ms - out.from.unix_ms) / length > static_cast<std::int64_t>(store::UsageStore::kMaxBuckets)) {
    query.mistake(fmt::format("The range has more than {} {}s; ask for a shorter one or a larger granularity.",
                              store::UsageStore::kMaxBuckets, name));
  } else if (const std::int64_t kept = kept_ms(out.granularity, retention); out.from.unix_ms < now.unix_ms - kept - length) {
    query.mistake(fmt::format("Usage by the {} is kept for {}; ask for a later range or a larger granularity.", name,
                              kept % store::kDayMs == 0 && kept > 2 * store::kDayMs
                                  ? fmt::format("{} days", kept / store::kDayMs)
                                  : fmt::format("{} hours", kept / store::kHourMs)));
  }
}

}  // namespace

std::string_view to_string(Granularity granularity) {
  switch (granularity) {
    case Granularity::kMinute: return "minute";
    case Granularity::kHour: return "hour";
    case Granularity::kDay: return "day";
  }
  return "";
}

std::string_view to_string(UsageGroup group) {
  switch (group) {
    case UsageGroup::kAll: return "";
    case UsageGroup::kOperation: return "operation";
    case UsageGroup::kOutcome: return "outcome";
    case UsageGroup::kStatusClass: return "status_class";
    case UsageGroup::kKey: return "key";
  }
  return "";
}

std::expected<UsageRequest, Problem> read_usage_query(const ApiRequest& request, TenantId tenant, std::optional<KeyId> key,
                                                      Instant now, const store::UsageRetention& retention) {
  QueryReader query(request.query, key ? "" : "key");
  UsageRequest out;
  out.query.tenant = tenant;
  const std::optional<Instant> to = read_time(query, "to"), from = read_time(query, "from");
  out.query.to = to.value_or(now);
  out.query.from = from.value_or(Instant{out.query.to.unix_ms - kDefaultRangeMs});
  const auto granularity = read_granularity(query);
  out.query.granularity = granularity.value_or(granularity_for(out.query.to.unix_ms - out.query.from.unix_ms));
  out.query.group = read_group(query, key.has_value());
  out.query.operation = query.text("operation", kMaxNameCharacters);
  out.query.outcome = query.text("outcome", kMaxNameCharacters);
  if (key) {
    out.query.keys = {*key};
  } else {
    out.query.keys = read_keys(query);
  }
  out.csv = read_csv(query, request.head);

  const std::int64_t length = store::length_ms(out.query.granularity);
  out.query.from.unix_ms -= out.query.from.unix_ms % length;
  out.query.to.unix_ms += (length - out.query.to.unix_ms % length) % length;
  check_range(query, out.query, now, retention);
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));
  return out;
}

}  // namespace latchkey::api
