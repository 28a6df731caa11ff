// Brings what the recorders counted to the store: every second, and whenever somebody wants to read the latest.
//
//   Collector collector(catalog, store);
//   Recorder& mine = collector.add_recorder();        // for each thread that checks; lives as long as the collector
//   collector.on_tally([](const Tally& tally) { ... });   // before the first flush: to hear of every use
//   collector.flush();
//
// Thread-safe. What could not be stored is kept and goes with the next flush, up to kMaxPending cells; what is beyond is
// lost and counted.
#pragma once
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "catalog/catalog.h"
#include "store/usage_store.h"
#include "usage/recorder.h"

namespace latchkey::usage {

class Collector {
 public:
  static constexpr std::size_t kMaxPending = 4'000'000;

  Collector(const catalog::Catalog& catalog, store::UsageStore& store);
  ~Collector();

  Recorder& add_recorder();
  using Listener = std::function<void(const Tally&)>;
  void on_tally(Listener listener);

  // Returns when everything that was recorded before the call is stored.
  Result<void> flush();
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  class Pending;
  const catalog::Catalog& catalog_;
  store::UsageStore& store_;

  std::mutex mutex_;                 // one flush at a time; over all below
  std::list<Recorder> recorders_;
  std::vector<Listener> listeners_;
  std::unique_ptr<Tally> tally_;
  std::unique_ptr<Pending> pending_;
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace latchkey::usage
