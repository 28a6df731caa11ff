// Which moment quotas count in: the wall clock, but a step of it is believed only once it has stood for an hour. Until
// then time goes on by the steady clock, so what a caller was told to wait stays true, a clock that is wrong for a while
// neither frees nor locks anyone, and a clock that is set back by less than an hour never brings an old day back.
//
//   calendar.observe(clock.now(), clock.steady_ns());   // once a second; the first time it is taken as it is
//   const std::int64_t day = period_at(Period::kDay, calendar.at(clock.steady_ns()));
//
// at() may be called by any thread, observe() by one.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace latchkey::limit {

class Calendar {
 public:
  static constexpr std::int64_t kDoubtNs = 3'600'000'000'000;
  // How far the clocks may part between two looks without that being a step: what a clock that is being steered does.
  static constexpr std::int64_t kDriftMs = 1'000;

  Instant at(std::int64_t steady_ns) const {
    return {offset_ms_.load(std::memory_order_relaxed) + steady_ns / 1'000'000};
  }
  // Whether time went back by it, so that counts of an earlier period are wanted again.
  bool observe(Instant wall, std::int64_t steady_ns);

 private:
  std::atomic<std::int64_t> offset_ms_{0};  // wall clock minus steady clock, as believed

  // Of the one thread that observes.
  bool started_ = false;
  std::optional<std::int64_t> doubt_since_ns_;
};

}  // namespace latchkey::limit
