// Checks of random keys while others are created, rotated and revoked, a thousand of each a second, against checks while
// nothing changes. The changes are those that a node makes in its registry when it follows the store; they are made
// on the other core. The machine's own pace drifts by more than what is to be seen, so turns are short and many, and each
// with changes has one without before it and after it; how far these two differ is told too.
//
//   bench_churn [KEYS]     (1000000)
#include <algorithm>

#include "check_load.h"
#include "report.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;

constexpr std::size_t kTurns = 300, kTimedTurns = 60;
constexpr std::size_t kBatchesOfATurn = 25;  // about 30 ms

// While it is told to, keys come and go, three changes each millisecond.
class Churn {
 public:
  explicit Churn(CheckWorld& world)
      : world_(world), thread_([this] {
          pin_to(1);
          while (state_ != State::kDone) {
            state_.wait(State::kStill);
            for (auto next = Steady::now(); state_ == State::kMoving; std::this_thread::sleep_until(next)) {
              change();
              ++steps_;
              next += std::chrono::milliseconds(1);
            }
          }
        }) {}
  ~Churn() {
    tell(State::kDone);
    thread_.join();
  }
  void move() { tell(State::kMoving); }
  void rest() { tell(State::kStill); }
  // Each is a creation, a rotation and a revocation.
  std::size_t steps() const { return steps_; }

 private:
  enum class State { kStill, kMoving, kDone };

  void tell(State state) {
    state_ = state;
    state_.notify_one();
  }

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
  std::atomic<std::size_t> steps_{0};
  std::atomic<State> state_{State::kStill};
  std::thread thread_;
};

// Nanoseconds that each check of a turn took, the clock's own time with it.
void time_each(Worker& worker, std::vector<double>& times) {
  for (std::size_t batch = 0; batch < kBatchesOfATurn; ++batch) {
    worker.batch().fill([](char*) {});
    for (std::size_t i = 0; i < kBatch; ++i) {
      const auto start = Steady::now();
      worker.expect(worker.batch().at(i), true);
      times.push_back(std::chrono::duration<double, std::nano>(Steady::now() - start).count());
    }
  }
}

double p99(std::vector<double>& times) {
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
      "300 turns of 30 ms each.");
  CheckWorld world(keys);
  world.fill();
  Limits limits;
  Worker worker(world, limits, 3);
  for (int i = 0; i < 4; ++i) worker.checks();  // warm
  Churn churn(world);
  std::vector<double> before, moving, after;
  std::chrono::duration<double> moved{0};
  for (std::size_t turn = 0; turn < kTurns; ++turn) {
    before.push_back(worker.checks(kBatchesOfATurn));
    const auto start = Steady::now();
    churn.move();
    moving.push_back(worker.checks(kBatchesOfATurn));
    churn.rest();
    moved += Steady::now() - start;
    after.push_back(worker.checks(kBatchesOfATurn));
  }
  const double steps_a_second = static_cast<double>(churn.steps()) / moved.count();
  std::vector<double> still_each, moving_each;
  for (std::size_t turn = 0; turn < kTimedTurns; ++turn) {
    time_each(worker, still_each);
    churn.move();
    time_each(worker, moving_each);
    churn.rest();
  }
  const double still = (median(before) + median(after)) / 2;
  report.add({.name = "check.churn",
              .value = median(moving),
              .unit = "ns",
              .baseline = still,
              .must = "at most 5% slower",
              .met = median(moving) <= 1.05 * still});
  report.add(
      {.name = "check.churn.noise", .value = median(after), .unit = "ns", .baseline = median(before), .must = ""});
  report.add(
      {.name = "check.churn.steps", .value = steps_a_second, .unit = "1/s", .baseline = std::nullopt, .must = ""});
  const double still_p99 = p99(still_each), moving_p99 = p99(moving_each);
  report.add({.name = "check.churn.p99",
              .value = moving_p99,
              .unit = "ns",
              .baseline = still_p99,
              .must = "within 1.5x",
              .met = moving_p99 <= 1.5 * still_p99});
  return 0;
}
