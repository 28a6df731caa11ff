#include "cluster/peers.h"

#include <gtest/gtest.h>

namespace latchkey::cluster {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

store::NodeRecord node(std::uint8_t number, std::int64_t beats, bool denies = true) {
  store::NodeRecord record;
  record.id = NodeId(Uuid{number});
  record.denies_when_stale = denies;
  record.max_staleness_ms = 5'000;
  record.beats = beats;
  return record;
}

TEST(Peers, SilenceIsCountedFromWhenTheNodeWasHeardLast) {
  Peers peers;
  peers.see({node(1, 4)}, 100 * kSecond);
  EXPECT_EQ(peers.silent_ns(node(1, 0).id), 0);
  peers.see({node(1, 4)}, 103 * kSecond);
  EXPECT_EQ(peers.silent_ns(node(1, 0).id), 3 * kSecond);
  peers.see({node(1, 5)}, 104 * kSecond);
  EXPECT_EQ(peers.silent_ns(node(1, 0).id), 0);
  EXPECT_EQ(peers.silent_ns(node(2, 0).id), 0) << "nobody knows that one";
}

TEST(Peers, ToForget_AreThoseWhoseLeaseIsLongOver) {
  Peers peers;
  peers.see({node(1, 4), node(2, 4), node(3, 4, false)}, 0);
  peers.see({node(1, 4), node(2, 5), node(3, 4, false)}, 50 * kSecond - 1);
  EXPECT_TRUE(peers.to_forget().empty());
  peers.see({node(1, 4), node(2, 5), node(3, 4, false)}, 50 * kSecond);
  ASSERT_EQ(peers.to_forget().size(), 1u) << "one that serves even when it is stale is nobody's to forget";
  EXPECT_EQ(peers.to_forget().front().id, node(1, 0).id);
}

// Its heartbeats are counted on from where nobody has seen them (store::NodeRecord::beats).
TEST(Peers, ANodeThatRegisteredAgainIsNotTakenForOneThatIsSilent) {
  Peers peers;
  peers.see({node(1, 3)}, 0);
  peers.see({node(1, 1'003)}, 60 * kSecond);
  EXPECT_TRUE(peers.to_forget().empty());
}

TEST(Peers, ANodeThatCameBackIsCountedAnew) {
  Peers peers;
  peers.see({node(1, 0)}, 0);
  peers.see({}, 10 * kSecond);
  peers.see({node(1, 0)}, 60 * kSecond);
  EXPECT_TRUE(peers.to_forget().empty());
}

}  // namespace
}  // namespace latchkey::cluster
