// Limits that three nodes count together in a Redis of their own: what a request costs, how many are asked in a second, and by
// how much more than a limit is admitted in any window where nodes only tell each other.
//
//   bench_shared_limits
#include <poll.h>

#include <atomic>
#include <barrier>
#include <thread>

#include "redis/shared_node_fixture.h"
#include "report.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;
using redis::TestLimits;
using redis::TestNode;

constexpr int kNodes = 3;

struct Nodes {
  Nodes(const redis::RedisProcess& process, bool exact) {
    for (int i = 0; i < kNodes; ++i) all.push_back(std::make_unique<TestNode>(process.server(), exact, kNodes));
    for (auto& node : all) redis::comes_true([&] { return node->limiter.counted() != limit::Counted::kFallback; });
  }
  std::vector<std::unique_ptr<TestNode>> all;
};

TestLimits window(std::uint64_t requests, std::int64_t window_ms) {
  return {.key_limits = {{"window", requests, window_ms}}};
}

double percentile(std::vector<double> values, double part) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

// One request after another, as a caller alone meets it.
void measure_one(Report& report, bool exact, const char* name) {
  redis::RedisProcess process;
  Nodes nodes(process, exact);
  TestNode& node = *nodes.all[0];
  std::vector<double> micros;
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t begun = node.clock.steady_ns();
    (void)node.take(window(1'000'000'000, 10'000));
    micros.push_back(static_cast<double>(node.clock.steady_ns() - begun) / 1'000);
  }
  report.add({.name = fmt::format("limits.{}.median", name),
              .value = percentile(micros, 0.5),
              .unit = "us",
              .baseline = {},
              .must = {}});
  report.add({.name = fmt::format("limits.{}.p99", name),
              .value = percentile(micros, 0.99),
              .unit = "us",
              .baseline = {},
              .must = {}});
}

