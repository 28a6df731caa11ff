// Does COUNT times what instructions_bench.py counts the instructions of, on keys in turn and by a clock of its own, so that
// every run does the same: a whole check, or the HMAC of a secret alone.
//
//   bench_check_steps check|hmac COUNT
#include <charconv>
#include <cstdio>
#include <string_view>

#include "check_world.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;

constexpr std::size_t kKeys = 1'000;

// A thousand checks a second: each key has some in every window.
int check_all(CheckWorld& world, std::size_t count) {
  world.fill();
  ManualClock clock;
  limit::InMemoryLimiter limiter;
  registry::Registry::Reader reader(world.registry());
  usage::Recorder recorder;
  check::Scratch scratch(reader, recorder);
  const check::Checker checker(world.registry(), world.catalog(), world.peppers(), world.format(), clock, limiter);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view secret = world.secret(i % kKeys);
    const check::Decision& decision = checker.check(CheckWorld::request(secret), scratch);
    if (!decision.allowed()) {
      std::fprintf(stderr, "A check was refused that should not have been: %s\n", decision.detail.c_str());
      return 1;
    }
    clock.advance_ms(1);
  }
  return 0;
}

int digest_all(const CheckWorld& world, std::size_t count) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += world.peppers().digest(1, world.secret(i % kKeys))[0];
  return sum == 0 ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view what = count == 3 ? arguments[1] : "", times = count == 3 ? arguments[2] : "";
  std::size_t steps = 0;
  const bool is_number =
      std::from_chars(times.data(), times.data() + times.size(), steps).ptr == times.data() + times.size();
  if ((what != "check" && what != "hmac") || !is_number || steps == 0) {
    std::fprintf(stderr, "Usage: bench_check_steps check|hmac COUNT\n");
    return 2;
  }
  CheckWorld world(kKeys);
  return what == "check" ? check_all(world, steps) : digest_all(world, steps);
}
