// What the management API asks about the nodes that serve: who they are, and whether all of them follow a change. Two
// answer: OneNode for a server that is alone with its database, SharedNodes (cluster/shared_nodes.h) for many.
//
//   const Receipt receipt = nodes.wait_for_all(10'000);   // after a change: until each node has it, or can do no harm
//
// Thread-safe; calls block.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "cluster/receipt.h"

namespace latchkey::cluster {

enum class NodeState {
  kCurrent,
  kStale,    // has told nothing for max_staleness
  kLoading,  // reads its keys
  kGone,     // was silent for so long that it is about to be forgotten
};
std::string_view to_string(NodeState state);

struct NodeNow {
  store::NodeRecord record;
  NodeState state = NodeState::kCurrent;
  bool self = false;                   // the one that answers
  std::int64_t lag = 0;                // changes behind the head
  std::optional<std::int64_t> lag_ms;  // none if it can't be known
};

struct NodesNow {
  std::vector<NodeNow> nodes;
  store::Sequence head = 0;
  std::int64_t max_staleness_ms = 0;  // 0: nothing is ever stale
  std::string store;                  // sqlite, postgres
};

class Nodes {
 public:
  virtual ~Nodes() = default;
  virtual Result<NodesNow> list() = 0;
  // For changes that are committed by now. The receipt is not complete when the time is over.
  virtual Result<Receipt> wait_for_all(std::int64_t timeout_ms) = 0;
  // That a node which serves even when it is stale does so no more, on the word of whoever says so. kNotFound.
  virtual Result<void> forget(NodeId id) = 0;
};

// A server that is alone: what it was told of holds when the change returns.
class OneNode final : public Nodes {
 public:
  // `tell`: what it would say of itself.
  OneNode(store::KeyStore& store, const Clock& clock, std::function<store::NodeRecord()> tell)
      : store_(store), clock_(clock), tell_(std::move(tell)) {}
  Result<NodesNow> list() override;
  Result<Receipt> wait_for_all(std::int64_t timeout_ms) override;
  Result<void> forget(NodeId id) override;

 private:
  store::KeyStore& store_;
  const Clock& clock_;
  const std::function<store::NodeRecord()> tell_;
};

}  // namespace latchkey::cluster
