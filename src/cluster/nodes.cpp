#include "cluster/nodes.h"

namespace latchkey::cluster {

std::string_view to_string(NodeState state) {
  switch (state) {
    case NodeState::kCurrent: return "current";
    case NodeState::kStale: return "stale";
    case NodeState::kLoading: return "loading";
    case NodeState::kGone: return "gone";
  }
  return "";
}

Result<NodesNow> OneNode::list() {
  NodesNow now;
  LK_ASSIGN(now.head, store_.last_sequence());
  NodeNow& self = now.nodes.emplace_back();
  self.record = tell_();
  self.self = true;
  self.state = self.record.last.loading ? NodeState::kLoading : NodeState::kCurrent;
  self.lag = std::max<std::int64_t>(now.head - self.record.last.position.sequence, 0);
  if (self.lag == 0) self.lag_ms = 0;
  now.store = "sqlite";
  return now;
}

Result<Receipt> OneNode::wait_for_all(std::int64_t) {
  const Instant now = clock_.now();
  const store::NodeRecord self = tell_();
  return begin_receipt(
      {.sequence = self.last.position.sequence, .committed_ns = clock_.steady_ns(), .committed_at = now}, {self});
}

Result<void> OneNode::forget(NodeId id) {
  if (id == tell_().id) return fail(ErrorCode::kConflict, "This node is alive; stop it instead.");
  return fail(ErrorCode::kNotFound, "This server is the only node; there is none to forget.");
}

}  // namespace latchkey::cluster
