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

TEST_F(WatcherTest, WhatThereIsNoRoomForIsCountedAndNobodyWaits) {
  const ApiKey key = make_key();
  Watcher watcher(*engine, clock);
  EXPECT_TRUE(watcher.observe(std::vector<UsageCell>(Watcher::kMaxQueuedCells, cell(key))));
  EXPECT_FALSE(watcher.observe({cell(key), cell(key)}));
  EXPECT_EQ(watcher.left_out(), 2u);
}

}  // namespace
}  // namespace latchkey::watch
