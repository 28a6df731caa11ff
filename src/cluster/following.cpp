#include "cluster/following.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace latchkey::cluster {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

void raise(std::atomic<store::Sequence>& to, store::Sequence sequence) {
  store::Sequence before = to.load();
  while (before < sequence && !to.compare_exchange_weak(before, sequence)) {
  }
}

}  // namespace

void Following::start() {
  stopping_ = false;
  thread_ = std::thread([this] { run(); });
}

void Following::stop() {
  stopping_ = true;
  bell_.wake();
  if (thread_.joinable()) thread_.join();
}

void Following::granted(const Heard& heard) {
  {
    const std::lock_guard lock(mutex_);
    heard_ = heard;
  }
  bell_.wake();
}

bool Following::wait_for_lease(std::int64_t timeout_ms) {
  std::unique_lock lock(mutex_);
  return has_lease_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [this] { return extended_; });
}

void Following::await(store::Sequence sequence) {
  raise(awaited_, sequence);
  bell_.wake();
}

void Following::run() {
  while (!stopping_) {
    const std::int64_t began_ns = clock_.steady_ns();
    follow();
    confirm();
    // That others have confirmed something is nothing to look at the feed for.
    bool nothing_new = true;
    while (nothing_new && !stopping_) {
      const store::Rung rung = bell_.wait(options_.poll_ms);
      if (rung.awaited != 0) raise(awaited_, rung.awaited);
      if (rung.confirmed) at_confirmation_();
      const bool due = clock_.steady_ns() - began_ns >= options_.poll_ms * kNsPerMs;
      nothing_new = rung.confirmed && !rung.changed && awaited_.load() <= confirmed_ && !due;
    }
  }
}

// What was heard is taken before the feed is read: all that the heartbeat saw is then among what is applied. Once something
// failed, only what was asked later counts.
void Following::follow() {
  std::optional<Heard> heard;
  {
    const std::lock_guard lock(mutex_);
    heard = std::exchange(heard_, std::nullopt);
  }
  if (heard && failed_ns_ && heard->asked_ns < *failed_ns_) heard.reset();
  const std::int64_t began_ns = clock_.steady_ns();
  const auto followed = follower_.catch_up(heard ? std::optional(heard->head) : std::nullopt);
  if (!followed) {
    if (!failed_ns_) {
      log::warn("cluster.feed_not_followed",
                {{"error", followed.error().message}, {"detail", followed.error().detail}});
      failed_ns_ = clock_.steady_ns();
    }
    return;
  }
  if (std::exchange(failed_ns_, std::nullopt)) log::info("cluster.feed_followed_again");
  current_ns_.store(began_ns, std::memory_order_relaxed);
  if (heard) extend(*heard);
}

void Following::extend(const Heard& heard) {
  if (options_.denies_when_stale) {
    lease_.extend(heard.asked_ns, options_.max_staleness_ms * kNsPerMs);
  } else {
    lease_.extend_for_good();
  }
  {
    const std::lock_guard lock(mutex_);
    extended_ = true;
  }
  has_lease_.notify_all();
}

// Each position is told once: who asks for one that was told sees it in the store.
void Following::confirm() {
  const store::Sequence awaited = awaited_.load();
  const store::FeedPlace place = follower_.place();
  if (awaited <= confirmed_ || place.sequence < awaited) return;
  if (const auto done = nodes_.confirm(options_.id, place); !done) {
    log::warn("cluster.not_confirmed", {{"error", done.error().message}, {"detail", done.error().detail}});
    return;
  }
  confirmed_ = place.sequence;
}

}  // namespace latchkey::cluster
