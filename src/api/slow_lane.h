// Room for requests that hash a password, which takes a tenth of a second of a worker. A few run at once, so that the
// other workers stay free for everything else; some more wait on their loops, which costs nothing; the rest is refused.
//
//   const SlowLane::Place place = co_await lane.enter();
//   if (!place) co_return overloaded();
//
// Thread-safe: shared by all loops.
#pragma once
#include <atomic>
#include <utility>

#include "net/task.h"

namespace latchkey::api {

class SlowLane {
 public:
  static constexpr int kAtOnce = 4;
  static constexpr int kWaiting = 64;

  // Left when it dies.
  class Place {
   public:
    explicit Place(SlowLane* lane) : lane_(lane) {}
    Place(Place&& other) noexcept : lane_(std::exchange(other.lane_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (lane_ != nullptr) lane_->inside_.fetch_sub(1);
    }
    explicit operator bool() const { return lane_ != nullptr; }

   private:
    SlowLane* lane_;
  };

  net::Task<Place> enter();

 private:
  bool take();
  std::atomic<int> inside_ = 0;
  std::atomic<int> waiting_ = 0;
};

}  // namespace latchkey::api
