// The nodes that serve from one store, as they tell of themselves: the port. What it is for stands in docs/revocation.md.
// Every adapter passes the contract suite store/node_store_contract_test.h.
//
//   LK_TRY(nodes.register_node(record));                  // before any key is read
//   LK_ASSIGN(const FeedPlace head, nodes.heartbeat(beat));
//
// register_node() and heartbeat() are writes that are durable, wherever the database keeps what it has acknowledged,
// before they return: a database that was cut off from its standby must not answer. heartbeat() reads the head of the feed in
// that same transaction: all that was committed before it began is below that head. Thread-safe; calls block.
#pragma once
#include <string>
#include <vector>

#include "store/key_store.h"

namespace latchkey::store {

// What a node says each time.
struct NodeBeat {
  NodeId id;
  FeedPlace position;  // everything up to it holds for each of its checks from now on; 0 until keys are loaded
  bool loading = true;
  std::int64_t behind_ms = 0;  // since it last knew that nothing was missing
  std::int64_t keys = 0;
  std::int64_t checks_per_second = 0;
  std::string limits = "local";  // how limits are kept: local, exact, eventual, fallback
  Instant at;                    // by the node's own clock; for people
};

struct NodeRecord {
  NodeId id;
  std::string name, version;
  bool denies_when_stale = true;
  std::int64_t max_staleness_ms = 0;
  Instant started_at;
  NodeBeat last;  // its id is `id`
  // Goes up with each heartbeat. One that registers again begins beyond all that it ever had, so that nobody who saw it long ago
  // takes it for silent.
  std::int64_t beats = 0;
};

class NodeStore {
 public:
  virtual ~NodeStore() = default;

  virtual Result<void> register_node(const NodeRecord& record) = 0;
  // kNotFound when the node was forgotten: it has to register again before it may rely on anything.
  // A position whose mark is not the one that the feed has there is of another history, and not taken over.
  virtual Result<FeedPlace> heartbeat(const NodeBeat& beat) = 0;
  // That the node has got so far; kPreconditionFailed for a position of another history. May be lost with the database's last moments, which costs time only.
  virtual Result<void> confirm(NodeId id, FeedPlace position) = 0;
  // Asks all nodes to confirm this, those that can hear it.
  virtual Result<void> ask_to_confirm(Sequence sequence) = 0;
  // Where the feed ends: at or behind all that was committed before. As durable as a heartbeat, for the same reason.
  virtual Result<FeedPlace> durable_head() = 0;
  // In order of their ids. With `having`, as a database lists them that has this change; kUnavailable if it has not, since
  // positions that it knows are then of another history.
  virtual Result<std::vector<NodeRecord>> nodes(const FeedPlace& having = {}) = 0;
  virtual Result<void> remove_node(NodeId id) = 0;  // fine if there is none
  // Unless it has told of itself since it had told so often; answers whether it is gone.
  virtual Result<bool> forget_node(NodeId id, std::int64_t beats) = 0;
};

}  // namespace latchkey::store
