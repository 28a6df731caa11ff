#include "base/spin_lock.h"

#include <gtest/gtest.h>

#include <mutex>
#include <vector>

namespace latchkey {
namespace {

TEST(SpinLock, KeepsThreadsOutOfEachOthersWay) {
  SpinLock lock;
  int count = 0;  // plain: lost updates would show
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        const std::lock_guard guard(lock);
        ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 80'000);
}

TEST(SpinLock, LetsOthersRunWhileItWaits) {
  SpinLock lock;
  lock.lock();
  std::atomic<bool> taken{false};
  std::thread waiter([&] {
    const std::lock_guard guard(lock);
    taken = true;
  });
  for (int i = 0; i < 10'000; ++i) std::this_thread::yield();
  EXPECT_FALSE(taken);
  lock.unlock();
  waiter.join();
  EXPECT_TRUE(taken);
}

}  // namespace
}  // namespace latchkey
