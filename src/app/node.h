// What makes a server a node: alone with its files, or one of many on a database. The part of the composition root that
// serve.cpp holds as one.
//
//   Node node(config.store, store, follower, lease, clock, random, load);
//   LK_TRY(node.join());     // before keys are loaded
//   node.keys_are_loaded();  // from here on it may get a lease
//   node.leave();            // once nothing is decided any more
//
// join() to leave() belong to one thread; what it tells of itself is for any.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "app/open_store.h"
#include "cluster/membership.h"
#include "cluster/nodes.h"
#include "cluster/shared_nodes.h"
#include "lifecycle/feed.h"
#include "registry/follower.h"

namespace latchkey::app {

// The lifecycle room asks for a feed; on this node the registry's follower is it.
class FollowerFeed final : public lifecycle::Feed {
 public:
  // `shared`: others write to it too.
  FollowerFeed(registry::Follower& follower, bool shared) : follower_(follower), shared_(shared) {}
  Result<void> follow_to(store::Sequence sequence) override;

 private:
  registry::Follower& follower_;
  const bool shared_;
};

class Node {
 public:
  enum class State { kLoading, kCurrent, kStale };

  Node(const StoreConfig& config, const OpenedStore& store, registry::Follower& follower, registry::Lease& lease,
       const Clock& clock, Random& random, std::function<cluster::NodeLoad()> load);

  Result<void> join();
  // Waits a while for the first lease.
  void keys_are_loaded();
  void leave();

  cluster::Nodes& nodes() { return *nodes_; }
  const store::NodeRecord& self() const { return self_; }
  // Null: what is known always holds.
  const registry::Lease* lease() const { return shared_ ? &lease_ : nullptr; }
  State state() const;
  // For how long it may still rely on what it knows, in seconds; none if it may always.
  std::optional<double> lease_seconds() const;
  // For how long it has not known that nothing is missing; 0 for a server that is alone.
  double behind_seconds() const;

 private:
  store::NodeRecord tell() const;

  const store::NodeRecord self_;
  const bool shared_;
  registry::Follower& follower_;
  registry::Lease& lease_;
  const Clock& clock_;
  const std::function<cluster::NodeLoad()> load_;
  std::atomic<bool> loaded_{false};
  std::unique_ptr<cluster::Nodes> nodes_;
  cluster::SharedNodes* shared_nodes_ = nullptr;  // nodes_, if it is shared
  std::unique_ptr<cluster::Following> following_;
  std::unique_ptr<cluster::Membership> membership_;
};

}  // namespace latchkey::app
