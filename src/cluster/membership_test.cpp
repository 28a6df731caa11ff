// Whole nodes on one store, with their threads: who is listed, whose lease runs, and what a receipt says of each.
#include "cluster/membership.h"

#include <thread>

#include "cluster/shared_nodes.h"
#include "registry/registry_world_test.h"
#include "store/fake_node_store_test.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::cluster {
namespace {

constexpr std::int64_t kMaxStalenessMs = 1'000;

// A node's own way to the database, which can be cut.
class Line final : public store::NodeStore {
 public:
  explicit Line(store::NodeStore& end) : end_(end) {}
  std::atomic<bool> cut{false};

  Result<void> register_node(const store::NodeRecord& record) override {
    return through(&NodeStore::register_node, record);
  }
  Result<store::FeedPlace> heartbeat(const store::NodeBeat& beat) override {
    return through(&NodeStore::heartbeat, beat);
  }
  Result<void> confirm(NodeId id, store::FeedPlace position) override {
    return through(&NodeStore::confirm, id, position);
  }
  Result<void> ask_to_confirm(store::Sequence sequence) override {
    return through(&NodeStore::ask_to_confirm, sequence);
  }
  Result<store::FeedPlace> durable_head() override { return through(&NodeStore::durable_head); }
  Result<std::vector<store::NodeRecord>> nodes(const store::FeedPlace& having) override {
    return through(&NodeStore::nodes, having);
  }
  Result<void> remove_node(NodeId id) override { return through(&NodeStore::remove_node, id); }
  Result<bool> forget_node(NodeId id, std::int64_t beats) override {
    return through(&NodeStore::forget_node, id, beats);
  }

 private:
  template <class T, class... Parameters, class... Arguments>
  Result<T> through(Result<T> (NodeStore::*call)(Parameters...), const Arguments&... arguments) {
    if (cut) return fail(ErrorCode::kUnavailable, "The database is away.");
    return (end_.*call)(arguments...);
  }
  store::NodeStore& end_;
};

// The bell rings on every node when one asks or confirms, if there is one.
class Node {
 public:
  Node(store::KeyStore& store, store::NodeStore& nodes, const catalog::Catalog& catalog, const std::string& name,
       bool denies, SeededRandom& random)
      : record_(record_of(name, denies, random)),
        line(nodes),
        registry(catalog),
        follower(store, registry,
                 {.record = [](const store::KeyRecord&) { return true; },
                  .rows = [] { return [](const store::KeyRow&) { return true; }; }}),
        shared(line, store, clock),
        following(follower, bell, line, clock, lease,
                  {.id = record_.id, .denies_when_stale = denies, .max_staleness_ms = kMaxStalenessMs, .poll_ms = 5},
                  [this] { shared.confirmation_heard(); }),
        membership(line, follower, following, clock, record_,
                   [this] { return NodeLoad{.keys = static_cast<std::int64_t>(registry.key_count()), .checks = 0}; }) {
    shared.attach(following, membership);
  }
  void start() {
    ASSERT_TRUE(membership.join());
    ASSERT_TRUE(follower.load([](std::size_t) {}));
    following.start();
    membership.keys_are_loaded();
  }
  bool relies() const { return clock.steady_ns() < lease.until_ns(); }

 private:
  static store::NodeRecord record_of(const std::string& name, bool denies, Random& random) {
    store::NodeRecord record;
    record.id = NodeId::make({1}, random);
    record.name = name;
    record.denies_when_stale = denies;
    record.max_staleness_ms = kMaxStalenessMs;
    return record;
  }
  const store::NodeRecord record_;

 public:
  SystemClock clock;
  Line line;
  registry::Registry registry;
  registry::Follower follower;
  store::SilentBell bell;
  registry::Lease lease;
  SharedNodes shared;
  Following following;
  Membership membership;
};

template <class Condition>
void wait_until(const Condition& condition) {
  const SystemClock clock;
  const std::int64_t until = clock.steady_ns() + 20'000'000'000;
  while (!condition() && clock.steady_ns() < until) std::this_thread::yield();
  EXPECT_TRUE(condition());
}

class MembershipTest : public registry::RegistryWorld {
 protected:
  MembershipTest() {
    auto opened = store::SqliteStore::open(directory_.file("latchkey.db"), store::OpenMode::kCreateIfMissing);
    LK_CHECK(opened.has_value());
    store_ = std::move(*opened);
    Tenant tenant;
    tenant.id = tenant_;
    EXPECT_TRUE(store_->insert_tenant(tenant));
    nodes_.emplace(*store_);
  }
  std::unique_ptr<Node> make(const std::string& name, bool denies = true) {
    return std::make_unique<Node>(*store_, *nodes_, *loaded_.catalog, name, denies, random_);
  }
  store::KeyRecord stored(int secret) {
    store::KeyRecord made = record({secret});
    EXPECT_TRUE(store_->insert_key(made, std::nullopt));
    return made;
  }
  static const NodeReceipt& of(const Receipt& receipt, const Node& node) {
    return *std::ranges::find(receipt.nodes, node.membership.self().id, &NodeReceipt::id);
  }

