#include "upkeep/keeper.h"

#include "base/log.h"

namespace latchkey::upkeep {
namespace {

constexpr std::int64_t kHourNs = 3'600'000'000'000;
constexpr auto kTick = std::chrono::seconds(1);

template <class T>
void warn_unless(const Result<T>& done, std::string_view event) {
  if (!done) log::warn(event, {{"error", done.error().message}, {"detail", done.error().detail}});
}

}  // namespace

void Keeper::start() {
  stopping_ = false;
  threads_.emplace_back([this] { loop([this] { deliver(); }); });
  threads_.emplace_back([this] { loop([this] { visit(); }); });
}

void Keeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_asked_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Keeper::loop(const std::function<void()>& round) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    if (duty_.mine()) round();
    lock.lock();
    stop_asked_.wait_for(lock, kTick, [this] { return stopping_.load(); });
  }
}

void Keeper::deliver() { warn_unless(deliveries_.round(stopping_), "upkeep.deliveries_failed"); }

void Keeper::visit() {
  warn_unless(visit_.rotating(), "upkeep.rotations_failed");
  const std::int64_t now_ns = clock_.steady_ns();
  if (last_hour_ns_ && now_ns - *last_hour_ns_ < kHourNs) return;
  last_hour_ns_ = now_ns;
  warn_unless(visit_.every_key(stopping_), "upkeep.visit_failed");
  warn_unless(hand_overs_.expire_hand_overs(clock_.now()), "upkeep.links_not_expired");
}

}  // namespace latchkey::upkeep
