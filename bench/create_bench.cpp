// How many keys per second many clients can have made at once, each durable before it is answered, and how long one lone
// client waits. Keys::create() is what the management API calls: validation, secret, digest, seal, commit with fsync, and
// the registry's following. Against it, in turns on the same file system: 4 KiB appended to a file and fdatasync.
//
//   bench_create [CLIENTS [SECONDS]]     (64, 3 for each of 3 rounds)
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <thread>

#include "bench_place.h"
#include "lifecycle/keys.h"
#include "lifecycle/seal.h"
#include "report.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;

constexpr int kRounds = 3;
constexpr int kTenants = 100;
constexpr double kMustPerSecond = 5'000;
constexpr double kMustRatio = 3;

// A node without its listeners.
class Node {
 public:
  explicit Node(const std::string& file)
      : store_(must(store::SqliteStore::open(file, store::OpenMode::kCreateIfMissing))),
        follower_(*store_, registry_, genuine_by(peppers_)),
        feed_(follower_),
        keys_(*store_, feed_, *loaded_.catalog, peppers_, credential::KeyFormat{}, clock_, random_) {
    for (int i = 0; i < kTenants; ++i) {
      Tenant tenant;
      tenant.id = TenantId::make(clock_.now(), random_);
      tenant.name = fmt::format("Tenant {}", i);
      tenant.created_at = tenant.updated_at = clock_.now();
      tenants_.push_back(must(store_->insert_tenant(tenant)));
    }
    must(follower_.load([](std::size_t) {}));
  }

  void create(std::size_t number) {
    const lifecycle::CreateKey request{
        .nickname = "Acme SMS Partner",
        .contact_email = "dana@acme.example",
        .access_type = "integrations",
        .restrictions = {{"GetCampaignDetails", "GetChannelTemplates", "UpdateCampaignMetrics"},
                         {"504", "505"},
                         {},
                         {}},
        .expires_at = std::nullopt};
    const lifecycle::Idempotency once{fmt::format("request-{}", number), credential::sha256("the same body")};
    const auto made = keys_.create(tenants_[number % kTenants], request, actor_, once);
    if (!made) give_up(made.error().error);
  }

  std::uint64_t transactions() const { return store_->transactions(); }
  std::size_t keys_followed() const { return registry_.key_count(); }

 private:
  const catalog::LoadResult loaded_ = shipped_catalog();
  const credential::Peppers peppers_ = bench_peppers();
  const SystemClock clock_;
  SystemRandom random_;
  const std::unique_ptr<store::SqliteStore> store_;
  registry::Registry registry_{*loaded_.catalog};
  registry::Follower follower_;
  FollowerFeed feed_;
  lifecycle::Keys keys_;
  std::vector<Tenant> tenants_;
  const Actor actor_{ActorType::kOperator, UserId(), "operator"};
};

struct Burst {
  double per_second = 0;
  double together = 0;    // keys per transaction
  double slowest_ms = 0;  // 99th percentile
};

