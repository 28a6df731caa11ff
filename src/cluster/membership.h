// A node's place among those that serve from one store: it registers before it reads any key, tells of itself five times in
// max_staleness, forgets those that are long silent, and takes its row away at the end.
//
//   Membership membership(nodes, follower, following, clock, options, load);
//   LK_TRY(membership.join());      // from here on it is listed, and has to be waited for
//   ... load keys, following.start() ...
//   membership.keys_are_loaded();   // from here on heartbeats extend the lease
//   membership.leave();             // once nothing is decided any more
//
// join(), keys_are_loaded() and leave() belong to one thread.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "cluster/following.h"
#include "cluster/peers.h"
#include "store/node_store.h"

namespace latchkey::cluster {

// What is told of a node beside what the cluster needs.
struct NodeLoad {
  std::int64_t keys = 0;
  std::uint64_t checks = 0;  // since the start
  std::string limits = "local";
};

class Membership {
 public:
  // Heartbeats in max_staleness, so that a lease outlives three that get lost; and at least one in so many milliseconds, since where
  // no bell rings a receipt waits for them.
  static constexpr std::int64_t kBeats = 5;
  static constexpr std::int64_t kLongestPeriodMs = 1'000;

  Membership(store::NodeStore& nodes, registry::Follower& follower, Following& following, const Clock& clock,
             store::NodeRecord self, std::function<NodeLoad()> load)
      : nodes_(nodes),
        follower_(follower),
        following_(following),
        clock_(clock),
        self_(std::move(self)),
        load_(std::move(load)) {}
  ~Membership() { leave(); }

  Result<void> join();
  void keys_are_loaded();
  void leave();

  const store::NodeRecord& self() const { return self_; }
  bool is_loading() const { return !loaded_; }
  // For how long a node has told nothing, as far as this one has seen.
  std::int64_t silent_ns(NodeId id) const;

 private:
  void run();
  void stop();
  Result<void> announce();
  bool beat();
  void look_at_others();
  store::NodeBeat next_beat();

  store::NodeStore& nodes_;
  registry::Follower& follower_;
  Following& following_;
  const Clock& clock_;
  const store::NodeRecord self_;
  const std::function<NodeLoad()> load_;

  std::atomic<bool> loaded_{false};
  bool joined_ = false;
  std::int64_t registrations_ = 0;
  // The thread's.
  bool failing_ = false;
  std::uint64_t checks_before_ = 0;
  std::int64_t beat_before_ns_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_, as the next two
  bool hurry_ = false;
  Peers peers_;
  std::thread thread_;
};

}  // namespace latchkey::cluster
