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

std::string text_of(std::size_t keys) { return keys % 1'000'000 == 0 ? std::to_string(keys / 1'000'000) + "m" : std::to_string(keys); }

void run(std::size_t keys, double must_per_s, Report& report) {
  CheckWorld world(keys);
  malloc_trim(0);
  const std::size_t before = resident_bytes();
  world.fill();
  malloc_trim(0);
  const double bytes_per_key = static_cast<double>(resident_bytes() - before) / static_cast<double>(keys);
  const std::string name = "check." + text_of(keys);
  report.add({.name = "registry." + text_of(keys) + ".bytes_per_key", .value = bytes_per_key, .unit = "B", .baseline = {},
              .must = keys >= 10'000'000 ? "at most 160 B" : "", .met = bytes_per_key <= 160});

  const SystemClock clock;
  limit::InMemoryLimiter limiter;
  limiter.observe(clock.now(), clock.steady_ns());
  SystemRandom system_random;
  limit::FailureLimiter failures({}, system_random);
  registry::Registry::Reader reader(world.registry());
  usage::Recorder recorder;
  Collector collector(recorder);
  check::Scratch scratch(reader, recorder);
  const check::Checker checker(world.registry(), world.catalog(), world.peppers(), world.format(), clock, limiter, &failures);

  std::mt19937_64 rng(7);
  Batch batch(world, rng);
  std::string_view field;
  check::Request request = CheckWorld::request(field);
  request.api_key_fields = {&field, 1};
  std::uint64_t allowed = 0, other = 0;
  const auto check_one = [&](std::string_view secret) {
    field = secret;
    ++(checker.check(request, scratch).allowed() ? allowed : other);
  };
  const auto as_it_is = [](char*) {};
  // The checksum no longer fits.
  const auto malform = [](char* text) { text[20] = text[20] == 'x' ? 'y' : 'x'; };

  // As large as the records of the registry.
  std::vector<std::uint64_t> memory(keys * 8, 1);
  std::uint64_t sink = 0;
  std::vector<std::string> unknown;
  SeededRandom random(99);
  for (std::size_t i = 0; i < 4'096; ++i) unknown.emplace_back(credential::generate(world.format(), random).expose());
  const auto replace_by_unknown = [&](char* text) { std::memcpy(text, unknown[rng() % unknown.size()].data(), world.format().length()); };

  std::vector<double> whole, uncounted, least, malformed, stranger;
  const std::size_t resident = resident_bytes();
  for (int round = -1; round < kRounds; ++round) {
    const double ns_whole = ns_each(batch, as_it_is, check_one);
    const double ns_least = ns_each(batch, as_it_is, [&](std::string_view secret) {
      std::uint64_t place;
      const auto digest = world.peppers().digest(1, secret);
      std::memcpy(&place, digest.data(), sizeof place);
      sink += memory[(place % keys) * 8];
    });
    request.answer_follows = true;  // the guard would count, later
    const double ns_uncounted = ns_each(batch, as_it_is, check_one);
    request.answer_follows = false;
    const std::uint64_t wrong = other;
    const double ns_malformed = ns_each(batch, malform, check_one);
    const double ns_stranger = ns_each(batch, replace_by_unknown, check_one);
    if (other - wrong != 2 * kBatch * kBatches) std::abort();
    other = wrong;
    if (round < 0) continue;  // warm
    whole.push_back(ns_whole);
    least.push_back(ns_least);
    uncounted.push_back(ns_uncounted);
    malformed.push_back(ns_malformed);
    stranger.push_back(ns_stranger);
  }
  if (other != 0 || sink == 0) {
    std::fprintf(stderr, "%llu checks that should have been allowed were not: %s\n", static_cast<unsigned long long>(other), scratch.decision.detail.c_str());
    std::exit(1);
  }
  const double ns = median(whole);
  const double base = median(least);
  report.add({.name = name, .value = 1e9 / ns, .unit = "1/s", .baseline = {}, .must = fmt::format("at least {:.0f}/s", must_per_s), .met = 1e9 / ns >= must_per_s});
  report.add({.name = name + ".time", .value = ns, .unit = "ns", .baseline = base, .must = "within 3x of an HMAC and a memory miss", .met = ns <= 3 * base});
  report.add({.name = name + ".uncounted", .value = median(uncounted), .unit = "ns", .baseline = ns, .must = "", .met = true});
  report.add({.name = name + ".malformed", .value = median(malformed), .unit = "ns", .baseline = ns, .must = "cheaper than a valid one", .met = median(malformed) < ns});
  report.add({.name = name + ".unknown", .value = median(stranger), .unit = "ns", .baseline = ns, .must = "cheaper than a valid one", .met = median(stranger) < ns});
  std::printf("  (%llu allowed; resident memory grew by %.0f MB meanwhile; %llu uses lost)\n", static_cast<unsigned long long>(allowed),
              static_cast<double>(resident_bytes() - resident) / 1e6, static_cast<unsigned long long>(collector.lost()));
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < count; ++i) {
    const std::string_view text = arguments[i];
    std::size_t keys = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), keys).ptr != text.data() + text.size() || keys < 1'000) {
      std::fprintf(stderr, "KEYS must be whole numbers from 1000 on.\n");
      return 2;
    }
    sizes.push_back(keys);
  }
  if (sizes.empty()) sizes = {1'000'000, 10'000'000};
  pin_to(0);
  Report report;
  report.about("One check of a random key, on one core, in turns with an HMAC-SHA-256 and a read of cold memory; medians of 9 rounds of 256,000.");
  for (const std::size_t keys : sizes) run(keys, keys > 1'000'000 ? 1'500'000 : 2'500'000, report);
  return 0;
}
