#include "watch/watcher.h"

#include "watch/watch_world_test.h"

namespace latchkey::watch {
namespace {

class WatcherTest : public WatchWorld {};

TEST_F(WatcherTest, WhatWasHandedOverIsLookedAtBeforeItStops) {
  const ApiKey key = make_key();
  Watcher watcher(*engine, clock);
  watcher.start();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(watcher.observe({cell(key, "203.0.113.7", 1, DenyReason::kRateLimited)}));
  watcher.stop();
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].rule, AlertRule::kRefusalBurst);
  EXPECT_EQ(watcher.left_out(), 0u);
}

TEST_F(WatcherTest, TheAgeOfKeysIsLookedAtWhenItStarts) {
  make_key("Old", 95 * kDayMs);
  Watcher watcher(*engine, clock);
  watcher.start();
  while (listed().size() < 2) std::this_thread::yield();
  watcher.stop();
}

class NoDuty final : public Duty {
 public:
  bool mine() const override { return false; }
};

class NotedRelay final : public CellRelay {
 public:
  Result<void> pass_on(std::span<const UsageCell> cells) override {
    waiting.insert(waiting.end(), cells.begin(), cells.end());
    return {};
  }
  Result<std::vector<UsageCell>> take() override { return std::exchange(waiting, {}); }
  std::vector<UsageCell> waiting;
};

TEST_F(WatcherTest, ANodeWithoutTheDutyPassesOnWhatItSeesAndTheOneThatHasItLooks) {
  const ApiKey key = make_key("Old", 95 * kDayMs);
  NotedRelay relay;
  const NoDuty none;
  Watcher other(*engine, clock, {&none, &relay});
  other.start();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(other.observe({cell(key, "203.0.113.7", 1, DenyReason::kRateLimited)}));
  other.stop();
  EXPECT_EQ(relay.waiting.size(), 20u);
  EXPECT_TRUE(listed().empty()) << "neither the cells nor the age of keys";

  clock.advance_ms(2'000);
  Watcher watching(*engine, clock, {.relay = &relay});
  watching.start();
  while (listed().size() < 3) std::this_thread::yield();
  watching.stop();
  EXPECT_TRUE(relay.waiting.empty());
}

TEST_F(WatcherTest, WhatIsLeftAtItsEndGoesToTheNodeThatWatchesNext) {
  const ApiKey key = make_key("Old", 95 * kDayMs);
  NotedRelay relay;
  Watcher watcher(*engine, clock, {.relay = &relay});
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(watcher.observe({cell(key, "203.0.113.7", 1, DenyReason::kRateLimited)}));
  watcher.ask_to_stop();
  watcher.start();
  watcher.stop();
  EXPECT_EQ(relay.waiting.size(), 20u);
}

TEST_F(WatcherTest, WhatThereIsNoRoomForIsCountedAndNobodyWaits) {
  const ApiKey key = make_key();
  Watcher watcher(*engine, clock);
  EXPECT_TRUE(watcher.observe(std::vector<UsageCell>(Watcher::kMaxQueuedCells, cell(key))));
  EXPECT_FALSE(watcher.observe({cell(key), cell(key)}));
  EXPECT_EQ(watcher.left_out(), 2u);
}

}  // namespace
}  // namespace latchkey::watch
