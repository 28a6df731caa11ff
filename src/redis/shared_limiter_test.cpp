#include "redis/shared_limiter.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "redis/shared_node_fixture.h"

namespace latchkey::redis {
namespace {

using limit::Counted;
using limit::Verdict;

constexpr int kNodes = 3;

struct SharedLimiterTest : ::testing::Test {
  void open(bool exact, int nodes = kNodes) {
    for (int i = 0; i < nodes; ++i) nodes_.push_back(std::make_unique<TestNode>(redis_.server(), exact, nodes));
    for (auto& node : nodes_) ASSERT_TRUE(comes_true([&] { return node->limiter.counted() != Counted::kFallback; }));
  }
  bool wait_for(Counted counted) {
    return comes_true([&] {
      return std::ranges::all_of(nodes_, [&](auto& node) { return node->limiter.counted() == counted; });
    });
  }
  // Requests from a thread of each node, as fast as they go; how many were admitted.
  int admitted_of(int requests_each, const TestLimits& limits, std::uint8_t key = 1) {
    std::atomic<int> admitted{0};
    std::vector<std::thread> threads;
    for (auto& node : nodes_) {
      threads.emplace_back([&, node = node.get()] {
        for (int i = 0; i < requests_each; ++i) admitted += node->take(limits, key).admitted;
      });
    }
    for (std::thread& thread : threads) thread.join();
    return admitted;
  }

