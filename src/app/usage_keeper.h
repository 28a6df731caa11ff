// The thread that brings counted uses to the store every second, and sums up and forgets every minute. It may wait for the
// disk as long as it likes; nothing else waits for it.
//
//   UsageKeeper keeper(collector, store, clock, retention);   // runs from here on
//   keeper.stop();                                            // once nothing is counted any more: stores the rest
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/duty.h"
#include "store/usage_store.h"
#include "usage/collector.h"

namespace latchkey::app {

class UsageKeeper {
 public:
  // `summing_up`: of several nodes one sums up and forgets; each stores what it counted itself.
  UsageKeeper(usage::Collector& collector, store::UsageStore& store, const Clock& clock, store::UsageRetention retention,
              const Duty& summing_up = Duty::always());
  ~UsageKeeper() { stop(); }
  void stop();

 private:
  void run();
  void flush();
  void roll_up();

  usage::Collector& collector_;
  store::UsageStore& store_;
  const Clock& clock_;
  const store::UsageRetention retention_;
  const Duty& summing_up_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: everything else is ready when it starts
};

}  // namespace latchkey::app
