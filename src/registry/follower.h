// Keeps a registry true to a store: loads everything once, then follows the change feed. follow_to() is what makes a
// revocation certain: when it returns, every check on this node sees the change.
//
// A record whose seal is wrong was not written by us; it is left out, so its key is unknown, and logged.
// Thread-safe; calls block on the store.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>

#include "base/error.h"
#include "registry/registry.h"
#include "store/key_store.h"

namespace latchkey::registry {

class Follower {
 public:
  using Genuine = std::function<bool(const store::KeyRecord&)>;
  Follower(store::KeyStore& store, Registry& registry, Genuine genuine);

  // Loads all tenants and keys. `progress` is told how many keys are in, now and then.
  Result<void> load(const std::function<void(std::size_t)>& progress);
  // Returns when the registry holds every change up to `sequence`. Callers that ask at once share the work.
  Result<void> follow_to(store::Sequence sequence);
  store::Sequence position() const { return position_.load(); }

 private:
  Result<void> apply(const store::Change& change);
  void put(const store::KeyRecord& record);

  store::KeyStore& store_;
  Registry& registry_;
  const Genuine genuine_;
  std::mutex mutex_;  // one applies at a time
  std::atomic<store::Sequence> position_{0};
};

}  // namespace latchkey::registry