  RedisProcess redis_;
  std::vector<std::unique_ptr<TestNode>> nodes_;
};

const TestLimits kMinute = {.key_limits = {{"minute", 50, 60'000}}};

TEST_F(SharedLimiterTest, Exact_NeverOverAndNeverUnderWhoeverAsks) {
  open(true);
  EXPECT_EQ(admitted_of(60, kMinute), 50);
  const TestLimits both = {.key_limits = {{"minute", 40, 60'000}}, .tenant_limits = {{"all", 150, 60'000}}};
  int admitted = 0;
  for (std::uint8_t key = 10; key < 16; ++key) admitted += admitted_of(30, both, key);
  EXPECT_EQ(admitted, 150) << "40 of each of three keys, and 30 of the fourth";
}

TEST_F(SharedLimiterTest, Exact_ARefusalTakesNothingAndTellsHowLongToWait) {
  open(true);
  const TestLimits limits = {.key_limits = {{"two", 2, 60'000}, {"hour", 100, 3'600'000}}};
  EXPECT_TRUE(nodes_[0]->take(limits).admitted);
  EXPECT_TRUE(nodes_[1]->take(limits).admitted);
  for (int i = 0; i < 10; ++i) {
    const Verdict verdict = nodes_[2]->take(limits);
    EXPECT_FALSE(verdict.admitted);
    EXPECT_EQ(verdict.decisive, 0u);
    EXPECT_NEAR(static_cast<double>(verdict.retry_after_ns.value_or(0)), 60e9, 10e9);
  }
  const auto& standings = nodes_[2]->standings;
  ASSERT_EQ(standings.size(), 2u);
  EXPECT_EQ(standings[0].used, 2u);
  EXPECT_EQ(standings[0].remaining, 0u);
  EXPECT_TRUE(standings[0].violated);
  EXPECT_EQ(standings[1].used, 2u) << "the ten that were refused do not count";
  EXPECT_EQ(standings[1].remaining, 98u);
  nodes_[1]->peek(limits);
  EXPECT_EQ(nodes_[1]->standings[1].used, 2u);
}

TEST_F(SharedLimiterTest, Exact_WhatCostsMoreThanALimitIsRefusedForEver) {
  open(true);
  const Verdict verdict = nodes_[0]->take(kMinute, 1, 51);
  EXPECT_FALSE(verdict.admitted);
  EXPECT_FALSE(verdict.retry_after_ns);
}

TEST_F(SharedLimiterTest, Exact_QuotasAreCountedOnceAndEachNodeCanStoreThem) {
  open(true);
  const TestLimits limits = {.tenant_quotas = {{"daily", Period::kDay, 40}}};
  EXPECT_EQ(admitted_of(10, limits), 30);
  EXPECT_TRUE(nodes_[0]->take(limits).admitted);
  const auto counts = nodes_[0]->local.unsaved();
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].used, 31u);
  EXPECT_EQ(redis_.command("FLUSHALL"), "OK");
  EXPECT_TRUE(nodes_[0]->take(limits).admitted);
  EXPECT_EQ(nodes_[0]->standings[0].used, 32u) << "what this node knew";
  EXPECT_EQ(admitted_of(10, limits), 8);
}

TEST_F(SharedLimiterTest, AScriptThatIsForgottenIsSentAgain) {
  open(true);
  EXPECT_TRUE(nodes_[0]->take(kMinute).admitted);
  EXPECT_EQ(redis_.command("SCRIPT FLUSH"), "OK");
  EXPECT_EQ(admitted_of(30, kMinute), 49);
  EXPECT_EQ(nodes_[0]->limiter.judged_alone(), 0u);
}

TEST_F(SharedLimiterTest, WithoutRedisEachNodeHasItsShareAndNoMore) {
  open(true);
  redis_.kill();
  ASSERT_TRUE(wait_for(Counted::kFallback));
  EXPECT_EQ(admitted_of(40, kMinute), 3 * 16);
  const TestLimits quota = {.key_quotas = {{"daily", Period::kDay, 90}}};
  EXPECT_EQ(admitted_of(40, quota, 2), 90);
  redis_.start();
  ASSERT_TRUE(wait_for(Counted::kExact));
  ASSERT_TRUE(comes_true([&] {
    nodes_[0]->peek(kMinute);
    return nodes_[0]->standings[0].used == 48;
  })) << "what was admitted meanwhile is told";
  EXPECT_EQ(admitted_of(40, kMinute), 2);
  nodes_[0]->peek(quota, 2);
  EXPECT_EQ(nodes_[0]->standings[0].used, 90u);
}

// Those that were admitted before are known to the node that asked for them.
TEST_F(SharedLimiterTest, WhenRedisGoesWhatWasUsedBeforeStillCounts) {
  open(true, 2);
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(nodes_[0]->take(kMinute).admitted);
  ASSERT_TRUE(nodes_[1]->take(kMinute).admitted);
  redis_.kill();
  ASSERT_TRUE(wait_for(Counted::kFallback));
  EXPECT_EQ(admitted_of(40, kMinute), 0) << "41 are more than 25";
}

TEST_F(SharedLimiterTest, ARedisThatHangsHoldsNobodyUpForLong) {
  open(true, 1);
  const SystemClock clock;
  redis_.stop_answering();
  const std::int64_t begun = clock.steady_ns();
  EXPECT_TRUE(nodes_[0]->take(kMinute).admitted);
  EXPECT_LT(clock.steady_ns() - begun, 500'000'000);
  ASSERT_TRUE(wait_for(Counted::kFallback));
  const std::int64_t second = clock.steady_ns();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(nodes_[0]->take(kMinute).admitted);
  EXPECT_LT(clock.steady_ns() - second, 50'000'000) << "nobody asks it";
  redis_.answer_again();
  ASSERT_TRUE(wait_for(Counted::kExact));
  ASSERT_TRUE(comes_true([&] {
    nodes_[0]->peek(kMinute);
    return nodes_[0]->standings[0].used >= 11;
  }));
  EXPECT_LE(nodes_[0]->standings[0].used, 12u) << "the first may be counted twice";
}

TEST_F(SharedLimiterTest, Eventual_ABurstIsOverByLessThanOneShare) {
  open(false);
  for (const auto& [key, limit] :
       {std::pair{std::uint8_t{1}, 9'000}, {std::uint8_t{2}, 900}, {std::uint8_t{3}, 50}, {std::uint8_t{4}, 3}}) {
    const TestLimits limits = {.key_limits = {{"burst", static_cast<std::uint64_t>(limit), 60'000}}};
    const int admitted = admitted_of(limit, limits, key);
    EXPECT_GE(admitted, limit);
    EXPECT_LE(admitted, limit + limit * (kNodes - 1) / (kNodes * kNodes)) << limit;
  }
}

TEST_F(SharedLimiterTest, Eventual_MostAreAdmittedWithoutAsking) {
  open(false);
  const TestLimits limits = {.key_limits = {{"much", 1'000'000, 60'000}}};
  EXPECT_EQ(admitted_of(1'000, limits), 3'000);
  EXPECT_LT(nodes_[0]->asked, 20);
}

TEST_F(SharedLimiterTest, Eventual_NodesHearOfEachOtherAndRefuseByThemselves) {
  open(false);
  const TestLimits limits = {.key_limits = {{"minute", 900, 60'000}},
                             .tenant_quotas = {{"daily", Period::kDay, 2'000}}};
  EXPECT_TRUE(nodes_[2]->take(limits).admitted);
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(nodes_[i % 2]->take(limits).admitted);
  ASSERT_TRUE(comes_true([&] {
    nodes_[2]->peek(limits);
    return nodes_[2]->standings[0].used == 301 && nodes_[2]->standings[1].used == 301;
  }));
  EXPECT_GE(admitted_of(900, limits), 599);
  const int asked = nodes_[0]->asked;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(nodes_[0]->take(limits).admitted);
  EXPECT_LE(nodes_[0]->asked - asked, 1);
}

TEST_F(SharedLimiterTest, OneNodeAloneNeverAsksToAdmit) {
  open(false, 1);
  EXPECT_EQ(admitted_of(200, kMinute), 50);
  EXPECT_EQ(nodes_[0]->asked, 0);
}

}  // namespace
}  // namespace latchkey::redis
