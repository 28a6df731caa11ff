#include "cluster/simulated_cluster_test.h"

#include <algorithm>

namespace latchkey::cluster {
namespace {

constexpr std::int64_t kEnd = 150'000;  // ms
constexpr int kNodes = 3;

}  // namespace

SimulatedCluster::SimulatedCluster(std::uint64_t seed, const Rules& rules)
    : rules_(rules), long_silences_(seed % 3 == 0), random_(seed) {
  for (int i = 0; i < kNodes; ++i) nodes_.push_back(std::make_unique<Node>());
}

std::int64_t SimulatedCluster::random(std::int64_t least, std::int64_t most) {
  return std::uniform_int_distribution(least, most)(random_);
}

// Most messages are quick, some are not.
std::int64_t SimulatedCluster::delay() { return chance(95) ? random(10'000, 2 * kMs) : random(2 * kMs, 4'000 * kMs); }

std::int64_t SimulatedCluster::clock(const Node& node) const {
  return node.zero + static_cast<std::int64_t>(static_cast<double>(now_) * node.rate);
}

void SimulatedCluster::by(std::size_t number, std::int64_t time, Act act) {
  at(time, [this, number, incarnation = nodes_[number]->incarnation, act = std::move(act)] {
    const Node& node = *nodes_[number];
    if (node.incarnation != incarnation || !node.running) return;
    if (now_ < node.paused_until) return by(number, node.paused_until, act);
    act();
  });
}

void SimulatedCluster::ask(std::size_t number, const std::function<Act()>& ask, Message message) {
  const Node& node = *nodes_[number];
  // What is sent while the node is cut off may arrive later, or never.
  if (message == Message::kMayGetLost && now_ < node.cut_off_until && chance(50)) return;
  const std::int64_t arrives = std::max(now_, node.cut_off_until) + delay();
  at(arrives, [this, number, incarnation = node.incarnation, ask] {
    const std::int64_t reachable = std::max(now_, nodes_[number]->cut_off_until);
    Act answer = ask();
    if (nodes_[number]->incarnation == incarnation) by(number, reachable + delay(), std::move(answer));
  });
}

void SimulatedCluster::start(std::size_t number) {
  Node& node = *nodes_[number];
  ++node.incarnation;
  // Somebody says of a node that serves when it is stale that it is dead.
  if (!node.denies_when_stale) (void)store_.remove_node(node.id);
  node.id = NodeId(Uuid{next_id_++});
  node.denies_when_stale = chance(70);
  node.rate = 1 + (chance(50) ? 1 : -1) * 1.0 / registry::kMaxDriftParts;
  node.zero = random(0, 1'000'000 * kMs);
  node.running = true;
  node.deciding = false;
  node.paused_until = node.cut_off_until = node.reads_fail_until = 0;
  node.position = 0;
  node.lease.end();
  node.heard.reset();
  node.peers = {};
  store::NodeRecord self;
  self.id = node.id;
  self.denies_when_stale = node.denies_when_stale;
  self.max_staleness_ms = kMaxStalenessMs;
  const auto registered = [this, self](const Act& then) {
    return [this, self, then] {
      (void)store_.register_node(self);
      return then;
    };
  };
  if (rules_.registered_before_deciding) {
    ask(number, registered([this, number] { load(number, [this, number] { begin(number); }); }), Message::kIsRepeated);
  } else {
    load(number, [this, number, registered] {
      nodes_[number]->deciding = true;
      if (!nodes_[number]->denies_when_stale) nodes_[number]->lease.extend_for_good();
      ask(number, registered([this, number] { begin(number); }), Message::kIsRepeated);
    });
  }
}

// A snapshot that takes a while to arrive.
void SimulatedCluster::load(std::size_t number, const std::function<void()>& then) {
  const auto read = [this, number, then]() -> Act {
    return [this, number, seen = head_.sequence, then] {
      by(number, now_ + random(0, 2'000) * kMs, [this, number, seen, then] {
        nodes_[number]->position = seen;
        then();
      });
    };
  };
  ask(number, read, Message::kIsRepeated);
}

void SimulatedCluster::begin(std::size_t number) {
  nodes_[number]->deciding = true;
  beat(number);
  follow(number);
}

void SimulatedCluster::beat(std::size_t number) {
  const Node& node = *nodes_[number];
  store::NodeBeat told;
  told.id = node.id;
  told.loading = false;
  if (node.position <= head_.sequence) told.position = {node.position, node.position * 7919};
  ask(number, [this, number, told, asked = clock(node)]() -> Act {
    const auto head = store_.heartbeat(told);
    // The worst moment for a change.
    if (chance(10)) {
      at(now_ + random(0, 6 * kMs), [this, number] {
        nodes_[number]->cut_off_until = std::max(nodes_[number]->cut_off_until, now_ + random(0, 12'000) * kMs);
        revoke();
      });
    }
    return [this, number, asked, head] { heard(number, asked, head); };
  });
  by(number, now_ + kMaxStalenessMs / 5 * kMs, [this, number] {
    look_at_others(number);
    beat(number);
  });
}

void SimulatedCluster::heard(std::size_t number, std::int64_t asked, const Result<store::FeedPlace>& head) {
  Node& node = *nodes_[number];
  if (!head && !rules_.forgotten_registers_again) return extend(node, asked);
  if (!head) {
    store::NodeRecord self;
    self.id = node.id;
    self.denies_when_stale = node.denies_when_stale;
    self.max_staleness_ms = kMaxStalenessMs;
    self.beats = ++node.registrations * 1'000'000;
    return ask(number, [this, self]() -> Act {
      (void)store_.register_node(self);
      return [] {};
    });
  }
  if (!rules_.applied_before_extended) return extend(node, asked);
  node.heard = {asked, *head};
  read_feed(number);
}

void SimulatedCluster::extend(Node& node, std::int64_t asked) {
  if (!rules_.counted_from_request) asked = clock(node);
  if (!node.denies_when_stale) return node.lease.extend_for_good();
  const std::int64_t max_ns = kMaxStalenessMs * kMs;
  node.lease.extend(rules_.margins ? asked : asked + max_ns - registry::lease_ns(max_ns), max_ns);
}

void SimulatedCluster::follow(std::size_t number) {
  read_feed(number);
  by(number, now_ + random(50, 250) * kMs, [this, number] { follow(number); });
}

void SimulatedCluster::read_feed(std::size_t number) {
  Node& node = *nodes_[number];
  const auto heard = std::exchange(node.heard, std::nullopt);
  if (now_ < node.reads_fail_until) return;
  ask(number, [this, number, heard]() -> Act {
    return [this, number, heard, seen = head_.sequence] {
      Node& follower = *nodes_[number];
      follower.position = std::max(follower.position, seen);
      if (heard && follower.position >= heard->second.sequence) extend(follower, heard->first);
      if (chance(50)) return;
      const store::FeedPlace place{follower.position, follower.position * 7919};
      ask(number, [this, id = follower.id, place]() -> Act {
        (void)store_.confirm(id, place);
        return [] {};
      });
    };
  });
}

void SimulatedCluster::look_at_others(std::size_t number) {
  ask(number, [this, number]() -> Act {
    return [this, number, listed = *store_.nodes({})] {
      Node& node = *nodes_[number];
      node.peers.see(listed, clock(node));
      for (const store::NodeRecord& silent : node.peers.to_forget()) {
        if (silent.id == node.id) continue;
        ask(number, [this, silent]() -> Act {
          (void)store_.forget_node(silent.id, silent.beats);
          return [] {};
        });
      }
    };
  });
}

void SimulatedCluster::end(std::size_t number) {
  Node& node = *nodes_[number];
  if (!node.deciding) return;  // one that starts ends once it has
  if (rules_.silent_before_removed) node.deciding = false;
  const auto remove = [this, number, id = node.id]() -> Act {
    (void)store_.remove_node(id);
    return [this, number] { by(number, now_ + random(0, 3'000) * kMs, [this, number] { kill(number); }); };
  };
  ask(number, remove, Message::kIsRepeated);
}

void SimulatedCluster::kill(std::size_t number) {
  nodes_[number]->running = nodes_[number]->deciding = false;
  at(now_ + random(10, 8'000) * kMs, [this, number] {
    if (!nodes_[number]->running) start(number);
  });
}

void SimulatedCluster::misfortune() {
  Node& node = *nodes_[static_cast<std::size_t>(random(0, kNodes - 1))];
  const auto number =
      static_cast<std::size_t>(std::ranges::find(nodes_, &node, &std::unique_ptr<Node>::get) - nodes_.begin());
  const bool long_one = chance(long_silences_ ? 60 : 5);
  const std::int64_t until = now_ + (long_one ? random(50'000, 90'000) : random(1, 9'000)) * kMs;
  if (node.running) {
    switch (random(0, 5)) {
      case 0: kill(number); break;
      case 1: by(number, now_, [this, number] { end(number); }); break;
      case 2: node.reads_fail_until = until; break;
      case 3: node.cut_off_until = until; break;
      default: node.paused_until = until;
    }
  }
  at(now_ + random(500, long_silences_ ? 50'000 : 8'000) * kMs, [this] { misfortune(); });
}

// Asked for at a node that waits for the receipt, if one runs.
void SimulatedCluster::revoke() {
  head_ = store_.change();
  const auto number = static_cast<std::size_t>(random(0, kNodes - 1));
  const Node& node = *nodes_[number];
  send_checks(head_.sequence);
  if (!node.running) return;
  by(number, now_ + delay(), [this, number, sequence = head_.sequence] {
    const auto waiting = std::make_shared<Waiting>();
    waiting->at = number;
    waiting->change = {.sequence = sequence, .committed_ns = clock(*nodes_[number]), .committed_at = {}};
    waiting->until = now_ + 15'000 * kMs;
    ask(number, [this, waiting]() -> Act {
      return [this, waiting, listed = *store_.nodes({})] {
        waiting->receipt = begin_receipt(waiting->change, listed);
        wait(waiting);
      };
    });
  });
}

void SimulatedCluster::wait(const std::shared_ptr<Waiting>& waiting) {
  look(waiting);
  if (waiting->receipt.complete || now_ > waiting->until) return;
  by(waiting->at, now_ + (chance(50) ? random(1, 5) : random(1, 100)) * kMs, [this, waiting] {
    if (!waiting->receipt.complete) wait(waiting);
  });
  ask(waiting->at, [this, waiting]() -> Act {
    return [this, waiting, listed = *store_.nodes({})] {
      if (waiting->receipt.complete) return;
      cluster::look(waiting->receipt, waiting->change, listed, clock(*nodes_[waiting->at]), {});
      look(waiting);
    };
  });
}

// Time passes for leases even if the database does not answer.
void SimulatedCluster::look(const std::shared_ptr<Waiting>& waiting) {
  Receipt& receipt = waiting->receipt;
  for (NodeReceipt& node : receipt.nodes) {
    const bool over = clock(*nodes_[waiting->at]) - waiting->change.committed_ns >=
                      (rules_.margins ? registry::surely_over_ns(kMaxStalenessMs * kMs) : kMaxStalenessMs * kMs);
    if (node.state == Confirmation::kUnconfirmed && node.stale_by && over) node.state = Confirmation::kStale;
  }
  receipt.complete = std::ranges::none_of(receipt.nodes, [](const NodeReceipt& node) {
    return node.state == Confirmation::kUnconfirmed;
  });
  if (!receipt.complete) return;
  ++complete_;
  const store::Sequence sequence = waiting->change.sequence;
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    for (const std::int64_t after : {std::int64_t{0}, random(0, 20), random(0, 3'000), random(0, 20'000)}) {
      by(node, now_ + after * kMs,
         [this, node, sequence] { check(node, {.forbidden_by = sequence, .after_receipt = true}); });
    }
  }
}

void SimulatedCluster::send_checks(store::Sequence forbidden_by) {
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    by(node, now_ + random(0, 3'000) * kMs,
       [this, node, forbidden_by] { check(node, {.forbidden_by = forbidden_by}); });
  }
}

// Between its steps a thread may be kept waiting for any time.
void SimulatedCluster::check(std::size_t number, Check check) {
  if (!nodes_[number]->deciding) return;
  const auto done = std::make_shared<Check>(check);
  const Act lease = [this, number, done] {
    done->lease_until = nodes_[number]->lease.until_ns();
    done->clock = clock(*nodes_[number]);
  };
  const Act look_up = [this, number, done] { done->forbidden = nodes_[number]->position >= done->forbidden_by; };
  const auto soon = [this] { return now_ + (chance(20) ? random(1, 7'000) * kMs : 1); };
  const bool first = rules_.lease_read_before_look_up;
  (first ? lease : look_up)();
  by(number, soon(), [this, number, done, soon, second = first ? look_up : lease] {
    second();
    by(number, soon(), [this, done] { judge(*done); });
  });
}

void SimulatedCluster::judge(const Check& check) {
  if (check.forbidden || check.clock >= check.lease_until) return;
  ++accepted_;
  if (check.after_receipt) ++accepted_after_receipt_;
}

void SimulatedCluster::run() {
  for (std::size_t node = 0; node < nodes_.size(); ++node) start(node);
  at(random(1'000, 6'000) * kMs, [this] { misfortune(); });
  for (int i = 0; i < 20; ++i) at(random(500, kEnd) * kMs, [this] { revoke(); });
  while (!events_.empty() && events_.top().time < kEnd * kMs) {
    const Event next = events_.top();
    events_.pop();
    now_ = next.time;
    next.act();
  }
}

}  // namespace latchkey::cluster
