#include "cluster/shared_nodes.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace latchkey::cluster {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

NodeState state_of(const store::NodeRecord& record, std::int64_t silent_ms) {
  if (record.denies_when_stale && silent_ms >= record.max_staleness_ms * Peers::kForgottenAfter)
    return NodeState::kGone;
  if (silent_ms >= record.max_staleness_ms) return NodeState::kStale;
  return record.last.loading ? NodeState::kLoading : NodeState::kCurrent;
}

}  // namespace

void SharedNodes::confirmation_heard() {
  {
    const std::lock_guard lock(mutex_);
    ++heard_;
  }
  confirmed_.notify_all();
}

Result<NodesNow> SharedNodes::list() {
  NodesNow now;
  LK_ASSIGN(now.head, store_.last_sequence());
  LK_ASSIGN(const std::vector<store::NodeRecord> listed, nodes_.nodes());
  for (const store::NodeRecord& record : listed) {
    const std::int64_t silent_ms = membership_->silent_ns(record.id) / kNsPerMs;
    NodeNow& node = now.nodes.emplace_back();
    node.record = record;
    node.self = record.id == membership_->self().id;
    node.state = state_of(record, silent_ms);
    // Changes that came since it told of itself are not held against it: it is asked once in a fifth of max_staleness.
    node.lag = std::max<std::int64_t>(now.head - record.last.position.sequence, 0);
    node.lag_ms = node.lag == 0 ? 0 : record.last.behind_ms + silent_ms;
  }
  now.max_staleness_ms = membership_->self().max_staleness_ms;
  now.store = "postgres";
  return now;
}

void SharedNodes::wait_to_hear(std::uint64_t heard_before, std::int64_t most_ms) {
  std::unique_lock lock(mutex_);
  confirmed_.wait_for(lock, std::chrono::milliseconds(most_ms), [&] { return heard_ != heard_before; });
}

// The change is committed, so the feed's head is at it or behind, and whoever has got to the head has it. The head comes with
// its mark, so that a database that was left behind by a failover is not taken at its word.
Result<Receipt> SharedNodes::wait_for_all(std::int64_t timeout_ms) {
  AwaitedChange change;
  LK_ASSIGN(const store::FeedPlace head, nodes_.durable_head());
  change.sequence = head.sequence;
  change.committed_ns = clock_.steady_ns();
  change.committed_at = clock_.now();
  const std::int64_t until_ns = change.committed_ns + timeout_ms * kNsPerMs;
  LK_ASSIGN(const std::vector<store::NodeRecord> first, nodes_.nodes(head));
  Receipt receipt = begin_receipt(change, first);
  if (receipt.complete) return receipt;
  following_->await(change.sequence);
  // Whoever does not hear it tells with its next heartbeat.
  if (const auto asked = nodes_.ask_to_confirm(change.sequence); !asked) {
    log::warn("cluster.not_asked", {{"error", asked.error().message}, {"detail", asked.error().detail}});
  }
  for (;;) {
    std::uint64_t heard;
    {
      const std::lock_guard lock(mutex_);
      heard = heard_;
    }
    // Without an answer of the database time still passes, and with it leases end.
    const auto listed = nodes_.nodes(head);
    const std::int64_t now_ns = clock_.steady_ns();
    look(receipt, change, listed ? *listed : first, now_ns, clock_.now());
    if (receipt.complete || now_ns >= until_ns) return receipt;
    wait_to_hear(heard, std::clamp<std::int64_t>((until_ns - now_ns) / kNsPerMs, 1, kLookEveryMs));
  }
}

Result<void> SharedNodes::forget(NodeId id) {
  LK_ASSIGN(const std::vector<store::NodeRecord> listed, nodes_.nodes());
  const auto found = std::ranges::find(listed, id, &store::NodeRecord::id);
  if (found == listed.end()) return fail(ErrorCode::kNotFound, "There is no such node.");
  if (membership_->silent_ns(id) / kNsPerMs < found->max_staleness_ms) {
    return fail(ErrorCode::kConflict, "This node is alive; stop it instead.");
  }
  return nodes_.remove_node(id);
}

}  // namespace latchkey::cluster
