// What of several nodes on one database one does at a time, and how many nodes there are. The part of the composition root that
// serve.cpp holds as one.
//
//   NodeDuties duties(opened, node, clock);
//   duties.start();     // once the node is known to the others
//   duties.stop();      // once nothing of it is done any more
#pragma once
#include <atomic>
#include <memory>

#include "app/cell_relay.h"
#include "app/duties.h"
#include "app/node.h"
#include "app/watching.h"

namespace latchkey::app {

class NodeDuties {
 public:
  NodeDuties(const OpenedStore& opened, Node& node, const Clock& clock);
  void start() { duties_.start(); }
  void stop() { duties_.stop(); }

  AmongNodes of_watching() const { return {.sending = &sending_, .watching = &watching_, .relay = relay_.get()}; }
  const Duty& keeping() const { return keeping_; }
  const Duty& summing_up() const { return summing_up_; }
  // All that may still answer, this one too, as far as it is known. Any thread.
  int live_nodes() const { return live_nodes_.load(std::memory_order_relaxed); }

 private:
  void count_nodes();

  Node& node_;
  std::atomic<int> live_nodes_{1};
  Duties duties_;
  const std::unique_ptr<StoredCellRelay> relay_;  // null: this server is alone
  const Duty& sending_;
  const Duty& watching_;
  const Duty& keeping_;
  const Duty& summing_up_;
};

}  // namespace latchkey::app
