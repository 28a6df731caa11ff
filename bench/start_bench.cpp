// How long a node takes from opening its database to ready, as `latchkey serve` does it: open the store, load every tenant
// and key into the registry with each seal verified. Against it, in turns: reading the same file from its beginning to its
// end, and reading every column that a load reads with one plain SQLite statement.
//
//   bench_start [KEYS] [--database PATH]     (10,000,000; a database of that many keys at PATH is used again, or made)
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <optional>

#include "bench_place.h"
#include "lifecycle/seal.h"
#include "many_keys.h"
#include "report.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;

constexpr int kRounds = 3;
constexpr double kMustSeconds = 15;  // for ten million keys

struct Asked {
  std::int64_t keys = 10'000'000;
  std::string database;  // empty: one of this run only
};

Asked read_arguments(int count, char** arguments) {
  Asked asked;
  for (int i = 1; i < count; ++i) {
    const std::string_view text = arguments[i];
    if (text == "--database" && i + 1 < count) {
      asked.database = arguments[++i];
      continue;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asked.keys);
    if (error == std::errc{} && end == text.data() + text.size() && asked.keys > 0) continue;
    std::fprintf(stderr, "bench_start [KEYS] [--database PATH]\n");
    std::exit(2);
  }
  return asked;
}

double to_ready(const std::string& path, const catalog::Catalog& catalog, const credential::Peppers& peppers,
                std::int64_t keys) {
  const auto start = Steady::now();
  const auto store = must(store::SqliteStore::open(path, store::OpenMode::kMustExist));
  registry::Registry registry(catalog);
  registry::Follower follower(*store, registry, genuine_by(peppers));
  must(follower.load([](std::size_t) {}));
  const double seconds = seconds_since(start);
  if (std::cmp_not_equal(registry.key_count(), keys)) {
    std::fprintf(stderr, "%zu keys were loaded, not %lld: remove %s.\n", registry.key_count(),
                 static_cast<long long>(keys), path.c_str());
    std::exit(1);
  }
  return seconds;
}

class File {
 public:
  explicit File(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~File() { ::close(file_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  double read_whole() const {
    const auto start = Steady::now();
    std::vector<char> buffer(1 << 20);
    ::lseek(file_, 0, SEEK_SET);
    while (::read(file_, buffer.data(), buffer.size()) > 0) {
    }
    return seconds_since(start);
  }
  // What is clean leaves the page cache; everything was synced when the database was made.
  void forget() const {
    ::fdatasync(file_);
    ::posix_fadvise(file_, 0, 0, POSIX_FADV_DONTNEED);
  }
  double gigabytes() const {
    struct stat status{};
    ::fstat(file_, &status);
    return static_cast<double>(status.st_size) / 1e9;
  }

 private:
  const int file_;
};

double plain_select(const std::string& path) {
  const auto start = Steady::now();
  const auto db = must(store::sqlite::Connection::open(path, store::sqlite::Connection::Access::kRead));
  auto query = db->prepare(
      "SELECT number, id, tenant_id, access_type, state, expires_at, version, restrictions, secrets, seal_pepper, "
      "seal, limits FROM api_keys");
  std::size_t bytes = 0;
  while (must(query.step())) {
    for (const int number : {0, 4, 5, 6, 9}) bytes += static_cast<std::size_t>(query.integer(number) & 1);
    for (const int text : {1, 2, 3, 7, 8, 10, 11}) bytes += query.blob(text).size();
  }
  if (bytes == 0) std::exit(1);
  return seconds_since(start);
}

}  // namespace

int main(int count, char** arguments) {
  const Asked asked = read_arguments(count, arguments);
  std::optional<Place> place;
  if (asked.database.empty()) place.emplace("start");
  const std::string path = place ? place->file("latchkey.db") : asked.database;
  const credential::Peppers peppers = bench_peppers();
  const catalog::LoadResult loaded = shipped_catalog();
  if (!std::filesystem::exists(path)) {
    const auto start = Steady::now();
    make_many_keys(path, asked.keys, peppers);
    std::printf("%lld keys made in %.0f s\n", static_cast<long long>(asked.keys), seconds_since(start));
  }
  const File file(path);
  Report report;
  report.about(
      fmt::format("open to ready with {} keys of {} tenants ({:.1f} GB, in the page cache), in turns with reading the "
                  "file and with "
                  "one SELECT; medians of {} rounds",
                  asked.keys, (asked.keys + kKeysPerTenant - 1) / kKeysPerTenant, file.gigabytes(), kRounds));
  std::vector<double> starts, reads, selects;
  for (int round = 0; round < kRounds; ++round) {
    reads.push_back(file.read_whole());
    selects.push_back(plain_select(path));
    starts.push_back(to_ready(path, *loaded.catalog, peppers, asked.keys));
  }
  const bool judged = asked.keys == 10'000'000;
  const std::string name = judged ? "start.10m" : fmt::format("start.{}", asked.keys);
  const double ready = median(starts);
  const std::string must = judged ? "at most 15 s" : "";
  report.add({.name = name,
              .value = ready,
              .unit = "s",
              .baseline = median(selects),
              .must = must,
              .met = !judged || ready <= kMustSeconds});
  report.add({.name = name + ".against_reading", .value = ready, .unit = "s", .baseline = median(reads), .must = ""});
  file.forget();
  const double cold_read = file.read_whole();
  file.forget();
  report.add({.name = name + ".cold",
              .value = to_ready(path, *loaded.catalog, peppers, asked.keys),
              .unit = "s",
              .baseline = cold_read,
              .must = ""});
  return 0;
}
