#include "cluster/peers.h"

namespace latchkey::cluster {

void Peers::see(const std::vector<store::NodeRecord>& nodes, std::int64_t now_ns) {
  std::unordered_map<NodeId, Seen> now;
  for (const store::NodeRecord& record : nodes) {
    Seen& seen = now[record.id];
    const auto before = seen_.find(record.id);
    const bool silent = before != seen_.end() && before->second.record.beats == record.beats;
    seen.record = record;
    seen.since_ns = silent ? before->second.since_ns : now_ns;
    seen.silent_ns = now_ns - seen.since_ns;
  }
  seen_ = std::move(now);
}

std::vector<store::NodeRecord> Peers::to_forget() const {
  std::vector<store::NodeRecord> out;
  for (const auto& [id, seen] : seen_) {
    const std::int64_t limit_ns = seen.record.max_staleness_ms * 1'000'000 * kForgottenAfter;
    if (seen.record.denies_when_stale && seen.silent_ns >= limit_ns) out.push_back(seen.record);
  }
  return out;
}

std::int64_t Peers::silent_ns(NodeId id) const {
  const auto found = seen_.find(id);
  return found == seen_.end() ? 0 : found->second.silent_ns;
}

}  // namespace latchkey::cluster
