// The threads that look after keys: one for deliveries, which may wait for other servers, one for the rest.
//
//   Keeper keeper(deliveries, visit, hand_overs, clock);
//   keeper.start();   // looks at every key at once, then every hour
//   keeper.stop();    // what is under way ends, and is gone on with at the next start
//
// start() and stop() belong to one thread. What it refers to must outlive it and be left alone meanwhile.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/duty.h"
#include "upkeep/deliveries.h"
#include "upkeep/key_visit.h"

namespace latchkey::upkeep {

class Keeper {
 public:
  // `stopping`: ends calls to other servers early once it is set; stop() does. Of several nodes the one with the duty works.
  Keeper(Deliveries& deliveries, KeyVisit& visit, store::HandOverStore& hand_overs, const Clock& clock,
         std::atomic<bool>& stopping, const Duty& duty = Duty::always())
      : deliveries_(deliveries), visit_(visit), hand_overs_(hand_overs), clock_(clock), stopping_(stopping), duty_(duty) {}
  ~Keeper() { stop(); }

  void start();
  void stop();

 private:
  void loop(const std::function<void()>& round);
  void deliver();
  void visit();

  Deliveries& deliveries_;
  KeyVisit& visit_;
  store::HandOverStore& hand_overs_;
  const Clock& clock_;
  std::atomic<bool>& stopping_;  // written under mutex_
  const Duty& duty_;
  std::optional<std::int64_t> last_hour_ns_;

  std::mutex mutex_;
  std::condition_variable stop_asked_;
  std::vector<std::thread> threads_;
};

}  // namespace latchkey::upkeep
