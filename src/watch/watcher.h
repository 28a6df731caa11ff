// The thread that the engine runs on. Usage is handed over without waiting: batches queue up to a bound, and what comes on
// top is left out, counted and logged, so that watching never slows counting.
//
//   Watcher watcher(engine, clock);
//   watcher.start();                       // looks at the age of keys at once, then every hour
//   watcher.observe(std::move(cells));     // from the thread that writes usage down, about once a second
//   watcher.stop();
//
// observe() is thread-safe; start() and stop() belong to one thread. The engine must outlive it and be left alone.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/duty.h"
#include "watch/cell_relay.h"
#include "watch/engine.h"

namespace latchkey::watch {

class Watcher {
 public:
  static constexpr std::size_t kMaxQueuedCells = 200'000;

  // Of several nodes the one with the duty watches, and is passed on what the others see.
  struct Among {
    const Duty* duty = &Duty::always();
    CellRelay* relay = nullptr;  // null: a node that is alone
  };
  Watcher(Engine& engine, const Clock& clock) : Watcher(engine, clock, Among()) {}
  Watcher(Engine& engine, const Clock& clock, Among among) : engine_(engine), clock_(clock), among_(among) {}
  ~Watcher() { stop(); }

  void start();
  // As stop(), without waiting for its end. With a relay, what was not looked at yet goes to the node that watches next: looking
  // at it may take long, where it piled up because the store was away.
  void ask_to_stop();
  void stop();
  // False when there was no room.
  bool observe(std::vector<UsageCell> cells);
  std::uint64_t left_out() const;

 private:
  void run();
  // Engine or relay, as the duty says.
  void handle(std::span<const UsageCell> cells);
  bool looks() const { return among_.duty->mine() && !(stopping_ && among_.relay != nullptr); }
  void take_from_others();
  // Minutes and hours that have passed, by the steady clock.
  void keep_time();
  void tell_what_was_left_out();

  Engine& engine_;
  const Clock& clock_;
  const Among among_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<UsageCell>> queue_;  // guarded by mutex_
  std::size_t queued_cells_ = 0;              // guarded by mutex_
  std::uint64_t left_out_ = 0;                // guarded by mutex_; cells
  std::atomic<bool> stopping_{false};         // written under mutex_

  // The thread's own.
  std::int64_t last_take_ns_ = 0;
  std::int64_t last_minute_ns_ = 0;
  std::optional<std::int64_t> last_hour_ns_;  // empty: never yet
  std::uint64_t told_left_out_ = 0;
  std::thread thread_;
};

}  // namespace latchkey::watch
