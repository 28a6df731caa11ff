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

}  // namespace

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

namespace {

// What one thread does with the rows it reads.
class Loader {
 public:
  Loader(Registry& registry, Follower::GenuineRow genuine, Progress& progress, std::vector<KeyId>* seen)
      : load_(registry), genuine_(std::move(genuine)), progress_(progress), seen_(seen) {}

  void take(std::span<store::KeyRow> rows) {
    const auto others = std::ranges::partition(rows, genuine_);
    for (const store::KeyRow& row : others) say_not_genuine(row.id);
    const auto good = rows.first(rows.size() - others.size());
    load_.put(good);
    if (seen_ != nullptr) {
      for (const store::KeyRow& row : good) seen_->push_back(row.id);
    }
    progress_.add(rows.size());
  }

 private:
  Registry::BulkLoad load_;
  const Follower::GenuineRow genuine_;
  Progress& progress_;
  std::vector<KeyId>* const seen_;  // null: nobody asks
};

std::unexpected<Error> another_history(const store::FeedPlace& place) {
  return fail(ErrorCode::kUnavailable,
              "The database that is read is not the one that was followed, or written to; ask again.",
              fmt::format("no change {} with its mark", place.sequence));
}

unsigned loading_threads() { return std::clamp(std::thread::hardware_concurrency(), 1U, kMaxLoadingThreads); }

}  // namespace

Follower::Follower(store::KeyStore& store, Registry& registry, Genuine genuine, Lease* lease)
    : store_(store), registry_(registry), genuine_(std::move(genuine)), lease_(lease) {}

void Follower::put(const store::KeyRecord& record) {
  if (record.key.deleted_at) return registry_.remove_key(record.key.id);
  if (genuine_.record(record)) {
    registry_.put_key(record);
    return;
  }
  say_not_genuine(record.key.id);
  registry_.remove_key(record.key.id);
}

Result<store::FeedPlace> Follower::read_rows(Progress& progress, std::vector<std::vector<KeyId>>* seen) {
  std::vector<std::unique_ptr<Loader>> loaders;
  std::vector<store::RowVisitor> visitors;
  for (unsigned thread = 0; thread < loading_threads(); ++thread) {
    std::vector<KeyId>* const ids = seen == nullptr ? nullptr : &(*seen)[thread];
    Loader& loader = *loaders.emplace_back(std::make_unique<Loader>(registry_, genuine_.rows(), progress, ids));
    visitors.emplace_back([&loader](std::span<store::KeyRow> rows) { loader.take(rows); });
  }
  return store_.visit_rows([this](std::size_t keys) { registry_.reserve(keys); },
                           [this](const Tenant& tenant) { registry_.put_tenant(tenant); }, visitors);
}

Result<void> Follower::load(const std::function<void(std::size_t)>& progress) {
  const std::lock_guard lock(mutex_);
  Progress loaded(progress);
  LK_ASSIGN(const store::FeedPlace place, read_rows(loaded, nullptr));
  set_place(place);
  LK_TRY(pass_locked(std::nullopt));
  loaded.end();
  return {};
}

Result<void> Follower::go_over(const std::optional<store::FeedPlace>& head) {
  if (!torn_) {
    LK_ASSIGN(const bool still, stands_in_feed(place()));
    if (still) {
      other_history_ = false;
      return {};
    }
  }
  bool current = false;
  if (head) {
    LK_ASSIGN(current, stands_in_feed(*head));
  }
  if (!current) return another_history(place());
  return reload();
}

// What is there still is put over what was; the others go at the end.
Result<void> Follower::reload() {
  log::warn("registry.reloading",
            {{"reason", "the feed is not the one that was followed; the database has lost changes"},
             {"position", std::to_string(position())}});
  if (lease_ != nullptr) lease_->end();
  torn_ = true;
  const std::function<void(std::size_t)> say_nothing = [](std::size_t) {};
  Progress progress(say_nothing);
  std::vector<std::vector<KeyId>> seen(loading_threads());
  LK_ASSIGN(const store::FeedPlace place, read_rows(progress, &seen));
  std::vector<KeyId> there;
  for (std::vector<KeyId>& ids : seen) {
    there.insert(there.end(), ids.begin(), ids.end());
    ids = {};
  }
  std::ranges::sort(there);
  for (const KeyId id : registry_.key_ids()) {
    if (!std::ranges::binary_search(there, id)) registry_.remove_key(id);
  }
  set_place(place);
  torn_ = other_history_ = false;
  log::info("registry.reloaded",
            {{"keys", std::to_string(registry_.key_count())}, {"position", std::to_string(place.sequence)}});
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

store::FeedPlace Follower::place() const {
  const std::lock_guard lock(place_lock_);
  return place_;
}

void Follower::set_place(const store::FeedPlace& place) {
  const std::lock_guard lock(place_lock_);
  place_ = place;
}

Result<void> Follower::follow_to(store::Sequence sequence) {
  if (position() >= sequence) return {};
  const std::lock_guard lock(mutex_);
  if (position() >= sequence) return {};
  LK_TRY(pass_locked(std::nullopt));
  if (position() >= sequence) return {};
  return fail(ErrorCode::kInternal, "The change was stored, but this server does not see it yet; ask again.",
              fmt::format("feed ends at {} before {}", position(), sequence));
}

Result<void> Follower::catch_up(const std::optional<store::FeedPlace>& head) {
  const std::uint64_t begun = passes_.load();
  const std::lock_guard lock(mutex_);
  // One that began after this call, and ended well, did what is asked.
  if (!head && passed_ > begun) return {};
  return pass_locked(head);
}

Result<bool> Follower::stands_in_feed(const store::FeedPlace& place) {
  if (place.sequence == 0) return true;
  LK_ASSIGN(const std::vector<store::Change> found, store_.changes_after(place.sequence - 1, 1));
  return !found.empty() && found.front().place() == place;
}

// Answers whether there may be more.
Result<bool> Follower::follow_batch() {
  const store::FeedPlace from = place();
  // With the one that was applied last, to see that the feed is still the one that it was.
  LK_ASSIGN(const std::vector<store::Change> changes,
            store_.changes_after(std::max<store::Sequence>(from.sequence - 1, 0), kBatch));
  if (from.sequence > 0 && (changes.empty() || changes.front().place() != from)) {
    other_history_ = true;
    return another_history(from);
  }
  const auto fresh = std::span(changes).subspan(from.sequence > 0 ? 1 : 0);
  if (fresh.empty()) return false;
  LK_TRY(apply(fresh));
  set_place(fresh.back().place());
  return changes.size() == kBatch;
}

Result<void> Follower::pass_locked(const std::optional<store::FeedPlace>& head) {
  const std::uint64_t number = ++passes_;
  if (other_history_) LK_TRY(go_over(head));
  for (bool more = true; more;) {
    LK_ASSIGN(more, follow_batch());
  }
  passed_ = number;
  if (!head || *head == place()) return {};
  // Looked up rather than remembered: what can be read may be of a database that has been replaced since.
  LK_ASSIGN(const bool same, stands_in_feed(*head));
  if (!same || head->sequence > position()) return another_history(*head);
  return {};
}

}  // namespace latchkey::registry
