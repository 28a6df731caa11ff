// What is known of each node after a change: the judgement behind a receipt, without a clock or a store of its own.
//
//   Receipt receipt = begin_receipt(change, nodes);    // listed after the change was committed
//   look(receipt, change, nodes, clock.steady_ns(), clock.now());   // again and again, until receipt.complete
//
// A receipt that is complete says: no node accepts, of a request that is sent from now on, what the change forbids. Why that is
// so, and under which assumptions, is docs/revocation.md. It rests on this:
//   1. A node registers before it reads any key, so one that was not listed after the commit reads the change.
//   2. What a node tells as its position holds for all checks it begins from then on.
//   3. A lease is over max_staleness after the last commit that it may not know of (registry/lease.h).
//   4. A node removes its row once it decides nothing any more, and others remove only rows whose lease is over.
// What a node has confirmed, or that its lease is over, stays true.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/node_store.h"

namespace latchkey::cluster {

enum class Confirmation {
  kConfirmed,    // its checks see the change
  kStale,        // it may not have seen the change, and decides nothing until it has
  kEnded,        // it does not serve any more
  kUnconfirmed,  // nobody knows
};
std::string_view to_string(Confirmation confirmation);

struct NodeReceipt {
  NodeId id;
  std::string name;
  Confirmation state = Confirmation::kUnconfirmed;
  store::Sequence position = 0;
  std::optional<Instant> seen_at;  // when that was first known here, unless it is unconfirmed
  std::optional<Instant>
      stale_by;  // when its lease is over at the latest, if it has not confirmed; none if it serves even so
};

struct Receipt {
  store::Sequence sequence = 0;
  Instant committed_at;
  bool complete = false;
  std::vector<NodeReceipt> nodes;
  // By when no node accepts what the change forbids; none if nobody can say.
  std::optional<Instant> refused_everywhere_by;
};

// What is waited for. Both times are read here, after the change was committed.
struct AwaitedChange {
  store::Sequence sequence = 0;
  std::int64_t committed_ns = 0;  // of the steady clock
  Instant committed_at;           // for people
};

Receipt begin_receipt(const AwaitedChange& change, const std::vector<store::NodeRecord>& nodes);
// `nodes` as they are listed now, at `now_ns` or before it.
void look(Receipt& receipt, const AwaitedChange& change, const std::vector<store::NodeRecord>& nodes,
          std::int64_t now_ns, Instant now);

}  // namespace latchkey::cluster
