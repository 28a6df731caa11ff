// What the check's benchmarks run: checks of keys chosen at random, on one thread, as a server's worker does them.
//
//   CheckWorld world(1'000'000); world.fill();
//   Limits limits; Worker worker(world, limits, seed);
//   double ns = worker.checks();         // for one, over kBatches * kBatch of them
#pragma once
#include <sched.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>

#include "check_world.h"

namespace latchkey::bench {

using Steady = std::chrono::steady_clock;

inline constexpr std::size_t kBatch = 1'024;  // secrets made ready at a time, out of the clock's sight
inline constexpr std::size_t kBatches = 250;
inline constexpr std::size_t kFewestKeys = 500'000;

// How many keys a program is asked to have, by its one argument; ends it if that is no such number.
inline std::size_t keys_asked_for(int count, char** arguments) {
  std::size_t keys = 1'000'000;
  if (count < 2) return keys;
  const std::string_view text = arguments[1];
  const bool whole = std::from_chars(text.data(), text.data() + text.size(), keys).ptr == text.data() + text.size();
  if (whole && keys >= kFewestKeys) return keys;
  std::fprintf(stderr, "KEYS must be a whole number from %zu on: fewer reach their rate limits.\n", kFewestKeys);
  std::exit(2);
}

inline void pin_to(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

// Takes the counts as often as a server does, on whichever core has time.
class Collector {
 public:
  explicit Collector(usage::Recorder& recorder)
      : thread_([this, &recorder] {
          cpu_set_t all;
          std::memset(&all, 0xff, sizeof all);
          sched_setaffinity(0, sizeof all, &all);
          auto tally = std::make_unique<usage::Tally>();
          while (!done_) {
            std::this_thread::sleep_for(std::chrono::seconds(1));
            recorder.take(tally);
            lost_ += tally->lost;
          }
        }) {}
  ~Collector() {
    done_ = true;
    thread_.join();
  }
  std::uint64_t lost() const { return lost_; }

 private:
  std::atomic<bool> done_{false};
  std::atomic<std::uint64_t> lost_{0};
  std::thread thread_;
};

// Secrets of keys chosen at random, or what stands in for them, in memory that is warm.
class Batch {
 public:
  Batch(const CheckWorld& world, std::mt19937_64& rng) : world_(world), rng_(rng) {}
  template <class Change>
  void fill(Change&& change) {
    text_.clear();
    for (std::size_t i = 0; i < kBatch; ++i) {
      text_ += world_.secret(rng_() % world_.keys());
      change(text_.data() + text_.size() - length());
    }
  }
  std::string_view at(std::size_t i) const { return std::string_view(text_).substr(i * length(), length()); }

 private:
  std::size_t length() const { return world_.format().length(); }
  const CheckWorld& world_;
  std::mt19937_64& rng_;
  std::string text_;
};

// Nanoseconds that `work` takes for one secret.
template <class Change, class Work>
double ns_each(Batch& batch, Change&& change, Work&& work, std::size_t batches = kBatches) {
  std::chrono::nanoseconds spent{0};
  for (std::size_t b = 0; b < batches; ++b) {
    batch.fill(change);
    const auto start = Steady::now();
    for (std::size_t i = 0; i < kBatch; ++i) work(batch.at(i));
    spent += Steady::now() - start;
  }
  return static_cast<double>(spent.count()) / static_cast<double>(batches * kBatch);
}

// What all workers share.
struct Limits {
  Limits() { limiter.observe(clock.now(), clock.steady_ns()); }
  const SystemClock clock;
  SystemRandom random;
  limit::InMemoryLimiter limiter;
  limit::FailureLimiter failures{{}, random};
};

class Worker {
 public:
  Worker(CheckWorld& world, Limits& limits, std::uint64_t seed)
      : reader_(world.registry()),
        collector_(recorder_),
        scratch_(reader_, recorder_),
        checker_(world.registry(), world.catalog(), world.peppers(), world.format(), limits.clock, limits.limiter,
                 &limits.failures),
        rng_(seed),
        batch_(world, rng_),
        request_(CheckWorld::request(field_)) {}

  // Each of these must come out as expected, or the program ends.
  double checks(std::size_t batches = kBatches) {
    return ns_each(batch_, [](char*) {}, [this](std::string_view secret) { expect(secret, true); }, batches);
  }
  void expect(std::string_view secret, bool permitted) {
    field_ = secret;
    const check::Decision& decision = checker_.check(request_, scratch_);
    if (decision.allowed() == permitted) return;
    std::fprintf(stderr, "A check was decided otherwise than it should have been: %s\n", decision.detail.c_str());
    std::exit(1);
  }

  check::Request& request() { return request_; }
  Batch& batch() { return batch_; }
  std::mt19937_64& rng() { return rng_; }
  std::uint64_t lost() const { return collector_.lost(); }

 private:
  registry::Registry::Reader reader_;
  usage::Recorder recorder_;
  Collector collector_;
  check::Scratch scratch_;
  const check::Checker checker_;
  std::mt19937_64 rng_;
  Batch batch_;
  std::string_view field_;
  check::Request request_;
};

}  // namespace latchkey::bench