// What is asked while other answers are on their way, as on event loops; of 1,000 tenants.
void measure_many(Report& report) {
  class Counted final : public limit::Question {
   public:
    explicit Counted(std::atomic<int>& left) : left_(left) {}
    void answered() override { left_.fetch_sub(1); }

   private:
    std::atomic<int>& left_;
  };
  redis::RedisProcess process;
  Nodes nodes(process, true);
  constexpr int kEach = 60'000, kOnTheirWay = 32;
  const TestLimits limits = {.key_limits = {{"window", 1'000'000, 10'000}},
                             .tenant_quotas = {{"daily", Period::kDay, 1'000'000'000}}};
  const SystemClock clock;
  const std::int64_t begun = clock.steady_ns();
  std::vector<std::thread> threads;
  for (auto& node : nodes.all) {
    threads.emplace_back([&, node = node.get()] {
      std::atomic<int> left{0};
      for (int i = 0; i < kEach; ++i) {
        Uuid tenant{};
        tenant[0] = static_cast<std::uint8_t>(i);
        tenant[1] = static_cast<std::uint8_t>(i / 256 % 4);
        auto question = std::make_shared<Counted>(left);
        question->key = TestNode::key_id(1, tenant);
        question->tenant = tenant;
        const auto verdict =
            node->limiter.take(node->demands(limits, question->key, tenant), 1, clock.steady_ns(), question->standings);
        if (!verdict.asks) continue;
        while (left.load() >= kOnTheirWay) ::poll(nullptr, 0, 0);
        left.fetch_add(1);
        node->limiter.ask(question);
      }
      while (left.load() > 0) ::poll(nullptr, 0, 0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = static_cast<double>(clock.steady_ns() - begun) / 1e9;
  std::uint64_t alone = 0;
  for (auto& node : nodes.all) alone += node->limiter.judged_alone();
  report.add({.name = "limits.exact.throughput",
              .value = kNodes * kEach / seconds,
              .unit = "1/s",
              .baseline = {},
              .must = {}});
  report.add({.name = "limits.exact.judged_alone",
              .value = static_cast<double>(alone),
              .unit = "requests",
              .baseline = {},
              .must = {}});
}

struct Load {
  std::uint64_t limit;
  std::int64_t window_ms;
  double times;  // the limit's rate; 0: as fast as can be
};

struct Arrival {
  std::int64_t at_ns;
  bool admitted;
};

// What came to all three nodes, in order, while each offers a third of the load for four windows; or for half of one.
std::vector<Arrival> arrivals(Nodes& nodes, const Load& load, std::uint8_t key) {
  std::vector<std::vector<Arrival>> of(kNodes);
  std::barrier start(kNodes);
  std::vector<std::thread> threads;
  const std::int64_t window_ns = load.window_ms * 1'000'000;
  const double rate = load.times * static_cast<double>(load.limit) / static_cast<double>(window_ns);
  const std::int64_t gap = load.times == 0 ? 0 : static_cast<std::int64_t>(kNodes / rate);
  for (int n = 0; n < kNodes; ++n) {
    threads.emplace_back([&, n] {
      TestNode& node = *nodes.all[static_cast<std::size_t>(n)];
      start.arrive_and_wait();
      const std::int64_t begun = node.clock.steady_ns(), end = begun + (gap == 0 ? window_ns / 2 : 4 * window_ns);
      for (std::int64_t next = begun + gap * n / kNodes; node.clock.steady_ns() < end; next += gap) {
        while (node.clock.steady_ns() < next) ::poll(nullptr, 0, 0);
        const std::int64_t at = node.clock.steady_ns();
        of[static_cast<std::size_t>(n)].push_back({at, node.take(window(load.limit, load.window_ms), key).admitted});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<Arrival> all;
  for (const auto& each : of) all.insert(all.end(), each.begin(), each.end());
  std::ranges::sort(all, {}, &Arrival::at_ns);
  return all;
}

void measure_overshoot(Report& report, Nodes& nodes, const Load& load, std::uint8_t key) {
  const std::int64_t window_ns = load.window_ms * 1'000'000;
  limit::InMemoryLimiter exact;
  const TestLimits limits = window(load.limit, load.window_ms);
  const auto demands = nodes.all[0]->demands(limits, TestNode::key_id(key, TestNode::kTenant), TestNode::kTenant);
  std::vector<limit::Standing> standings;
  std::vector<std::int64_t> admitted;
  std::size_t most = 0, first = 0, ideal = 0;
  for (const Arrival& arrival : arrivals(nodes, load, key)) {
    ideal += exact.take(demands, 1, arrival.at_ns, standings).admitted ? 1 : 0;
    if (!arrival.admitted) continue;
    admitted.push_back(arrival.at_ns);
    while (admitted[first] <= arrival.at_ns - window_ns) ++first;
    most = std::max(most, admitted.size() - first);
  }
  const double over = 100.0 * (static_cast<double>(most) / static_cast<double>(load.limit) - 1);
  const bool burst = load.times == 0;
  const std::string kind = burst ? "burst" : fmt::format("steady_{}x", load.times);
  const std::string name = fmt::format("limits.eventual.{}.{}_in_{}s", kind, load.limit, load.window_ms / 1'000);
  report.add({.name = name,
              .value = over,
              .unit = "% over",
              .baseline = {},
              .must = burst ? "less than 33.3 (one node's share)" : "at most 5",
              .met = burst ? over < 33.3 : over <= 5});
  if (burst) return;
  report.add({.name = name + ".admitted",
              .value = 100.0 * static_cast<double>(admitted.size()) / static_cast<double>(ideal),
              .unit = "% of what one limiter in memory would",
              .baseline = {},
              .must = {}});
}

}  // namespace

int main() {
  Report report;
  report.about("Three nodes, each a thread, and one Redis on a socket of this machine.");
  measure_one(report, true, "exact");
  measure_one(report, false, "eventual");
  measure_many(report);
  redis::RedisProcess process;
  Nodes nodes(process, false);
  std::uint8_t key = 1;
  for (const Load& load : {Load{50, 10'000, 0},
                           {1'000, 10'000, 0},
                           {10'000, 2'000, 0},
                           {50, 2'000, 1.5},
                           {100, 1'000, 3},
                           {1'000, 2'000, 1.1},
                           {1'000, 2'000, 1.5},
                           {1'000, 2'000, 5},
                           {3'000, 1'000, 2}}) {
    measure_overshoot(report, nodes, load, key++);
  }
  return 0;
}
