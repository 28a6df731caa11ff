#include "usage/observations.h"

#include <gtest/gtest.h>

#include "usage/recorder.h"

namespace latchkey::usage {
namespace {

Use use_of(std::uint64_t key) {
  Use out;
  Uuid uuid{};
  for (std::size_t i = 0; i < 8; ++i) uuid[8 + i] = static_cast<std::uint8_t>(key >> (8 * i));
  out.key = KeyId(uuid);
  out.at = {1'767'225'600'000};
  out.operation = 3;
  return out;
}

std::vector<Observations::Cell> cells_of(const Observations& observations) {
  std::vector<Observations::Cell> cells;
  observations.visit([&](const Observations::Cell& cell) { cells.push_back(cell); });
  return cells;
}

TEST(Observations, EachThingIsOneCellHoweverOftenItIsSeen) {
  ChannelSet channels;
  AttributeSet attributes;
  channels.insert(0);
  channels.insert(200);
  attributes.insert(1'023);
  Use use = use_of(1);
  use.observed.channels = &channels;
  use.observed.attributes = &attributes;
  use.observed.mark(ObservedKind::kAllAttributes);
  Observations observations;
  for (int i = 0; i < 50; ++i) {
    observations.note(use);
    ++use.at.unix_ms;
  }
  std::vector<std::pair<ObservedKind, int>> names;
  for (const auto& cell : cells_of(observations)) {
    EXPECT_EQ(cell.count, 50u);
    EXPECT_EQ(cell.last_ms - cell.first_ms, 49);
    names.emplace_back(cell.kind, cell.index);
  }
  std::ranges::sort(names);
  using Names = std::vector<std::pair<ObservedKind, int>>;
  EXPECT_EQ(names, (Names{{ObservedKind::kChannel, 0},
                          {ObservedKind::kChannel, 200},
                          {ObservedKind::kAttribute, 1'023},
                          {ObservedKind::kAllAttributes, 0}}));
  observations.clear();
  EXPECT_TRUE(cells_of(observations).empty());
}

TEST(Observations, BeyondItsBoundItSaysThatItIsNotComplete) {
  Observations observations;
  for (std::uint64_t key = 0; key <= Observations::kMaxCells; ++key) {
    Use use = use_of(key);
    use.observed.mark(ObservedKind::kAllChannels);
    observations.note(use);
    if (key == 1'000) {
      ASSERT_TRUE(observations.complete());
    }
  }
  EXPECT_FALSE(observations.complete());
  EXPECT_GT(cells_of(observations).size(), Observations::kMaxCells / 2);
  observations.clear();
  EXPECT_TRUE(observations.complete());
}

TEST(Observations, OnlyWhatWasLetThroughIsRecorded) {
  Recorder recorder;
  auto tally = std::make_unique<Tally>();
  Use use = use_of(1);
  use.observed.mark(ObservedKind::kAllChannels);
  use.tried = {7, Outcome::allowed(), {}};
  use.outcome = Outcome::refused(DenyReason::kRequestUnreadable);
  recorder.record(use);
  recorder.take(tally);
  EXPECT_TRUE(cells_of(tally->observations).empty());
  EXPECT_TRUE(tally->tried.empty());
  use.outcome = Outcome::refused(DenyReason::kUpstreamUnreachable);
  recorder.record(use);
  recorder.take(tally);
  EXPECT_EQ(cells_of(tally->observations).size(), 1u);
  EXPECT_EQ(tally->tried.size(), 1u);
}

TEST(Observations, WhatATrialSaysIsSummedUpByKindWithItsLatestExample) {
  Recorder recorder;
  auto tally = std::make_unique<Tally>();
  Use use = use_of(1);
  use.tried = {7, Outcome::refused(DenyReason::kChannelNotPermitted), "first"};
  recorder.record(use);
  use.tried.detail = "second";
  use.client = IpAddress::v4(203, 0, 113, 9);
  recorder.record(use);
  use.tried.outcome.reset();
  recorder.record(use);
  use.tried.trial = 8;
  recorder.record(use);
  recorder.take(tally);
  ASSERT_EQ(tally->tried.size(), 3u);
  const TriedCell& refused =
      tally->tried.at({use.key, 7, Outcome::refused(DenyReason::kChannelNotPermitted).value(), 3});
  EXPECT_EQ(refused.count, 2u);
  EXPECT_EQ(refused.detail, "second");
  EXPECT_EQ(refused.client, use.client);
  EXPECT_EQ(tally->tried.at({use.key, 8, TriedCell::kNotJudged, 3}).count, 1u);
  for (int operation = 0; operation < 5'000; ++operation) {
    use.operation = static_cast<std::uint16_t>(operation);
    recorder.record(use);
  }
  recorder.take(tally);
  EXPECT_EQ(tally->tried.size(), Recorder::kMaxTried);
  EXPECT_EQ(tally->lost, 5'000u - Recorder::kMaxTried);
}

}  // namespace
}  // namespace latchkey::usage
