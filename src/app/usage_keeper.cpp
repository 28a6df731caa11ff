#include "app/usage_keeper.h"

#include "base/log.h"

namespace latchkey::app {
namespace {

constexpr auto kFlushEvery = std::chrono::seconds(1);
constexpr int kRollUpEveryFlushes = 60;

void warn(std::string_view event, const Error& error) { log::warn(event, {{"error", error.message}, {"detail", error.detail}}); }

}  // namespace

UsageKeeper::UsageKeeper(usage::Collector& collector, store::UsageStore& store, const Clock& clock, store::UsageRetention retention,
                         const Duty& summing_up)
    : collector_(collector), store_(store), clock_(clock), retention_(retention), summing_up_(summing_up), thread_([this] { run(); }) {}

void UsageKeeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  flush();
}

void UsageKeeper::run() {
  for (int flushes = 0;; ++flushes) {
    if (flushes % kRollUpEveryFlushes == 0) roll_up();
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, kFlushEvery, [this] { return stopping_; })) return;
    lock.unlock();
    flush();
  }
}

void UsageKeeper::flush() {
  if (const auto flushed = collector_.flush(); !flushed) warn("serve.usage_not_stored", flushed.error());
}

void UsageKeeper::roll_up() {
  if (!summing_up_.mine()) return;
  if (const auto done = store_.roll_up(clock_.now(), retention_); !done) warn("serve.usage_not_rolled_up", done.error());
}

}  // namespace latchkey::app
