// Keeps a registry true to a store: loads everything once, then follows the change feed. follow_to() is what makes a
// revocation certain: when it returns, every check on this node sees the change.
//
// What is loaded are several snapshots, one for each thread, none older than the place in the feed that they are followed from
// (KeyStore::visit_rows); load() ends by following the feed, so that what it leaves is one moment of the store.
//
// A record whose seal is wrong was not written by us; it is left out, so its key is unknown, and logged.
// Thread-safe; calls block on the store.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>

#include "base/error.h"
#include "registry/registry.h"
#include "store/key_row.h"
#include "store/key_store.h"

namespace latchkey::registry {

class Follower {
 public:
  using GenuineRow = std::function<bool(const store::KeyRow&)>;
  // Whether what the store holds was written by us.
  struct Genuine {
    std::function<bool(const store::KeyRecord&)> record;  // thread-safe
    std::function<GenuineRow()> rows;                     // makes one for each thread that loads
  };
  Follower(store::KeyStore& store, Registry& registry, Genuine genuine);

  // Loads all tenants and keys, on one thread for each core. `progress` is told how many keys are in, now and then: by one
  // thread at a time, and each time of more.
  Result<void> load(const std::function<void(std::size_t)>& progress);
  // Returns when the registry holds every change up to `sequence`. Callers that ask at once share the work.
  Result<void> follow_to(store::Sequence sequence);
  store::Sequence position() const { return position_.load(); }

 private:
  Result<void> apply(std::span<const store::Change> changes);
  Result<void> follow_locked(store::Sequence sequence);
  void put(const store::KeyRecord& record);

  store::KeyStore& store_;
  Registry& registry_;
  const Genuine genuine_;
  std::mutex mutex_;  // one applies at a time
  std::atomic<store::Sequence> position_{0};
};

}  // namespace latchkey::registry
