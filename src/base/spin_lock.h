// A lock for what takes less time than going to sleep would. Unlocking is one plain store: unlike a mutex's it does not wait
// until what was written under it has reached the cache. Waiting threads look a while, then let others run. Lockable.
#pragma once
#include <atomic>
#include <thread>

namespace latchkey {

class SpinLock {
 public:
  void lock() {
    for (int looks = 0; taken_.exchange(true, std::memory_order_acquire);) {
      while (taken_.load(std::memory_order_relaxed)) {
        if (++looks >= kLooks) std::this_thread::yield();
      }
    }
  }
  void unlock() { taken_.store(false, std::memory_order_release); }

 private:
  static constexpr int kLooks = 64;
  std::atomic<bool> taken_{false};
};

}  // namespace latchkey
