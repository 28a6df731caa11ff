// Keeps a registry true to a store: loads everything once, then follows the change feed. follow_to() is what makes a
// revocation certain: when it returns, every check on this node sees the change.
//
// What is loaded are several snapshots, one for each thread, none older than the place in the feed that they are followed from
// (KeyStore::visit_rows); load() ends by following the feed, so that what it leaves is one moment of the store.
//
// A database that many nodes use can lose changes that it had told of, when a standby takes over. The marks of the feed show it
// (store::FeedPlace). Then everything is read again, once the store has told, later, where its feed ends: what is read may as
// well be the database that was left behind, and a node must not go back to that. Meanwhile the lease is over.
//
// A record whose seal is wrong was not written by us; it is left out, so its key is unknown, and logged.
// Thread-safe; calls block on the store.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/spin_lock.h"
#include "registry/lease.h"
#include "registry/registry.h"
#include "store/key_row.h"
#include "store/key_store.h"

namespace latchkey::registry {

class Progress;

class Follower {
 public:
  using GenuineRow = std::function<bool(const store::KeyRow&)>;
  // Whether what the store holds was written by us.
  struct Genuine {
    std::function<bool(const store::KeyRecord&)> record;  // thread-safe
    std::function<GenuineRow()> rows;                     // makes one for each thread that loads
  };
  // `lease`: ended before anything is read again; null where there is none.
  Follower(store::KeyStore& store, Registry& registry, Genuine genuine, Lease* lease = nullptr);

  // Loads all tenants and keys, on one thread for each core. `progress` is told how many keys are in, now and then: by one
  // thread at a time, and each time of more.
  Result<void> load(const std::function<void(std::size_t)>& progress);
  // Returns when the registry holds every change up to `sequence`. Callers that ask at once share the work.
  Result<void> follow_to(store::Sequence sequence);
  // Follows to where the feed ends now, at the earliest, whatever was known before. With `head`, which the store told when it was
  // written to, after any earlier call failed: that this is the history which is followed. kUnavailable when what can be read is of
  // another, or ends before.
  Result<void> catch_up(const std::optional<store::FeedPlace>& head = std::nullopt);
  store::Sequence position() const { return place().sequence; }
  store::FeedPlace place() const;

 private:
  Result<void> apply(std::span<const store::Change> changes);
  Result<void> pass_locked(const std::optional<store::FeedPlace>& head);
  Result<bool> follow_batch();
  Result<bool> stands_in_feed(const store::FeedPlace& place);
  // Reads all rows. With `seen`, notes whose.
  Result<store::FeedPlace> read_rows(Progress& progress, std::vector<std::vector<KeyId>>* seen);
  Result<void> go_over(const std::optional<store::FeedPlace>& head);
  Result<void> reload();
  void put(const store::KeyRecord& record);
  void set_place(const store::FeedPlace& place);

  store::KeyStore& store_;
  Registry& registry_;
  const Genuine genuine_;
  Lease* const lease_;
  std::mutex mutex_;                      // one applies at a time
  bool other_history_ = false;            // guarded by mutex_: what was followed is not what is read
  bool torn_ = false;                     // guarded by mutex_: the registry is of two histories
  std::atomic<std::uint64_t> passes_{0};  // begun; written under mutex_
  std::uint64_t passed_ = 0;              // guarded by mutex_: the last that ended well
  mutable SpinLock place_lock_;
  store::FeedPlace place_;  // guarded by place_lock_; written under mutex_
};

}  // namespace latchkey::registry
