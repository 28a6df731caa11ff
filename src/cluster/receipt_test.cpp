#include "cluster/receipt.h"

#include <gtest/gtest.h>

#include "registry/lease.h"

namespace latchkey::cluster {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr Instant kNoon{1'767'225'600'000};
const AwaitedChange kChange{.sequence = 10, .committed_ns = 1'000 * kMs, .committed_at = kNoon};
const std::int64_t kOverNs = registry::surely_over_ns(5'000 * kMs);

store::NodeRecord node(std::uint8_t number, store::Sequence position, bool denies = true) {
  store::NodeRecord record;
  record.id = NodeId(Uuid{number});
  record.name = "n" + std::to_string(number);
  record.denies_when_stale = denies;
  record.max_staleness_ms = 5'000;
  record.last.position = position;
  return record;
}

TEST(Receipt, IsCompleteAtOnceWhenAllHaveTheChange) {
  const Receipt receipt = begin_receipt(kChange, {node(1, 10), node(2, 11)});
  EXPECT_TRUE(receipt.complete);
  EXPECT_EQ(receipt.refused_everywhere_by, kNoon);
  EXPECT_EQ(receipt.nodes[1].state, Confirmation::kConfirmed);
  EXPECT_EQ(receipt.nodes[1].seen_at, kNoon);
  EXPECT_FALSE(receipt.nodes[1].stale_by);
}

TEST(Receipt, SaysByWhenANodeThatIsCutOffIsStale) {
  Receipt receipt = begin_receipt(kChange, {node(1, 10), node(2, 9)});
  EXPECT_FALSE(receipt.complete);
  const Instant by = kNoon.plus_ms(kOverNs / kMs);
  EXPECT_EQ(receipt.nodes[1].stale_by, by);
  EXPECT_EQ(receipt.refused_everywhere_by, by);

  look(receipt, kChange, {node(1, 10), node(2, 9)}, kChange.committed_ns + kOverNs - 1, by);
  EXPECT_EQ(receipt.nodes[1].state, Confirmation::kUnconfirmed);
  look(receipt, kChange, {node(1, 10), node(2, 9)}, kChange.committed_ns + kOverNs, by);
  EXPECT_EQ(receipt.nodes[1].state, Confirmation::kStale);
  EXPECT_EQ(receipt.nodes[1].stale_by, by);
  EXPECT_TRUE(receipt.complete);
  EXPECT_EQ(receipt.refused_everywhere_by, by);
}

TEST(Receipt, OfANodeThatServesWhenStaleIsCompleteOnlyOnceItConfirms) {
  Receipt receipt = begin_receipt(kChange, {node(1, 10), node(2, 9, false)});
  look(receipt, kChange, {node(1, 10), node(2, 9, false)}, kChange.committed_ns + 100 * kOverNs,
       kNoon.plus_ms(500'000));
  EXPECT_FALSE(receipt.complete);
  EXPECT_FALSE(receipt.refused_everywhere_by) << "nobody can say";
  look(receipt, kChange, {node(1, 10), node(2, 10, false)}, kChange.committed_ns, kNoon.plus_ms(600'000));
  EXPECT_TRUE(receipt.complete);
  EXPECT_EQ(receipt.refused_everywhere_by, kNoon.plus_ms(600'000));
}

TEST(Receipt, WhatWasConfirmedStaysSo) {
  Receipt receipt = begin_receipt(kChange, {node(1, 10)});
  look(receipt, kChange, {node(1, 3)}, kChange.committed_ns, kNoon.plus_ms(1));
  EXPECT_EQ(receipt.nodes[0].state, Confirmation::kConfirmed);
  EXPECT_EQ(receipt.nodes[0].seen_at, kNoon);
}

TEST(Receipt, ANodeWhoseRowIsGoneHasEnded) {
  Receipt receipt = begin_receipt(kChange, {node(1, 9, false)});
  look(receipt, kChange, {}, kChange.committed_ns, kNoon.plus_ms(5));
  EXPECT_EQ(receipt.nodes[0].state, Confirmation::kEnded);
  EXPECT_TRUE(receipt.complete);
}

TEST(Receipt, ANodeThatCameAfterwardsIsNotWaitedFor) {
  Receipt receipt = begin_receipt(kChange, {node(1, 9)});
  look(receipt, kChange, {node(1, 10), node(2, 0)}, kChange.committed_ns, kNoon);
  EXPECT_TRUE(receipt.complete);
  EXPECT_EQ(receipt.nodes.size(), 1u);
}

}  // namespace
}  // namespace latchkey::cluster
