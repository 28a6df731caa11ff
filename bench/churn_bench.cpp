// Checks of random keys while others are created, rotated and revoked, a thousand of each a second, against checks while
// nothing changes, in turns. The changes are those that a node makes in its registry when it follows the store; they are made
// on the other core.
//
//   bench_churn [KEYS]     (1000000)
#include <algorithm>

#include "check_load.h"
#include "report.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;

constexpr int kRounds = 9;
constexpr std::size_t kTimed = 200'000;

// While it lives, keys come and go, three changes each millisecond.
class Churn {
 public:
  explicit Churn(CheckWorld& world)
      : world_(world), thread_([this] {
          pin_to(1);
          const auto start = Steady::now();
          while (!done_) {
            change();
            std::this_thread::sleep_until(start + std::chrono::milliseconds(++steps_));
          }
        }) {}
  ~Churn() {
    done_ = true;
    thread_.join();
  }

 private:
  // A new key; the one before gets a second secret; and the one before that is revoked.
  void change() {
    registry::Registry& registry = world_.registry();
    if (before_) {
      before_->key.state = KeyState::kRevoked;
      registry.put_key(*before_);
    }
    if (newest_) {
      newest_->secrets.front().valid_until = Instant{4'000'000'000'000};
      newest_->secrets.push_back({1, world_.peppers().digest(1, std::to_string(++number_)), Instant{1}, std::nullopt});
      registry.put_key(*newest_);
    }
    before_ = std::move(newest_);
    newest_ = world_.record(number_ % world_.keys());
    newest_->key.id = KeyId::make({1'800'000'000'000}, random_);
    newest_->secrets.front().digest = world_.peppers().digest(1, std::to_string(++number_));
    registry.put_key(*newest_);
  }

  CheckWorld& world_;
  SeededRandom random_{17};
  std::optional<store::KeyRecord> newest_, before_;
  std::size_t number_ = 0;
  std::int64_t steps_ = 0;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

// The 99th percentile of single checks, with the clock's own time in each.
double p99_ns(Worker& worker) {
  std::vector<double> times;
  times.reserve(kTimed);
  while (times.size() < kTimed) {
    worker.batch().fill([](char*) {});
    for (std::size_t i = 0; i < kBatch; ++i) {
      const auto start = Steady::now();
      worker.expect(worker.batch().at(i), true);
      times.push_back(std::chrono::duration<double, std::nano>(Steady::now() - start).count());
    }
  }
  const auto at = times.begin() + static_cast<std::ptrdiff_t>(times.size() * 99 / 100);
  std::nth_element(times.begin(), at, times.end());
  return *at;
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t keys = keys_asked_for(count, arguments);
  pin_to(0);
  Report report;
  report.about(
      "Checks of random keys during 1,000 creations, rotations and revocations a second each, against none; medians of "
      "9 rounds.");
  CheckWorld world(keys);
  world.fill();
  Limits limits;
  Worker worker(world, limits, 3);
  std::vector<double> still, moving, still_p99, moving_p99;
  for (int round = -1; round < kRounds; ++round) {
    if (round == 0) still.clear(), moving.clear(), still_p99.clear(), moving_p99.clear();  // it is warm now
    still.push_back(worker.checks());
    still_p99.push_back(p99_ns(worker));
    const Churn churn(world);
    moving.push_back(worker.checks());
    moving_p99.push_back(p99_ns(worker));
  }
  report.add({.name = "check.churn",
              .value = median(moving),
              .unit = "ns",
              .baseline = median(still),
              .must = "at most 5% slower",
              .met = median(moving) <= 1.05 * median(still)});
  report.add({.name = "check.churn.p99",
              .value = median(moving_p99),
              .unit = "ns",
              .baseline = median(still_p99),
              .must = "within 1.5x",
              .met = median(moving_p99) <= 1.5 * median(still_p99)});
  return 0;
}
