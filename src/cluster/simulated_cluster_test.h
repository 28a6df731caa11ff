// A cluster in one thread and in true time: nodes whose clocks go wrong by as much as they may, messages that take long or get
// lost, processes that are paused, killed and started again. What it uses of the product are leases, receipts, and how nodes are
// forgotten; the rest are the steps of cluster/membership.h, cluster/following.h and check/check.cpp, each of which takes time. With a rule
// left out it does what the product must not.
//
//   SimulatedCluster cluster(seed, Rules{});
//   cluster.run();
//   EXPECT_EQ(cluster.accepted_after_receipt(), 0u);
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <vector>

#include "cluster/peers.h"
#include "cluster/receipt.h"
#include "registry/lease.h"
#include "store/fake_node_store_test.h"

namespace latchkey::cluster {

struct Rules {
  bool margins = true;                    // leases are reckoned with clocks that go wrong
  bool counted_from_request = true;       // of the heartbeat; otherwise from its answer
  bool applied_before_extended = true;    // what the heartbeat saw
  bool lease_read_before_look_up = true;  // by each check
  bool registered_before_deciding = true;
  bool silent_before_removed = true;      // a node that ends decides nothing once its row is gone
  bool forgotten_registers_again = true;  // before its lease is extended
};

class SimulatedCluster {
 public:
  SimulatedCluster(std::uint64_t seed, const Rules& rules);
  void run();
  std::size_t accepted_after_receipt() const { return accepted_after_receipt_; }
  std::size_t complete_receipts() const { return complete_; }
  std::size_t accepted() const { return accepted_; }

 private:
  static constexpr std::int64_t kMs = 1'000'000;
  static constexpr std::int64_t kMaxStalenessMs = 5'000;

  struct Node {
    NodeId id;
    bool denies_when_stale = true;
    double rate = 1;        // of its clock
    std::int64_t zero = 0;  // of its clock
    bool running = false, deciding = false;
    std::uint64_t incarnation = 0;
    std::int64_t paused_until = 0, cut_off_until = 0, reads_fail_until = 0;
    store::Sequence position = 0;
    registry::Lease lease;
    std::optional<std::pair<std::int64_t, store::FeedPlace>> heard;  // asked at, by its clock
    Peers peers;
    std::int64_t registrations = 0;
  };
  struct Waiting {
    AwaitedChange change;
    Receipt receipt;
    std::size_t at = 0;  // the node that waits
    std::uint64_t incarnation = 0;
    std::int64_t until = 0;
  };
  // A check on its way through a node.
  struct Check {
    store::Sequence forbidden_by = 0;
    bool after_receipt = false;
    std::int64_t lease_until = 0, clock = 0;
    bool forbidden = false;
  };
  struct Event {
    std::int64_t time;
    std::uint64_t number;
    std::function<void()> act;
    bool operator<(const Event& other) const { return std::tie(time, number) > std::tie(other.time, other.number); }
  };
  using Act = std::function<void()>;

  void at(std::int64_t time, Act act) { events_.push({time, ++event_number_, std::move(act)}); }
  // By a node, as soon as it runs; never if it is killed before.
  void by(std::size_t node, std::int64_t time, Act act);
  // A message to the database and what it answers. `ask` acts at the database.
  enum class Message { kMayGetLost, kIsRepeated };
  void ask(std::size_t node, const std::function<Act()>& ask, Message message = Message::kMayGetLost);
  std::int64_t delay();
  std::int64_t random(std::int64_t least, std::int64_t most);
  bool chance(int percent) { return random(0, 99) < percent; }
  std::int64_t clock(const Node& node) const;

  void start(std::size_t node);
  void load(std::size_t node, const std::function<void()>& then);
  void begin(std::size_t node);
  void beat(std::size_t node);
  void heard(std::size_t node, std::int64_t asked, const Result<store::FeedPlace>& head);
  void follow(std::size_t node);
  void read_feed(std::size_t node);
  void extend(Node& node, std::int64_t asked);
  void look_at_others(std::size_t node);
  void end(std::size_t node);
  void kill(std::size_t node);
  void misfortune();
  void revoke();
  void wait(const std::shared_ptr<Waiting>& waiting);
  void look(const std::shared_ptr<Waiting>& waiting);
  void send_checks(store::Sequence forbidden_by);
  void check(std::size_t node, Check check);
  void judge(const Check& check);

  const Rules rules_;
  const bool long_silences_;  // in this schedule
  std::mt19937_64 random_;
  std::int64_t now_ = 0;  // true time
  std::uint64_t event_number_ = 0;
  std::priority_queue<Event> events_;
  store::FakeNodeStore store_;
  store::FeedPlace head_;
  std::uint8_t next_id_ = 1;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::size_t accepted_after_receipt_ = 0, complete_ = 0, accepted_ = 0;
};

}  // namespace latchkey::cluster
