// What one node sees of the others: how long each has told nothing, by its own steady clock, since clocks of other machines,
// the database's among them, may be set. Used by one thread.
//
//   peers.see(nodes.nodes(), clock.steady_ns());
//   for (const auto& node : peers.to_forget()) nodes.forget_node(node.id, node.beats);
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "store/node_store.h"

namespace latchkey::cluster {

class Peers {
 public:
  // How many times max_staleness a node may tell nothing until it is forgotten.
  static constexpr std::int64_t kForgottenAfter = 10;

  void see(const std::vector<store::NodeRecord>& nodes, std::int64_t now_ns);
  // Those whose lease has long been over. One that serves when it is stale is left to people.
  std::vector<store::NodeRecord> to_forget() const;
  // For how long the node has been silent; 0 for one that is not known.
  std::int64_t silent_ns(NodeId id) const;

 private:
  struct Seen {
    store::NodeRecord record;
    std::int64_t since_ns = 0;  // its beats are what they are
    std::int64_t silent_ns = 0;
  };
  std::unordered_map<NodeId, Seen> seen_;
};

}  // namespace latchkey::cluster
