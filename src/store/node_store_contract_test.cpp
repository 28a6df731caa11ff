#include "store/node_store_contract_test.h"

#include "base/random.h"
#include "store/fake_node_store_test.h"

namespace latchkey::store {
namespace {

NodeRecord node(int number) {
  NodeRecord record;
  Uuid bytes{};
  bytes[0] = static_cast<std::uint8_t>(number);
  record.id = NodeId(bytes);
  record.name = "node-" + std::to_string(number);
  record.version = "1.2.3";
  record.denies_when_stale = number % 2 == 1;
  record.max_staleness_ms = 5'000 + number;
  record.started_at = {1'767'225'600'000 + number};
  record.last.id = record.id;
  return record;
}

NodeBeat beat(const NodeRecord& record, FeedPlace position) {
  return {.id = record.id,
          .position = position,
          .loading = false,
          .behind_ms = 7,
          .keys = 11,
          .checks_per_second = 13,
          .limits = "exact",
          .at = {1'767'225'700'000}};
}

TEST_P(NodeStoreContract, Register_ListsTheNodeAsItIs) {
  ASSERT_TRUE(nodes().register_node(node(2)));
  ASSERT_TRUE(nodes().register_node(node(1)));
  const auto listed = nodes().nodes();
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 2u);
  for (int number : {1, 2}) {
    const NodeRecord& found = (*listed)[static_cast<std::size_t>(number - 1)];
    EXPECT_EQ(found.id, node(number).id);
    EXPECT_EQ(found.name, node(number).name);
    EXPECT_EQ(found.version, "1.2.3");
    EXPECT_EQ(found.denies_when_stale, number == 1);
    EXPECT_EQ(found.max_staleness_ms, 5'000 + number);
    EXPECT_EQ(found.started_at, node(number).started_at);
    EXPECT_TRUE(found.last.loading);
    EXPECT_EQ(found.last.position.sequence, 0);
    EXPECT_EQ(found.beats, 0);
  }
}

TEST_P(NodeStoreContract, Heartbeat_KeepsWhatItTellsAndAnswersTheHead) {
  ASSERT_TRUE(nodes().register_node(node(1)));
  const FeedPlace first = place_->change(), second = place_->change();
  const auto head = nodes().heartbeat(beat(node(1), first));
  ASSERT_TRUE(head);
  EXPECT_EQ(*head, second);
  const NodeRecord found = nodes().nodes()->front();
  EXPECT_EQ(found.last.position.sequence, first.sequence);
  EXPECT_FALSE(found.last.loading);
  EXPECT_EQ(found.last.behind_ms, 7);
  EXPECT_EQ(found.last.keys, 11);
  EXPECT_EQ(found.last.checks_per_second, 13);
  EXPECT_EQ(found.last.limits, "exact");
  EXPECT_EQ(found.last.at, Instant{1'767'225'700'000});
  EXPECT_EQ(found.beats, 1);
}

TEST_P(NodeStoreContract, Register_BeginsToCountWhereItIsTold) {
  NodeRecord again = node(1);
  again.beats = 1'000;
  ASSERT_TRUE(nodes().register_node(node(1)));
  ASSERT_TRUE(nodes().register_node(again));
  ASSERT_TRUE(nodes().heartbeat(beat(node(1), {})));
  EXPECT_EQ(nodes().nodes()->front().beats, 1'001);
}

TEST_P(NodeStoreContract, Heartbeat_OfANodeThatIsNotListedIsNotFound) {
  EXPECT_EQ(nodes().heartbeat(beat(node(1), {})).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(nodes().register_node(node(1)));
  ASSERT_TRUE(nodes().remove_node(node(1).id));
  EXPECT_EQ(nodes().heartbeat(beat(node(1), {})).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(nodes().register_node(node(1))) << "it may come back";
  EXPECT_TRUE(nodes().heartbeat(beat(node(1), {})));
}

TEST_P(NodeStoreContract, APositionOfAnotherHistoryIsNotTakenOver) {
  ASSERT_TRUE(nodes().register_node(node(1)));
  const FeedPlace first = place_->change(), second = place_->change();
  ASSERT_TRUE(nodes().heartbeat(beat(node(1), first)));
  ASSERT_TRUE(nodes().heartbeat(beat(node(1), {second.sequence, second.mark + 1})))
      << "it is told the head, which shows it";
  EXPECT_EQ(nodes().nodes()->front().last.position.sequence, first.sequence);
  const auto confirmed = nodes().confirm(node(1).id, {second.sequence + 1, second.mark});
  EXPECT_EQ(confirmed.error().code, ErrorCode::kPreconditionFailed);
  EXPECT_EQ(nodes().nodes()->front().last.position.sequence, first.sequence);
  ASSERT_TRUE(nodes().confirm(node(1).id, second));
  EXPECT_EQ(nodes().nodes()->front().last.position.sequence, second.sequence);
}

TEST_P(NodeStoreContract, DurableHeadIsWhereTheFeedEnds) {
  EXPECT_EQ(nodes().durable_head()->sequence, 0);
  const FeedPlace last = place_->change();
  EXPECT_EQ(*nodes().durable_head(), last);
  EXPECT_TRUE(nodes().ask_to_confirm(last.sequence));
}

TEST_P(NodeStoreContract, Nodes_AreListedOnlyByADatabaseThatHasTheChange) {
  ASSERT_TRUE(nodes().register_node(node(1)));
  const FeedPlace last = place_->change();
  EXPECT_EQ(nodes().nodes(last)->size(), 1u);
  EXPECT_EQ(nodes().nodes({last.sequence, last.mark + 1}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(nodes().nodes({last.sequence + 1, last.mark}).error().code, ErrorCode::kUnavailable);
}

TEST_P(NodeStoreContract, Forget_OnlyOfANodeThatHasBeenSilentSince) {
  ASSERT_TRUE(nodes().register_node(node(1)));
  ASSERT_TRUE(nodes().heartbeat(beat(node(1), {})));
  EXPECT_FALSE(*nodes().forget_node(node(1).id, 0));
  EXPECT_EQ(nodes().nodes()->size(), 1u);
  EXPECT_TRUE(*nodes().forget_node(node(1).id, 1));
  EXPECT_TRUE(nodes().nodes()->empty());
  EXPECT_TRUE(nodes().remove_node(node(1).id)) << "that it is gone already is fine";
}

class FakePlace final : public NodePlace {
 public:
  NodeStore& nodes() override { return store_; }
  FeedPlace change() override { return store_.change(); }

 private:
  FakeNodeStore store_;
};

INSTANTIATE_TEST_SUITE_P(Fake, NodeStoreContract, testing::Values(+[]() -> std::unique_ptr<NodePlace> {
                           return std::make_unique<FakePlace>();
                         }));

}  // namespace
}  // namespace latchkey::store
