#include "usage/recorder.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/random.h"

namespace latchkey::usage {
namespace {

struct RecorderTest : ::testing::Test {
  Use use(std::uint8_t key = 1) {
    Use out;
    Uuid uuid{};
    uuid[15] = key;
    out.key = KeyId(uuid);
    out.secret = key * 1'000'003ULL;
    out.client = IpAddress::v4(203, 0, 113, 9);
    out.at = {1'767'225'600'000};
    out.operation = 3;
    return out;
  }
  std::vector<Cell> taken() {
    recorder.take(tally);
    std::vector<Cell> cells;
    tally->cells.visit([&](const Cell& cell) { cells.push_back(cell); });
    EXPECT_EQ(cells.size(), tally->cells.size());
    return cells;
  }

  Recorder recorder;
  std::unique_ptr<Tally> tally = std::make_unique<Tally>();
};

TEST_F(RecorderTest, EqualUsesAreOneCell) {
  for (int i = 0; i < 1'000; ++i) {
    Use one = use();
    one.at.unix_ms += i;
    recorder.record(one);
  }
  const auto cells = taken();
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(cells[0].count, 1'000u);
  EXPECT_EQ(cells[0].last_ms() - cells[0].first_ms(), 999);
  EXPECT_TRUE(taken().empty()) << "what was taken is not taken again";
}

TEST_F(RecorderTest, EverythingThatIsToldApartIsCountedApart) {
  std::vector<Use> all(9, use());
  all[1].key = use(2).key;
  all[2].secret = 7;
  all[3].client = IpAddress::v4(203, 0, 113, 10);
  all[4].at.unix_ms += 60'000;
  all[5].operation = kNoOperation;
  all[6].outcome = Outcome::refused(DenyReason::kRateLimited);
  all[7].status_class = 5;
  all[8].latency = 12;
  for (const Use& one : all) recorder.record(one);
  Use other_agent = use();
  other_agent.user_agent = "curl/8.1";
  recorder.record(other_agent);
  EXPECT_EQ(taken().size(), 10u);
}

TEST_F(RecorderTest, GrowsWithItsTrafficAndLosesNothing) {
  constexpr std::uint64_t kKinds = 200'000;
  for (std::uint64_t i = 0; i < 2 * kKinds; ++i) {
    Use one = use();
    one.secret = i % kKinds;
    recorder.record(one);
  }
  std::vector<std::uint32_t> counts(kKinds);
  for (const Cell& cell : taken()) counts[cell.secret] += cell.count;
  EXPECT_EQ(std::ranges::count(counts, 2u), std::ptrdiff_t{kKinds});
  EXPECT_EQ(tally->lost, 0u);
  const std::size_t grown = tally->cells.memory_bytes();
  // And gives memory back when the flood is over.
  for (int i = 0; i < 4; ++i) (void)taken();
  EXPECT_LE(tally->cells.memory_bytes(), grown / 16);
}

TEST_F(RecorderTest, BeyondItsBoundUsesAreCountedAsLost) {
  constexpr std::uint64_t kMore = 1'000;
  for (std::uint64_t i = 0; i < Recorder::kMaxCells + kMore; ++i) {
    Use one = use();
    one.secret = i;
    recorder.record(one);
  }
  EXPECT_EQ(taken().size(), Recorder::kMaxCells);
  EXPECT_EQ(tally->lost, kMore);
}

TEST_F(RecorderTest, EachTenantIsToldWhateverNumberItComesWith) {
  std::map<TenantId, std::uint32_t> expected, told;
  for (std::uint32_t i = 0; i < 3'000; ++i) {
    Use one = use();
    Uuid uuid{};
    uuid[7] = static_cast<std::uint8_t>(1 + i % 40);
    one.tenant = TenantId(uuid);
    one.tenant_number = i % 40 < 20 ? i % 40 : i % 40 < 30 ? i % 7 : 0xffffffff - i % 5;
    one.secret = i;
    recorder.record(one);
    ++expected[one.tenant];
  }
  for (const Cell& cell : taken()) told[tally->tenants[cell.tenant]] += cell.count;
  EXPECT_EQ(told, expected);
}

TEST_F(RecorderTest, UserAgentsAreKeptUpToABound) {
  const std::string longest(1'000, 'x');
  Use one = use();
  one.user_agent = longest;
  recorder.record(one);
  std::vector<std::string> names;
  for (int i = 0; i < 2'000; ++i) names.push_back("agent " + std::to_string(i));
  for (const std::string& name : names) {
    one.user_agent = name;
    recorder.record(one);
  }
  const auto cells = taken();
  EXPECT_EQ(tally->agents.size(), Recorder::kMaxAgents);
  std::uint32_t total = 0, unnamed = 0;
  for (const Cell& cell : cells) {
    total += cell.count;
    if (cell.agent == 0) unnamed += cell.count;
  }
  EXPECT_EQ(total, 2'001u);
  EXPECT_EQ(unnamed, 2'001u - (Recorder::kMaxAgents - 1));
  EXPECT_EQ(tally->agents[1].size(), kMaxUserAgentBytes);
}

TEST_F(RecorderTest, SomeRefusalsAreKeptAsExamples) {
  Use one = use();
  one.outcome = Outcome::refused(DenyReason::kChannelNotPermitted);
  one.detail = "This API key may not use channel 505.";
  one.request_id = "req_1";
  for (int i = 0; i < 100; ++i) recorder.record(one);
  recorder.record(use());
  (void)taken();
  ASSERT_EQ(tally->examples.size(), Recorder::kExamplesOfACell);
  EXPECT_EQ(tally->examples[0].detail, one.detail);
  EXPECT_EQ(tally->examples[0].request_id, "req_1");
}

TEST_F(RecorderTest, TwoThreadsLoseAndDoubleNothing) {
  constexpr std::uint64_t kUses = 300'000;
  std::thread checks([&] {
    for (std::uint64_t i = 0; i < kUses; ++i) {
      Use one = use();
      one.secret = i % 5'000;
      recorder.record(one);
    }
  });
  std::uint64_t total = 0;
  const auto count = [&] {
    for (const Cell& cell : taken()) total += cell.count;
  };
  for (int i = 0; i < 200; ++i) count();
  checks.join();
  count();
  EXPECT_EQ(total, kUses);
}

}  // namespace
}  // namespace latchkey::usage
