// What several nodes on one PostgreSQL get: changes a second, each durable when it is answered; how long until another node
// has read a change; how long a node reads all keys. The server is started here, with fsync, on the same machine.
//
//   bench_postgres [KEYS]     (1,000,000 to read)
#include <algorithm>
#include <atomic>
#include <charconv>
#include <memory>
#include <thread>

#include "base/random.h"
#include "bench_place.h"
#include "report.h"
#include "store/key_row.h"
#include "store/postgres/postgres_fixture.h"
#include "store/postgres/postgres_store.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;
using store::PostgresStore;

constexpr int kRounds = 3;
constexpr double kSecondsOfWriting = 3;
constexpr int kPropagated = 300;

std::unique_ptr<PostgresStore> open_store(const store::postgres::TestDatabase& database) {
  return must(PostgresStore::open(database.settings(), store::OpenMode::kCreateIfMissing));
}

Tenant make_tenant(PostgresStore& node, Random& random) {
  Tenant tenant;
  tenant.id = TenantId::make({1}, random);
  tenant.name = "Acme";
  return must(node.insert_tenant(tenant));
}

store::KeyRecord make_key(TenantId tenant, Random& random) {
  store::KeyRecord record;
  record.key.id = KeyId::make({1}, random);
  record.key.tenant = tenant;
  record.key.access_type = "partner";
  record.key.nickname = record.key.id.to_string();
  record.key.restrictions.channels = {"504"};
  record.secrets = {{1, credential::sha256(record.key.nickname), {1}, std::nullopt}};
  return record;
}

double percentile(std::vector<double>& sorted, double part) {
  std::ranges::sort(sorted);
  return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

void add(Report& report, std::string name, double value, std::string unit) {
  Row row;
  row.name = std::move(name);
  row.value = value;
  row.unit = std::move(unit);
  report.add(row);
}

// Each thread disables and enables a key of its own, over and over, at one of the nodes.
void measure_writing(Report& report, std::vector<std::unique_ptr<PostgresStore>>& nodes, TenantId tenant, int threads) {
  std::vector<std::vector<double>> took(static_cast<std::size_t>(threads));
  const auto start = Steady::now();
  {
    std::vector<std::jthread> writing;
    for (std::size_t i = 0; i < took.size(); ++i) {
      writing.emplace_back([&, i] {
        PostgresStore& node = *nodes[i % nodes.size()];
        SystemRandom random;
        store::KeyRecord record = make_key(tenant, random);
        must(node.insert_key(record, std::nullopt));
        while (seconds_since(start) < kSecondsOfWriting) {
          record.key.state = record.key.state == KeyState::kActive ? KeyState::kDisabled : KeyState::kActive;
          const auto began = Steady::now();
          must(node.update_key(record, record.key.version++));
          took[i].push_back(seconds_since(began));
        }
      });
    }
  }
  const double seconds = seconds_since(start);
  std::vector<double> all;
  for (const auto& of_thread : took) all.insert(all.end(), of_thread.begin(), of_thread.end());
  const std::string name = fmt::format("postgres.write.{}_nodes.{}_clients", nodes.size(), threads);
  add(report, name, static_cast<double>(all.size()) / seconds, "1/s");
  add(report, name + ".p99", percentile(all, 0.99) * 1e3, "ms");
}

// From the answer at one node until another, which waits for the bell, has read the key.
void measure_propagation(Report& report, PostgresStore& here, PostgresStore& there, TenantId tenant) {
  const auto bell = there.make_bell();
  SystemRandom random;
  std::vector<double> took;
  std::atomic<double> answered_at{0};
  const auto zero = Steady::now();
  store::Sequence position = must(there.last_sequence());
  bell->wait(1);
  for (int i = 0; i < kPropagated; ++i) {
    std::jthread changing([&] {
      must(here.insert_key(make_key(tenant, random), std::nullopt));
      answered_at = seconds_since(zero);
    });
    double seen_at = 0;
    while (seen_at == 0) {
      bell->wait(50);
      const auto changes = must(there.changes_after(position, 100));
      if (changes.empty()) continue;
      const KeyId key = changes.back().key;
      must(there.find_keys({&key, 1}));
      position = changes.back().sequence;
      seen_at = seconds_since(zero);
    }
    changing.join();
    took.push_back(seen_at - answered_at);
  }
  add(report, "postgres.propagate.median", percentile(took, 0.5) * 1e3, "ms");
  add(report, "postgres.propagate.p99", percentile(took, 0.99) * 1e3, "ms");
}

// Made by the server itself, which takes a tenth of the time.
void fill(const store::postgres::TestDatabase& database, TenantId tenant, std::int64_t keys) {
  std::string id;
  for (const std::uint8_t byte : tenant.bytes()) id += fmt::format("{:02x}", byte);
  database.run(fmt::format(
      "INSERT INTO api_keys (id, tenant_id, access_type, state, version, restrictions, secrets, seal_pepper, seal, "
      "nickname, contact_email, hint, created_at, created_by_type, created_by_name, updated_at) "
      "SELECT substr(sha256(CAST(n AS TEXT)::BYTEA), 1, 16), '\\x{}', 'partner', 0, 1, CASE WHEN n % 10 < 4 THEN NULL "
      "ELSE '{{\"channels\":[\"' || n % 200 || '\"]}}' END, '\\x00000001' || sha256(CAST(n AS TEXT)::BYTEA) || "
      "decode('0000000000000001ffffffffffffffff', 'hex'), 1, sha256('seal'), 'key ' || n, 'a@example.com', 'xxxx', n, "
      "1, "
      "'bench', n FROM generate_series(1, {}) AS n; "
      "UPDATE feed_head SET sequence = sequence + {}; ANALYZE api_keys",
      id, keys, keys));
}

void measure_reading(Report& report, PostgresStore& node, std::int64_t keys) {
  for (const std::size_t threads : {1, 2}) {
    std::vector<double> took;
    for (int round = 0; round < kRounds; ++round) {
      std::atomic<std::size_t> seen{0};
      const std::vector<store::RowVisitor> visitors(threads,
                                                    [&](std::span<store::KeyRow> rows) { seen += rows.size(); });
      const auto start = Steady::now();
      must(node.visit_rows([](std::size_t) {}, [](const Tenant&) {}, visitors));
      took.push_back(seconds_since(start));
      if (std::cmp_less(seen.load(), keys)) give_up({ErrorCode::kInternal, "Not all keys were read.", {}});
    }
    add(report, fmt::format("postgres.read_all.{}_threads", threads), percentile(took, 0.5), "s");
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::int64_t keys = 1'000'000;
  if (count > 1) std::from_chars(arguments[1], arguments[1] + std::string_view(arguments[1]).size(), keys);
  store::postgres::TestServer server(store::postgres::TestServer::Durability::kFull);
  const store::postgres::TestDatabase database(server);
  Report report;
  report.about(
      fmt::format("PostgreSQL beside the nodes, with fsync; {} s for each; median of {} rounds of reading {} keys",
                  kSecondsOfWriting, kRounds, keys));
  std::vector<std::unique_ptr<PostgresStore>> nodes;
  nodes.push_back(open_store(database));
  SystemRandom random;
  const TenantId tenant = make_tenant(*nodes[0], random).id;
  for (const int threads : {1, 16, 64}) measure_writing(report, nodes, tenant, threads);
  while (nodes.size() < 3) nodes.push_back(open_store(database));
  for (const int threads : {3, 48}) measure_writing(report, nodes, tenant, threads);
  measure_propagation(report, *nodes[0], *nodes[1], tenant);
  fill(database, tenant, keys);
  measure_reading(report, *nodes[0], keys);
}
