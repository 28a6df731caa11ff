#include "cluster/receipt.h"

#include <algorithm>

#include "registry/lease.h"

namespace latchkey::cluster {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

void settle(NodeReceipt& node, Confirmation state, Instant now) {
  node.state = state;
  node.seen_at = now;
  if (state == Confirmation::kConfirmed || state == Confirmation::kEnded) node.stale_by.reset();
}

bool lease_is_over(const store::NodeRecord& record, const AwaitedChange& change, std::int64_t now_ns) {
  return record.denies_when_stale &&
         now_ns - change.committed_ns >= registry::surely_over_ns(record.max_staleness_ms * kNsPerMs);
}

void look_at(NodeReceipt& node, const AwaitedChange& change, const store::NodeRecord* record, std::int64_t now_ns,
             Instant now) {
  if (node.state == Confirmation::kConfirmed || node.state == Confirmation::kEnded) return;
  if (record == nullptr) return settle(node, Confirmation::kEnded, now);
  node.position = std::max(node.position, record->last.position.sequence);
  if (node.position >= change.sequence) return settle(node, Confirmation::kConfirmed, now);
  if (node.state == Confirmation::kUnconfirmed && lease_is_over(*record, change, now_ns)) {
    settle(node, Confirmation::kStale, now);
  }
}

// The latest of what is known of the nodes.
std::optional<Instant> refused_by(const Receipt& receipt) {
  Instant latest = receipt.committed_at;
  for (const NodeReceipt& node : receipt.nodes) {
    const auto& by = node.state == Confirmation::kUnconfirmed ? node.stale_by : node.seen_at;
    if (!by) return std::nullopt;
    latest = std::max(latest, *by);
  }
  return latest;
}

void sum_up(Receipt& receipt) {
  receipt.complete = std::ranges::none_of(receipt.nodes, [](const NodeReceipt& node) {
    return node.state == Confirmation::kUnconfirmed;
  });
  receipt.refused_everywhere_by = refused_by(receipt);
}

}  // namespace

std::string_view to_string(Confirmation confirmation) {
  switch (confirmation) {
    case Confirmation::kConfirmed: return "confirmed";
    case Confirmation::kStale: return "stale";
    case Confirmation::kEnded: return "ended";
    case Confirmation::kUnconfirmed: return "unconfirmed";
  }
  return "";
}

Receipt begin_receipt(const AwaitedChange& change, const std::vector<store::NodeRecord>& nodes) {
  Receipt receipt{.sequence = change.sequence,
                  .committed_at = change.committed_at,
                  .complete = false,
                  .nodes = {},
                  .refused_everywhere_by = {}};
  for (const store::NodeRecord& record : nodes) {
    NodeReceipt& node = receipt.nodes.emplace_back();
    node.id = record.id;
    node.name = record.name;
    if (record.denies_when_stale) {
      const std::int64_t over_ns = registry::surely_over_ns(record.max_staleness_ms * kNsPerMs);
      node.stale_by = change.committed_at.plus_ms((over_ns + kNsPerMs - 1) / kNsPerMs);
    }
  }
  look(receipt, change, nodes, change.committed_ns, change.committed_at);
  return receipt;
}

void look(Receipt& receipt, const AwaitedChange& change, const std::vector<store::NodeRecord>& nodes,
          std::int64_t now_ns, Instant now) {
  for (NodeReceipt& node : receipt.nodes) {
    const auto found = std::ranges::find(nodes, node.id, &store::NodeRecord::id);
    look_at(node, change, found == nodes.end() ? nullptr : &*found, now_ns, now);
  }
  sum_up(receipt);
}

}  // namespace latchkey::cluster
