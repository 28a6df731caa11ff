#include "app/node_duties.h"

#include <algorithm>

namespace latchkey::app {

NodeDuties::NodeDuties(const OpenedStore& opened, Node& node, const Clock& clock)
    : node_(node),
      duties_(opened.duties.get(), node.self().id.bytes(), clock, [this] { count_nodes(); }),
      relay_(opened.parcels != nullptr ? std::make_unique<StoredCellRelay>(*opened.parcels) : nullptr),
      sending_(duties_.duty("sending")),
      watching_(duties_.duty("watching")),
      keeping_(duties_.duty("keeping")),
      summing_up_(duties_.duty("summing up")) {}

// Also those that are stale, so that shares of limits are never too large. Without an answer it stays as it was.
void NodeDuties::count_nodes() {
  const auto now = node_.nodes().list();
  if (!now) return;
  const auto is_live = [](const cluster::NodeNow& each) { return each.state != cluster::NodeState::kGone; };
  const auto live = static_cast<int>(std::ranges::count_if(now->nodes, is_live));
  live_nodes_.store(std::max(1, live), std::memory_order_relaxed);
}

}  // namespace latchkey::app
