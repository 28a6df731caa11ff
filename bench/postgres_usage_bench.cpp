// What it takes to count in PostgreSQL: nodes that each write what 5,000 keys did in a second, every second; then the hour
// is summed up, and reports are read. The server is started here, with fsync, on the same machine.
//
//   bench_postgres_usage
#include <algorithm>
#include <thread>

#include "base/random.h"
#include "bench_place.h"
#include "report.h"
#include "store/postgres/postgres_fixture.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/usage/postgres_usage_store.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;
using store::PostgresUsageStore;

constexpr int kCells = 5'000;
constexpr std::int64_t kFirstMinute = 20'500 * 1'440;
constexpr int kMinutes = 60;
constexpr int kRounds = 12;  // batches of a node that are measured

struct World {
  SeededRandom random{1};
  TenantId tenant = TenantId::make({1}, random);
  std::vector<KeyId> keys;
};

// One second of one node: each key was used, with one secret, from one address.
store::UsageBatch one_second(const World& world, std::int64_t minute, int node) {
  store::UsageBatch batch;
  for (int i = 0; i < kCells; ++i) {
    const KeyId& key = world.keys[static_cast<std::size_t>(i)];
    store::UsageCell& cell = batch.cells.emplace_back();
    cell = {key, world.tenant, minute, fmt::format("Operation{}", i % 8), "allowed", 2, 10, {}};
    for (int bucket = 0; bucket < 4; ++bucket) cell.latency.add(static_cast<std::uint8_t>(20 + (i + bucket) % 20), 2);
    const Instant at{minute * store::kMinuteMs};
    const IpAddress address = IpAddress::v4(10, static_cast<std::uint8_t>(node), static_cast<std::uint8_t>(i >> 8),
                                            static_cast<std::uint8_t>(i));
    batch.secrets.push_back({key, world.tenant, static_cast<std::uint64_t>(i), at, address, "curl/8.1",
                             cell.operation});
    batch.addresses.push_back({key, world.tenant, minute / 1'440, address, at, at, 10});
    batch.observations.push_back({key, world.tenant, ObservedKind::kOperation, cell.operation, at, at, 10});
  }
  return batch;
}

double percentile(std::vector<double>& sorted, double part) {
  std::ranges::sort(sorted);
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

void add(Report& report, std::string name, double value, std::string unit) {
  Row row;
  row.name = std::move(name);
  row.value = value;
  row.unit = std::move(unit);
  report.add(row);
}

// All at once, which is worse than nodes that each choose their moment.
void measure_adding(Report& report, const World& world, std::vector<std::unique_ptr<PostgresUsageStore>>& nodes) {
  std::vector<std::vector<double>> took(nodes.size());
  const auto start = Steady::now();
  {
    std::vector<std::jthread> adding;
    for (std::size_t node = 0; node < nodes.size(); ++node) {
      adding.emplace_back([&, node] {
        const auto batch = one_second(world, kFirstMinute, static_cast<int>(node));
        for (int round = 0; round < kRounds; ++round) {
          const auto began = Steady::now();
          must(nodes[node]->add(batch));
          took[node].push_back(seconds_since(began));
        }
      });
    }
  }
  const double seconds = seconds_since(start);
  std::vector<double> all;
  for (const auto& of_node : took) all.insert(all.end(), of_node.begin(), of_node.end());
  const std::string name = fmt::format("postgres.usage.add.{}_nodes", nodes.size());
  add(report, name, static_cast<double>(all.size()) * kCells / seconds, "cells/s");
  add(report, name + ".median", percentile(all, 0.5) * 1e3, "ms");
  add(report, name + ".longest", percentile(all, 1) * 1e3, "ms");
}

void measure_summing_up(Report& report, const World& world, PostgresUsageStore& node) {
  for (int minute = 1; minute < kMinutes; ++minute) {
    store::UsageBatch batch;
    batch.cells = one_second(world, kFirstMinute + minute, 0).cells;
    must(node.add(batch));
  }
  const auto start = Steady::now();
  must(node.roll_up({(kFirstMinute + kMinutes + 4) * store::kMinuteMs}, {}));
  add(report, "postgres.usage.sum_up_an_hour", seconds_since(start), "s");
}

void measure_reports(Report& report, const World& world, PostgresUsageStore& node) {
  store::UsageQuery query{.tenant = world.tenant,
                          .keys = {world.keys[7]},
                          .from = {kFirstMinute * store::kMinuteMs},
                          .to = {(kFirstMinute + kMinutes) * store::kMinuteMs},
                          .granularity = store::Granularity::kMinute,
                          .group = store::UsageGroup::kOperation};
  std::vector<double> took, uses;
  for (int round = 0; round < kRounds; ++round) {
    auto start = Steady::now();
    must(node.report(query));
    took.push_back(seconds_since(start));
    start = Steady::now();
    must(node.secret_uses(world.tenant, {world.keys.begin(), world.keys.begin() + 100}));
    uses.push_back(seconds_since(start));
  }
  add(report, "postgres.usage.report_by_minute", percentile(took, 0.5) * 1e3, "ms");
  add(report, "postgres.usage.last_uses_of_100_keys", percentile(uses, 0.5) * 1e3, "ms");
}

}  // namespace

int main() {
  store::postgres::TestServer server(store::postgres::TestServer::Durability::kFull);
  const store::postgres::TestDatabase database(server);
  must(store::PostgresStore::open(database.settings(), store::OpenMode::kCreateIfMissing));
  World world;
  for (int i = 0; i < kCells; ++i) world.keys.push_back(KeyId::make({i}, world.random));
  Report report;
  report.about(
      fmt::format("PostgreSQL beside the nodes, with fsync; a batch is {} cells with a secret, an address and an "
                  "operation each",
                  kCells));
  std::vector<std::unique_ptr<PostgresUsageStore>> nodes;
  for (const std::size_t count : {1, 3}) {
    while (nodes.size() < count) nodes.push_back(must(PostgresUsageStore::open(database.settings())));
    measure_adding(report, world, nodes);
  }
  measure_summing_up(report, world, *nodes[0]);
  measure_reports(report, world, *nodes[0]);
}
