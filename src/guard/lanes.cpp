#include "guard/lanes.h"

#include "base/check.h"

namespace latchkey::guard {

BorrowedScratch::BorrowedScratch(Lane& lane) : lane_(lane) {
  if (lane.free_.empty()) {
    scratch_ = std::make_unique<check::Scratch>(lane.reader_, lane.recorder_);
  } else {
    scratch_ = std::move(lane.free_.back());
    lane.free_.pop_back();
  }
}

Lanes::Lanes(const std::vector<net::Loop*>& loops, registry::Registry& registry, usage::Collector& collector,
             telemetry::Recorder& telemetry) {
  for (net::Loop* loop : loops) lanes_.emplace_back(loop, std::make_unique<Lane>(registry, collector, telemetry));
}

Lane& Lanes::here() {
  net::Loop* const loop = &net::Loop::current();
  for (auto& [owner, lane] : lanes_) {
    if (owner == loop) return *lane;
  }
  LK_CHECK(false);
}

}  // namespace latchkey::guard
