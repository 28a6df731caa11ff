// Receipts and the list of nodes where many serve from one store.
#pragma once
#include <condition_variable>
#include <mutex>

#include "cluster/following.h"
#include "cluster/membership.h"
#include "cluster/nodes.h"

namespace latchkey::cluster {

class SharedNodes final : public Nodes {
 public:
  SharedNodes(store::NodeStore& nodes, store::KeyStore& store, const Clock& clock)
      : nodes_(nodes), store_(store), clock_(clock) {}
  // What it asks of this node; before anything else is called but confirmation_heard().
  void attach(Following& following, const Membership& membership) {
    following_ = &following;
    membership_ = &membership;
  }
  // That some node has told how far it has got. Any thread.
  void confirmation_heard();

  Result<NodesNow> list() override;
  Result<Receipt> wait_for_all(std::int64_t timeout_ms) override;
  Result<void> forget(NodeId id) override;

 private:
  // While a wait lasts, it looks this often, should nothing be heard.
  static constexpr std::int64_t kLookEveryMs = 100;

  void wait_to_hear(std::uint64_t heard_before, std::int64_t most_ms);

  store::NodeStore& nodes_;
  store::KeyStore& store_;
  const Clock& clock_;
  Following* following_ = nullptr;
  const Membership* membership_ = nullptr;

  std::mutex mutex_;
  std::condition_variable confirmed_;
  std::uint64_t heard_ = 0;  // guarded by mutex_: confirmations
};

}  // namespace latchkey::cluster
