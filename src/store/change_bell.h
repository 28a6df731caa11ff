// What wakes a node when something happened elsewhere: the port. A bell may be silent: whoever waits for it looks by itself
// when the time is over, so that nothing depends on it but how long things take.
//
//   const Rung rung = bell.wait(50);   // on the one thread that may
//
// wake() is thread-safe and ends a wait early.
#pragma once
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "store/key_store.h"

namespace latchkey::store {

struct Rung {
  bool changed = false;    // the feed may have grown
  Sequence awaited = 0;    // somebody wants to know at once who has got this far; 0: nobody
  bool confirmed = false;  // a node has told how far it has got
};

class ChangeBell {
 public:
  virtual ~ChangeBell() = default;
  virtual Rung wait(std::int64_t timeout_ms) = 0;
  virtual void wake() = 0;
};

// Without anybody who rings.
class SilentBell final : public ChangeBell {
 public:
  Rung wait(std::int64_t timeout_ms) override {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [this] { return wake_; });
    wake_ = false;
    return {};
  }
  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      wake_ = true;
    }
    woken_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;  // guarded by mutex_
};

}  // namespace latchkey::store