  store::TempDirectory directory_;
  std::unique_ptr<store::SqliteStore> store_;
  std::optional<store::FakeNodeStore> nodes_;
};

TEST_F(MembershipTest, Join_ListsTheNodeBeforeItKnowsAnyKeyAndReliesOnNothing) {
  const auto node = make("one");
  stored(1);
  ASSERT_TRUE(node->membership.join());
  wait_until([&] { return nodes_->nodes({})->front().beats > 0; });
  EXPECT_TRUE(nodes_->nodes({})->front().last.loading);
  EXPECT_FALSE(node->relies());
  ASSERT_TRUE(node->follower.load([](std::size_t) {}));
  node->following.start();
  node->membership.keys_are_loaded();
  wait_until([&] { return node->relies(); });
  wait_until([&] { return nodes_->nodes({})->front().last.keys == 1; });
  node->membership.leave();
  EXPECT_TRUE(nodes_->nodes({})->empty());
}

TEST_F(MembershipTest, AReceiptIsCompleteOnceEveryNodeHasTheChange) {
  const auto one = make("one"), two = make("two", false);
  one->start();
  two->start();
  wait_until([&] { return one->relies() && two->relies(); });
  store::KeyRecord key = stored(1);
  key.key.state = KeyState::kRevoked;
  key.key.version = 2;
  ASSERT_TRUE(store_->update_key(key, 1));
  const auto receipt = one->shared.wait_for_all(20'000);
  ASSERT_TRUE(receipt);
  EXPECT_TRUE(receipt->complete);
  EXPECT_EQ(receipt->sequence, *store_->last_sequence());
  for (const Node* node : {one.get(), two.get()}) {
    EXPECT_EQ(of(*receipt, *node).state, Confirmation::kConfirmed);
    EXPECT_GE(node->follower.position(), receipt->sequence);
  }
}

TEST_F(MembershipTest, ANodeThatIsCutOffIsStaleWhenTheReceiptSaysSo) {
  const auto one = make("one"), two = make("two");
  one->start();
  two->start();
  wait_until([&] { return one->relies() && two->relies(); });
  two->line.cut = true;
  stored(1);
  const auto early = one->shared.wait_for_all(1);
  ASSERT_TRUE(early);
  EXPECT_EQ(of(*early, *two).state, Confirmation::kUnconfirmed);
  EXPECT_TRUE(early->refused_everywhere_by);
  const auto receipt = one->shared.wait_for_all(20'000);
  ASSERT_TRUE(receipt);
  EXPECT_FALSE(two->relies());
  EXPECT_TRUE(receipt->complete);
  EXPECT_EQ(of(*receipt, *one).state, Confirmation::kConfirmed);
  EXPECT_EQ(of(*receipt, *two).state, Confirmation::kStale);

  two->line.cut = false;
  wait_until([&] { return two->relies(); });
}

TEST_F(MembershipTest, ANodeThatWasForgottenBeginsAnew) {
  const auto node = make("one");
  node->start();
  wait_until([&] { return node->relies(); });
  ASSERT_TRUE(nodes_->remove_node(node->membership.self().id));
  wait_until([&] { return !nodes_->nodes({})->empty() && nodes_->nodes({})->front().beats > 0; });
  wait_until([&] { return node->relies(); });
}

TEST_F(MembershipTest, TheListTellsWhoIsStale) {
  const auto one = make("one"), two = make("two");
  one->start();
  two->start();
  wait_until([&] { return one->shared.list()->nodes.size() == 2; });
  two->line.cut = true;
  wait_until([&] {
    const NodesNow now = *one->shared.list();
    return std::ranges::any_of(now.nodes,
                               [&](const NodeNow& node) { return !node.self && node.state == NodeState::kStale; });
  });
  EXPECT_EQ(one->shared.forget(one->membership.self().id).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(one->shared.forget(two->membership.self().id));
  EXPECT_EQ(one->shared.forget(two->membership.self().id).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace latchkey::cluster
