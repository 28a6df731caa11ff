// The thread that keeps a node's registry true to the feed that many nodes write: it looks when the bell rings, and every so
// many milliseconds even if it does not. It extends the node's lease once what a heartbeat saw is applied, and confirms how
// far it has got when somebody asks.
//
//   Following following(follower, bell, nodes, clock, lease, id, options);
//   following.start();                            // once keys are loaded
//   following.granted({head, asked_ns});          // of each heartbeat that was answered
//   following.stop();
//
// granted() and the questions are thread-safe; start() and stop() belong to one thread.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "registry/follower.h"
#include "registry/lease.h"
#include "store/change_bell.h"
#include "store/node_store.h"

namespace latchkey::cluster {

// What a heartbeat was answered, and when it had been sent.
struct Heard {
  store::FeedPlace head;
  std::int64_t asked_ns = 0;
};

class Following {
 public:
  struct Options {
    NodeId id;
    bool denies_when_stale = true;  // otherwise its lease, once it has one, never ends
    std::int64_t max_staleness_ms = 5'000;
    std::int64_t poll_ms = 50;
  };
  Following(registry::Follower& follower, store::ChangeBell& bell, store::NodeStore& nodes, const Clock& clock,
            registry::Lease& lease, const Options& options, std::function<void()> at_confirmation)
      : follower_(follower),
        bell_(bell),
        nodes_(nodes),
        clock_(clock),
        lease_(lease),
        options_(options),
        at_confirmation_(std::move(at_confirmation)) {}
  ~Following() { stop(); }

  void start();
  void stop();
  void granted(const Heard& heard);
  // Whether the lease has been extended since the start, once it is or the time is over.
  bool wait_for_lease(std::int64_t timeout_ms);
  // That somebody here waits for this.
  void await(store::Sequence sequence);
  // The steady time at which nothing was missing for the last time; 0 if there was none.
  std::int64_t current_ns() const { return current_ns_.load(std::memory_order_relaxed); }

 private:
  void run();
  void follow();
  void extend(const Heard& heard);
  void confirm();

  registry::Follower& follower_;
  store::ChangeBell& bell_;
  store::NodeStore& nodes_;
  const Clock& clock_;
  registry::Lease& lease_;
  const Options options_;
  const std::function<void()> at_confirmation_;  // a node has confirmed something

  std::mutex mutex_;
  std::condition_variable has_lease_;
  std::optional<Heard> heard_;  // guarded by mutex_: not extended for yet
  bool extended_ = false;       // guarded by mutex_
  std::atomic<store::Sequence> awaited_{0};
  std::atomic<std::int64_t> current_ns_{0};
  std::atomic<bool> stopping_{false};
  std::optional<std::int64_t> failed_ns_;  // the thread's: since when the feed can't be followed
  store::Sequence confirmed_ = 0;          // the thread's: what was confirmed last
  std::thread thread_;
};

}  // namespace latchkey::cluster
