#include "app/duties.h"

#include "base/log.h"

namespace latchkey::app {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

}  // namespace

const Duty& Duties::duty(std::string name) {
  if (store_ == nullptr) return Duty::always();
  return held_.emplace_back(std::move(name), clock_);
}

void Duties::start() {
  if (store_ == nullptr) return;
  stopping_ = false;
  if (each_round_) each_round_();
  ask();
  thread_ = std::thread([this] { run(); });
}

void Duties::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  for (Held& held : held_) {
    if (held.until_ns.exchange(0) == 0) continue;
    // Otherwise the next one waits until the lease is over.
    if (const auto released = store_->release(held.name, node_); !released) {
      log::warn("duty.not_released", {{"duty", held.name}, {"error", released.error().message}});
    }
  }
}

void Duties::ask() {
  for (Held& held : held_) {
    const std::int64_t asked_ns = clock_.steady_ns();
    const auto mine = store_->hold(held.name, node_, kLeaseMs);
    if (!mine) {
      log::warn("duty.not_asked", {{"duty", held.name}, {"error", mine.error().message}});
      continue;  // what was leased before runs out by itself
    }
    const bool before = held.until_ns.load(std::memory_order_relaxed) != 0;
    held.until_ns.store(*mine ? asked_ns + (kLeaseMs - kMarginMs) * kNsPerMs : 0, std::memory_order_relaxed);
    if (*mine != before) log::info(*mine ? "duty.taken" : "duty.lost", {{"duty", held.name}});
  }
}

void Duties::run() {
  std::int64_t asked_ns = clock_.steady_ns();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, std::chrono::milliseconds(kRoundMs), [this] { return stopping_; });
    if (stopping_) return;
    lock.unlock();
    if (each_round_) each_round_();
    if (clock_.steady_ns() - asked_ns >= kAskEveryMs * kNsPerMs) {
      asked_ns = clock_.steady_ns();
      ask();
    }
    lock.lock();
  }
}

}  // namespace latchkey::app