Burst burst(Node& node, int clients, double seconds, std::atomic<std::size_t>& next) {
  std::atomic<bool> over{false};
  std::vector<std::vector<double>> waits(static_cast<std::size_t>(clients));
  const auto transactions = node.transactions();
  const auto start = Steady::now();
  {
    std::vector<std::jthread> threads;
    for (auto& mine : waits) {
      threads.emplace_back([&] {
        while (!over.load(std::memory_order_relaxed)) {
          const auto asked = Steady::now();
          node.create(next.fetch_add(1, std::memory_order_relaxed));
          mine.push_back(seconds_since(asked) * 1e3);
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    over = true;
  }
  const double took = seconds_since(start);
  std::vector<double> all;
  for (const auto& mine : waits) all.insert(all.end(), mine.begin(), mine.end());
  const auto count = static_cast<double>(all.size());
  const auto late = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 99 / 100);
  std::ranges::nth_element(all, late);
  return {count / took, count / static_cast<double>(node.transactions() - transactions), *late};
}

// 4 KiB at the end of a file, and on disk, as cheaply as a program can have it.
class Append {
 public:
  explicit Append(const std::string& file)
      : file_(::open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)) {}
  ~Append() { ::close(file_); }
  Append(const Append&) = delete;
  Append& operator=(const Append&) = delete;
  void once() {
    if (::write(file_, block_.data(), block_.size()) != static_cast<ssize_t>(block_.size()) ||
        ::fdatasync(file_) != 0) {
      std::fprintf(stderr, "The file can't be written.\n");
      std::exit(1);
    }
  }

 private:
  const int file_;
  const std::string block_ = std::string(4096, 'x');
};

int number_or(int count, char** arguments, int at, int otherwise) {
  if (count <= at) return otherwise;
  const std::string_view text = arguments[at];
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value > 0) return value;
  std::fprintf(stderr, "CLIENTS and SECONDS must be whole numbers from 1 on.\n");
  std::exit(2);
}

void many_clients(Report& report, Node& node, int clients, double seconds, bool judged,
                  std::atomic<std::size_t>& next) {
  std::vector<double> rates, together, late;
  for (int round = 0; round < kRounds; ++round) {
    const Burst found = burst(node, clients, seconds, next);
    rates.push_back(found.per_second);
    together.push_back(found.together);
    late.push_back(found.slowest_ms);
  }
  const std::string name = judged ? "create.concurrent" : fmt::format("create.concurrent_{}", clients);
  const double rate = median(rates);
  report.add({.name = name,
              .value = rate,
              .unit = "1/s",
              .baseline = {},
              .must = judged ? "at least 5000" : "",
              .met = !judged || rate >= kMustPerSecond});
  report.add({.name = name + ".keys_per_fsync", .value = median(together), .unit = "keys", .baseline = {}, .must = ""});
  report.add({.name = name + ".p99", .value = median(late), .unit = "ms", .baseline = {}, .must = ""});
}

void lone_client(Report& report, Node& node, const std::string& file, std::atomic<std::size_t>& next) {
  constexpr int kTurns = 400;
  Append append(file);
  std::vector<double> creates, appends;
  for (int turn = 0; turn < kTurns; ++turn) {
    auto start = Steady::now();
    append.once();
    appends.push_back(seconds_since(start) * 1e6);
    start = Steady::now();
    node.create(next.fetch_add(1));
    creates.push_back(seconds_since(start) * 1e6);
  }
  const double create = median(creates), append_us = median(appends);
  report.add({.name = "create.single",
              .value = create,
              .unit = "us",
              .baseline = append_us,
              .must = "at most 3x one fdatasync of 4 KiB",
              .met = create <= kMustRatio * append_us});
}

}  // namespace

int main(int count, char** arguments) {
  const int clients = number_or(count, arguments, 1, 64);
  const int seconds = number_or(count, arguments, 2, 3);
  const Place place("create");
  Report report;
  report.about(
      fmt::format("keys made through the lifecycle room with an Idempotency-Key, WAL and synchronous=FULL, {} clients; "
                  "medians of {} "
                  "rounds of {} s. The lone client in turns with an append and fdatasync; medians",
                  clients, kRounds, seconds));
  Node node(place.file("latchkey.db"));
  std::atomic<std::size_t> next{0};
  lone_client(report, node, place.file("append"), next);
  many_clients(report, node, clients, seconds, true, next);
  many_clients(report, node, 8, seconds, false, next);
  const bool all_followed = node.keys_followed() == next.load();
  report.add({.name = "create.followed",
              .value = static_cast<double>(node.keys_followed()),
              .unit = "keys",
              .baseline = static_cast<double>(next.load()),
              .must = "every key that was made",
              .met = all_followed});
  return all_followed ? 0 : 1;
}
