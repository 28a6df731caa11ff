// How long a report takes over what ten million recorded cells became: a month of 1,000 keys, of 8 operations each, written
// minute by minute and rolled up every hour as a running server does. Asked is one key, over the month, by the hour and by
// the day, grouped by operation; medians of 21.
//
//   bench_usage_store [CELLS]     (10,000,000)
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "base/random.h"
#include "store/sqlite/usage/sqlite_usage_store.h"

namespace {

using namespace latchkey;
using Steady = std::chrono::steady_clock;

constexpr int kKeys = 1'000;
constexpr int kOperations = 8;
constexpr std::int64_t kDays = 30;
constexpr std::int64_t kFirstMinute = 20'500 * 1'440;

double seconds_since(Steady::time_point start) { return std::chrono::duration<double>(Steady::now() - start).count(); }

void fail_if(bool failed, const Error& error) {
  if (!failed) return;
  std::fprintf(stderr, "%s %s\n", error.message.c_str(), error.detail.c_str());
  std::exit(1);
}

double median_ms(store::UsageStore& usage, const store::UsageQuery& query, std::uint64_t& total) {
  std::vector<double> times;
  for (int i = 0; i < 21; ++i) {
    const auto start = Steady::now();
    const auto report = usage.report(query);
    times.push_back(seconds_since(start) * 1e3);
    fail_if(!report, report ? Error{} : report.error());
    total = report->total;
  }
  std::ranges::nth_element(times, times.begin() + 10);
  return times[10];
}

}  // namespace

int main(int count, char** arguments) {
  std::int64_t cells = 10'000'000;
  if (count > 1) {
    const std::string_view text = arguments[1];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cells);
    if (error != std::errc{} || end != text.data() + text.size() || cells < 1) {
      std::fprintf(stderr, "CELLS must be a whole number from 1 on.\n");
      return 2;
    }
  }
  const auto directory = std::filesystem::temp_directory_path() / fmt::format("latchkey-bench-{}", Steady::now().time_since_epoch().count());
  std::filesystem::create_directory(directory);
  auto opened = store::SqliteUsageStore::open((directory / "usage.db").string());
  fail_if(!opened, opened ? Error{} : opened.error());
  store::UsageStore& usage = **opened;

  SeededRandom random(1);
  std::mt19937_64 rng(1);
  const TenantId tenant = TenantId::make({1}, random);
  std::vector<KeyId> keys;
  for (int i = 0; i < kKeys; ++i) keys.push_back(KeyId::make({i}, random));

  const std::int64_t minutes = kDays * 1'440;
  std::int64_t written = 0;
  double adding_s = 0, rolling_s = 0;
  for (std::int64_t minute = 0; minute < minutes; ++minute) {
    store::UsageBatch batch;
    for (; written < cells * (minute + 1) / minutes; ++written) {
      // Every (key, operation) in turn, so that each cell of a minute is another one.
      const auto which = static_cast<std::size_t>(written) % (kKeys * kOperations);
      store::UsageCell& cell = batch.cells.emplace_back();
      cell.key = keys[which / kOperations];
      cell.tenant = tenant;
      cell.minute = kFirstMinute + minute;
      cell.operation = fmt::format("Operation{}", which % kOperations);
      cell.outcome = "allowed";
      cell.status_class = 2;
      cell.count = 1 + rng() % 100;
      cell.latency.add(static_cast<std::uint8_t>(20 + rng() % 20), cell.count);
    }
    auto start = Steady::now();
    const auto added = usage.add(batch);
    fail_if(!added, added ? Error{} : added.error());
    adding_s += seconds_since(start);
    if (minute % 60 != 59) continue;
    start = Steady::now();
    const auto rolled = usage.roll_up({(kFirstMinute + minute + 4) * store::kMinuteMs}, {});
    fail_if(!rolled, rolled ? Error{} : rolled.error());
    rolling_s += seconds_since(start);
  }
  std::printf("%lld cells of %d keys over %lld days: written in %.1f s (%.0f cells/s), rolled up in %.1f s, %.0f MB\n",
              static_cast<long long>(written), kKeys, static_cast<long long>(kDays), adding_s, static_cast<double>(written) / adding_s, rolling_s,
              static_cast<double>(std::filesystem::file_size(directory / "usage.db")) / 1e6);

  store::UsageQuery query{.tenant = tenant, .keys = {keys[500]}, .group = store::UsageGroup::kOperation};
  query.from = {kFirstMinute * store::kMinuteMs};
  query.to = {(kFirstMinute + minutes) * store::kMinuteMs};
  std::uint64_t total = 0;
  for (const auto& [name, granularity] : {std::pair{"hour", store::Granularity::kHour}, {"day", store::Granularity::kDay}}) {
    query.granularity = granularity;
    const double ms = median_ms(usage, query, total);
    std::printf("one key, one month, by the %s: %.2f ms (must: 200 ms, %s)\n", name, ms, ms < 200 ? "met" : "missed");
  }
  query.keys.clear();
  query.group = store::UsageGroup::kKey;
  std::printf("the tenant, one month, by the day and key: %.2f ms\n", median_ms(usage, query, total));
  opened->reset();
  std::filesystem::remove_all(directory);
  return 0;
}
