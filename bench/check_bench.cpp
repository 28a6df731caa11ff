// One check, whole: format, HMAC, look-up, state, address, operation, channels, limits, usage. Keys are chosen at random,
// so that every check meets cold memory, and a collector on another thread takes the counts as a server's does. In turns with
// it: one HMAC-SHA-256 of the same secret and a read of memory at a place that only its result tells, which is the least
// that any look-up by a keyed digest can cost; the check without counting the use; and secrets that are malformed or unknown.
//
//   bench_check [KEYS...]     (1000000 10000000)
#include <malloc.h>
#include <sched.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstring>
#include <random>
#include <thread>

#include "check_world.h"
#include "report.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;
using Steady = std::chrono::steady_clock;

constexpr int kRounds = 9;
constexpr std::size_t kBatch = 1'024;  // secrets made ready at a time, out of the clock's sight
constexpr std::size_t kBatches = 250;

void pin_to(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

// Takes the counts as often as a server does, on the other core.
class Collector {
 public:
  explicit Collector(usage::Recorder& recorder)
      : thread_([this, &recorder] {
          pin_to(1);
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
double ns_each(Batch& batch, Change&& change, Work&& work) {
  std::chrono::nanoseconds spent{0};
  for (std::size_t b = 0; b < kBatches; ++b) {
    batch.fill(change);
    const auto start = Steady::now();
    for (std::size_t i = 0; i < kBatch; ++i) work(batch.at(i));
    spent += Steady::now() - start;
  }
  return static_cast<double>(spent.count()) / static_cast<double>(kBatches * kBatch);
}

std::string text_of(std::size_t keys) {
  return keys % 1'000'000 == 0 ? std::to_string(keys / 1'000'000) + "m" : std::to_string(keys);
}

double fill_and_weigh(CheckWorld& world) {
  malloc_trim(0);
  const std::size_t before = resident_bytes();
  world.fill();
  malloc_trim(0);
  return static_cast<double>(resident_bytes() - before) / static_cast<double>(world.keys());
}

// Everything that checks on one thread.
class Bench {
 public:
  explicit Bench(CheckWorld& world)
      : world_(world),
        failures_({}, system_random_),
        reader_(world.registry()),
        collector_(recorder_),
        scratch_(reader_, recorder_),
        checker_(world.registry(), world.catalog(), world.peppers(), world.format(), clock_, limiter_, &failures_),
        batch_(world, rng_),
        memory_(world.keys() * 8, 1) {
    limiter_.observe(clock_.now(), clock_.steady_ns());
    request_ = CheckWorld::request(field_);
    SeededRandom random(99);
    for (std::size_t i = 0; i < 4'096; ++i)
      unknown_.emplace_back(credential::generate(world.format(), random).expose());
  }

  double whole() {
    return ns_each(batch_, [](char*) {}, [this](std::string_view secret) { allowed(secret); });
  }
  // The guard would count, later.
  double uncounted() {
    request_.answer_follows = true;
    const double ns = whole();
    request_.answer_follows = false;
    return ns;
  }
  // The checksum no longer fits.
  double malformed() {
    return ns_each(
        batch_, [](char* text) { text[20] = text[20] == 'x' ? 'y' : 'x'; },
        [this](std::string_view secret) { refused(secret); });
  }
  double stranger() {
    const auto replace = [this](char* text) {
      std::memcpy(text, unknown_[rng_() % unknown_.size()].data(), world_.format().length());
    };
    return ns_each(batch_, replace, [this](std::string_view secret) { refused(secret); });
  }
  // The memory is as large as the registry's records.
  double least() {
    std::uint64_t sink = 0;
    const double ns = ns_each(
        batch_, [](char*) {},
        [&](std::string_view secret) {
          std::uint64_t place;
          const auto digest = world_.peppers().digest(1, secret);
          std::memcpy(&place, digest.data(), sizeof place);
          sink += memory_[(place % world_.keys()) * 8];
        });
    if (sink == 0) std::abort();
    return ns;
  }
  std::uint64_t lost() const { return collector_.lost(); }

 private:
  void allowed(std::string_view secret) { expect(secret, true); }
  void refused(std::string_view secret) { expect(secret, false); }
  void expect(std::string_view secret, bool permitted) {
    field_ = secret;
    const check::Decision& decision = checker_.check(request_, scratch_);
    if (decision.allowed() == permitted) return;
    std::fprintf(stderr, "A check was decided otherwise than it should have been: %s\n", decision.detail.c_str());
    std::exit(1);
  }

  CheckWorld& world_;
  const SystemClock clock_;
  SystemRandom system_random_;
  limit::InMemoryLimiter limiter_;
  limit::FailureLimiter failures_;
  registry::Registry::Reader reader_;
  usage::Recorder recorder_;
  Collector collector_;
  check::Scratch scratch_;
  const check::Checker checker_;
  std::mt19937_64 rng_{7};
  Batch batch_;
  std::vector<std::uint64_t> memory_;
  std::vector<std::string> unknown_;
  std::string_view field_;
  check::Request request_;
};

void run(std::size_t keys, double must_per_s, Report& report) {
  CheckWorld world(keys);
  const double bytes_per_key = fill_and_weigh(world);
  report.add({.name = "registry." + text_of(keys) + ".bytes_per_key",
              .value = bytes_per_key,
              .unit = "B",
              .baseline = {},
              .must = keys >= 10'000'000 ? "at most 160 B" : "",
              .met = keys < 10'000'000 || bytes_per_key <= 160});

  Bench bench(world);
  std::vector<double> whole, uncounted, least, malformed, stranger;
  for (int round = -1; round < kRounds; ++round) {
    if (round == 0)
      whole.clear(), uncounted.clear(), least.clear(), malformed.clear(), stranger.clear();  // it is warm now
    whole.push_back(bench.whole());
    least.push_back(bench.least());
    uncounted.push_back(bench.uncounted());
    malformed.push_back(bench.malformed());
    stranger.push_back(bench.stranger());
  }
  const std::string name = "check." + text_of(keys);
  const double ns = median(whole);
  report.add({.name = name,
              .value = 1e9 / ns,
              .unit = "1/s",
              .baseline = {},
              .must = fmt::format("at least {:.0f}/s", must_per_s),
              .met = 1e9 / ns >= must_per_s});
  const double base = median(least);
  report.add({.name = name + ".time",
              .value = ns,
              .unit = "ns",
              .baseline = base,
              .must = "within 3x of an HMAC and a memory miss",
              .met = ns <= 3 * base});
  report.add(
      {.name = name + ".uncounted", .value = median(uncounted), .unit = "ns", .baseline = ns, .must = "", .met = true});
  report.add({.name = name + ".malformed",
              .value = median(malformed),
              .unit = "ns",
              .baseline = ns,
              .must = "cheaper than a valid one",
              .met = median(malformed) < ns});
  report.add({.name = name + ".unknown",
              .value = median(stranger),
              .unit = "ns",
              .baseline = ns,
              .must = "cheaper than a valid one",
              .met = median(stranger) < ns});
  std::printf("  (%llu uses lost)\n", static_cast<unsigned long long>(bench.lost()));
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < count; ++i) {
    const std::string_view text = arguments[i];
    std::size_t keys = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), keys).ptr != text.data() + text.size() ||
        keys < 1'000) {
      std::fprintf(stderr, "KEYS must be whole numbers from 1000 on.\n");
      return 2;
    }
    sizes.push_back(keys);
  }
  if (sizes.empty()) sizes = {1'000'000, 10'000'000};
  pin_to(0);
  Report report;
  report.about(
      "One check of a random key, on one core, in turns with an HMAC-SHA-256 and a read of cold memory; medians of 9 "
      "rounds of 256,000.");
  for (const std::size_t keys : sizes) run(keys, keys > 1'000'000 ? 1'500'000 : 2'500'000, report);
  return 0;
}
