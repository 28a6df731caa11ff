// One check, whole: format, HMAC, look-up, state, address, operation, channels, limits, usage. Keys are chosen at random,
// so that every check meets cold memory, and a collector on another thread takes the counts as a server's does. In turns with
// it: one HMAC-SHA-256 of the same secret and a read of memory at a place that only its result tells, which is the least
// that any look-up by a keyed digest can cost; the check without counting the use; secrets that are malformed or unknown; and
// what a flood of them leaves in memory.
//
//   bench_check [KEYS...]     (1000000 10000000)
#include <malloc.h>

#include <charconv>

#include "check_load.h"
#include "report.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;

constexpr int kRounds = 9;

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

// What is measured in turns.
class Bench {
 public:
  explicit Bench(CheckWorld& world) : world_(world), worker_(world, limits_, 7), memory_(world.keys() * 8) {
    std::fill(memory_.begin(), memory_.end(), 1);
    SeededRandom random(99);
    for (std::size_t i = 0; i < 4'096; ++i)
      unknown_.emplace_back(credential::generate(world.format(), random).expose());
  }

  double whole() { return worker_.checks(); }
  // The guard would count, later.
  double uncounted() {
    worker_.request().answer_follows = true;
    const double ns = whole();
    worker_.request().answer_follows = false;
    return ns;
  }
  double malformed() {
    return ns_each(worker_.batch(), spoil, [this](std::string_view secret) { worker_.expect(secret, false); });
  }
  double stranger() {
    return ns_each(
        worker_.batch(), [this](char* text) { replace(text); },
        [this](std::string_view secret) { worker_.expect(secret, false); });
  }
  // The memory is as large as the registry's records, and as a table's is: of huge pages, if there are any.
  double least() {
    std::uint64_t sink = 0;
    const double ns = ns_each(
        worker_.batch(), [](char*) {},
        [&](std::string_view secret) {
          const auto digest = world_.peppers().digest(1, secret);
          sink += memory_[(registry::number_of(digest) % world_.keys()) * 8];
        });
    if (sink == 0) std::abort();
    return ns;
  }
  // How much more memory the process has after junk from a million addresses than it had after as much before.
  double grown_by_junk() {
    const auto flood = [this] {
      for (std::size_t b = 0; b < 2 * kBatches; ++b) {
        worker_.batch().fill([this, b](char* text) { b % 2 == 0 ? spoil(text) : replace(text); });
        for (std::size_t i = 0; i < kBatch; ++i) {
          std::array<std::uint8_t, 16> address;
          const std::uint64_t high = worker_.rng()(), low = worker_.rng()();
          std::memcpy(address.data(), &high, 8);
          std::memcpy(address.data() + 8, &low, 8);
          worker_.request().client = IpAddress(address);
          worker_.expect(worker_.batch().at(i), false);
        }
      }
    };
    flood();
    malloc_trim(0);
    const std::size_t before = resident_bytes();
    flood();
    malloc_trim(0);
    const std::size_t after = resident_bytes();
    return after > before ? static_cast<double>(after - before) : 0;
  }
  std::uint64_t lost() const { return worker_.lost(); }

 private:
  // The checksum no longer fits.
  static void spoil(char* text) { text[20] = text[20] == 'x' ? 'y' : 'x'; }
  void replace(char* text) {
    std::memcpy(text, unknown_[worker_.rng()() % unknown_.size()].data(), world_.format().length());
  }

  CheckWorld& world_;
  Limits limits_;
  Worker worker_;
  TableMemory<std::uint64_t> memory_;
  std::vector<std::string> unknown_;
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
  const double grown = bench.grown_by_junk();
  report.add({.name = name + ".grown_by_junk",
              .value = grown / 1e6,
              .unit = "MB",
              .baseline = {},
              .must = "at most 1 MB after 500,000 bad keys from as many addresses",
              .met = grown <= 1e6});
  std::printf("  (%llu uses lost)\n", static_cast<unsigned long long>(bench.lost()));
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < count; ++i) {
    const std::string_view text = arguments[i];
    std::size_t keys = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), keys).ptr != text.data() + text.size() ||
        keys < kFewestKeys) {
      std::fprintf(stderr, "KEYS must be whole numbers from %zu on: fewer reach their rate limits.\n", kFewestKeys);
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
