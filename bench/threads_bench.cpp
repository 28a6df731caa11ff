// Checks of random keys on two threads against one, a core each, in turns: registry and limiter are shared, as in a server,
// and each thread has its own reader, recorder and collector.
//
//   bench_threads [KEYS]     (1000000)
#include <barrier>

#include "check_load.h"
#include "report.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;

constexpr int kRounds = 9;

// Checks a second of both together, each on its core. Both start at once; what either does alone at the end is left out by
// counting its own time.
double of_two(Worker& first, Worker& second) {
  std::barrier start(2);
  double other = 0;
  std::thread thread([&] {
    pin_to(1);
    start.arrive_and_wait();
    other = second.checks();
  });
  start.arrive_and_wait();
  const double mine = first.checks();
  thread.join();
  return 1e9 / mine + 1e9 / other;
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t keys = keys_asked_for(count, arguments);
  pin_to(0);
  Report report;
  report.about("Checks of random keys a second, by two threads on a core each, against one; medians of 9 rounds.");
  CheckWorld world(keys);
  world.fill();
  Limits limits;
  Worker first(world, limits, 1), second(world, limits, 2);
  std::vector<double> one, two;
  for (int round = -1; round < kRounds; ++round) {
    if (round == 0) one.clear(), two.clear();  // it is warm now
    one.push_back(1e9 / first.checks());
    two.push_back(of_two(first, second));
  }
  report.add({.name = "check.threads",
              .value = median(two),
              .unit = "1/s",
              .baseline = median(one),
              .must = "at least 1.8x of one thread",
              .met = median(two) >= 1.8 * median(one)});
  return 0;
}
