#include "registry/follower.h"

#include <algorithm>
#include <thread>
#include <unordered_set>

#include "base/log.h"
#include "registry/bulk_load.h"

namespace latchkey::registry {
namespace {

constexpr int kBatch = 1000;
constexpr std::size_t kProgressEvery = 250'000;
// More would wait for the registry's lock.
constexpr unsigned kMaxLoadingThreads = 8;

void say_not_genuine(KeyId key) {
  log::error("registry.seal_is_wrong",
             {{"key", key.to_string()}, {"consequence", "the key is refused as unknown until its row is restored"}});
}

template <class Id>
void each_once(std::vector<Id>& ids) {
  std::ranges::sort(ids);
  const auto rest = std::ranges::unique(ids);
  ids.erase(rest.begin(), rest.end());
}

// How many keys are in. Thread-safe.
class Progress {
 public:
  explicit Progress(const std::function<void(std::size_t)>& tell) : tell_(tell) {}

  void add(std::size_t keys) {
    const std::lock_guard lock(mutex_);
    const std::size_t before = keys_;
    keys_ += keys;
    if (before / kProgressEvery != keys_ / kProgressEvery) tell_(keys_);
  }
  void end() {
    const std::lock_guard lock(mutex_);
    tell_(keys_);
  }

 private:
  const std::function<void(std::size_t)>& tell_;
  std::mutex mutex_;
  std::size_t keys_ = 0;  // guarded by mutex_
};

// What one thread does with the rows it reads.
class Loader {
 public:
  Loader(Registry& registry, Follower::GenuineRow genuine, Progress& progress)
      : load_(registry), genuine_(std::move(genuine)), progress_(progress) {}

  void take(std::span<store::KeyRow> rows) {
    const auto others = std::ranges::partition(rows, genuine_);
    for (const store::KeyRow& row : others) say_not_genuine(row.id);
    load_.put(rows.first(rows.size() - others.size()));
    progress_.add(rows.size());
  }

 private:
  Registry::BulkLoad load_;
  const Follower::GenuineRow genuine_;
  Progress& progress_;
};

}  // namespace

Follower::Follower(store::KeyStore& store, Registry& registry, Genuine genuine)
    : store_(store), registry_(registry), genuine_(std::move(genuine)) {}

void Follower::put(const store::KeyRecord& record) {
  if (record.key.deleted_at) return registry_.remove_key(record.key.id);
  if (genuine_.record(record)) {
    registry_.put_key(record);
    return;
  }
  say_not_genuine(record.key.id);
  registry_.remove_key(record.key.id);
}

Result<void> Follower::load(const std::function<void(std::size_t)>& progress) {
  const std::lock_guard lock(mutex_);
  Progress loaded(progress);
  {
    std::vector<std::unique_ptr<Loader>> loaders;
    std::vector<store::RowVisitor> visitors;
    const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxLoadingThreads);
    while (loaders.size() < threads) {
      Loader& loader = *loaders.emplace_back(std::make_unique<Loader>(registry_, genuine_.rows(), loaded));
      visitors.emplace_back([&loader](std::span<store::KeyRow> rows) { loader.take(rows); });
    }
    LK_ASSIGN(position_, store_.visit_rows([this](std::size_t keys) { registry_.reserve(keys); },
                                           [this](const Tenant& tenant) { registry_.put_tenant(tenant); }, visitors));
  }
  LK_ASSIGN(const store::Sequence last, store_.last_sequence());
  LK_TRY(follow_locked(last));
  loaded.end();
  return {};
}

// Tenants first, since a key needs its own; both as they are now, which may be later than these changes.
Result<void> Follower::apply(std::span<const store::Change> changes) {
  std::vector<TenantId> tenants;
  std::vector<KeyId> keys;
  for (const store::Change& change : changes) {
    if (change.kind == store::ChangeKind::kTenant) tenants.push_back(change.tenant);
    if (change.kind == store::ChangeKind::kKey) keys.push_back(change.key);
  }
  each_once(tenants);
  each_once(keys);
  for (const TenantId id : tenants) {
    LK_ASSIGN(const Tenant tenant, store_.find_tenant(id));
    registry_.put_tenant(tenant);
  }
  LK_ASSIGN(const std::vector<store::KeyRecord> records, store_.find_keys(keys));
  std::unordered_set<KeyId> gone(keys.begin(), keys.end());
  for (const store::KeyRecord& record : records) {
    put(record);
    gone.erase(record.key.id);
  }
  for (const KeyId id : gone) registry_.remove_key(id);
  return {};
}

Result<void> Follower::follow_to(store::Sequence sequence) {
  if (position_ >= sequence) return {};
  const std::lock_guard lock(mutex_);
  return follow_locked(sequence);
}

Result<void> Follower::follow_locked(store::Sequence sequence) {
  while (position_ < sequence) {
    LK_ASSIGN(const std::vector<store::Change> changes, store_.changes_after(position_, kBatch));
    if (changes.empty()) {
      return fail(ErrorCode::kInternal, "The change was stored, but this server does not see it yet; ask again.",
                  fmt::format("feed ends at {} before {}", position_.load(), sequence));
    }
    LK_TRY(apply(changes));
    position_ = changes.back().sequence;
  }
  return {};
}

}  // namespace latchkey::registry
