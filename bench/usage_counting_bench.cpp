// What counting a use costs the thread that checks, in turns with the cheapest thing that a check does anyway: one
// HMAC-SHA-256 of a key. Uses are of keys chosen at random; a collector takes the counts four times a second meanwhile.
//
//   bench_usage_counting
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

#include "credential/digest.h"
#include "usage/recorder.h"

namespace {

using namespace latchkey;
using Steady = std::chrono::steady_clock;

constexpr int kRounds = 7;
constexpr int kTimes = 400'000;

double ns_each(Steady::time_point start) {
  return std::chrono::duration<double, std::nano>(Steady::now() - start).count() / kTimes;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main() {
  std::vector<credential::Peppers::Pepper> list;
  list.push_back({1, Secret(std::string(32, 'p'))});
  const credential::Peppers peppers = std::move(credential::Peppers::make(std::move(list)).value());
  std::mt19937_64 rng(3);
  for (const std::uint64_t keys : {100ULL, 10'000ULL, 1'000'000ULL}) {
    std::vector<double> counting, hashing;
    usage::Recorder recorder;
    std::atomic<bool> done{false};
    std::thread collector([&] {
      auto tally = std::make_unique<usage::Tally>();
      while (!done) {
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
        recorder.take(tally);
      }
    });
    std::uint8_t sink = 0;
    for (int round = 0; round < kRounds; ++round) {
      std::string secret = "lk_live_0123456789abcdefghijklmnopqrstuvABCDEF";
      auto start = Steady::now();
      for (int i = 0; i < kTimes; ++i) {
        secret[10] = static_cast<char>('a' + i % 26);
        sink ^= peppers.digest(1, secret)[0];
      }
      hashing.push_back(ns_each(start));
      start = Steady::now();
      for (int i = 0; i < kTimes; ++i) {
        usage::Use use;
        use.secret = rng() % keys * 0x9e3779b97f4a7c15ULL;
        use.at = {1'767'225'600'000 + i / 1'000};
        use.operation = static_cast<std::uint16_t>(i % 4);
        use.user_agent = "acme-crm/3.1";
        recorder.record(use);
      }
      counting.push_back(ns_each(start));
    }
    done = true;
    collector.join();
    std::printf("%8llu keys: counting %.0f ns, HMAC-SHA-256 %.0f ns, ratio %.2f%s\n", static_cast<unsigned long long>(keys),
                median(counting), median(hashing), median(counting) / median(hashing), sink == 1 ? " " : "");
  }
  return 0;
}
