// The duties of this node among others: asks for them every few seconds, and tells those who do the work whether it is
// theirs. A node that can't reach the store loses them before another gets them, since it counts its lease from before it
// asked, on its own steady clock.
//
//   Duties duties(store, node, clock);
//   const Duty& courier = duties.duty("courier");   // before start()
//   duties.start();
//   duties.stop();                                   // hands them to whoever asks next
//
// `each_round` runs on its thread beside that, for what else has to be asked about other nodes now and then.
//
// start() and stop() belong to one thread. Without a store (a node that is alone) every duty is this node's.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/duty.h"
#include "store/duty_store.h"

namespace latchkey::app {

class Duties {
 public:
  // How long a duty stays with a node that is heard of no more.
  static constexpr std::int64_t kLeaseMs = 15'000;
  static constexpr std::int64_t kAskEveryMs = 3'000;
  // How often `each_round` runs.
  static constexpr std::int64_t kRoundMs = 1'000;
  // The lease is over for its holder earlier than for the store, for clocks that differ in their pace.
  static constexpr std::int64_t kMarginMs = 1'000;

  Duties(store::DutyStore* store, const Uuid& node, const Clock& clock, std::function<void()> each_round = {})
      : store_(store), node_(node), clock_(clock), each_round_(std::move(each_round)) {}
  ~Duties() { stop(); }

  // Lives as long as this.
  const Duty& duty(std::string name);
  void start();
  void stop();
  // Asks for each; what the thread does, and tests without it.
  void ask();

 private:
  class Held final : public Duty {
   public:
    Held(std::string its_name, const Clock& clock) : name(std::move(its_name)), clock_(clock) {}
    bool mine() const override { return clock_.steady_ns() < until_ns.load(std::memory_order_relaxed); }
    const std::string name;
    std::atomic<std::int64_t> until_ns{0};

   private:
    const Clock& clock_;
  };
  void run();

  store::DutyStore* const store_;
  const Uuid node_;
  const Clock& clock_;
  const std::function<void()> each_round_;
  std::deque<Held> held_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace latchkey::app
