#include "guard/lanes.h"

#include "base/check.h"

namespace latchkey::guard {

BorrowedScratch::BorrowedScratch(Lane& lane) : lane_(lane) {
  if (lane.free_.empty()) {
    desk_ = std::make_unique<Lane::Desk>(lane.reader_, lane.recorder_);
  } else {
    desk_ = std::move(lane.free_.back());
    lane.free_.pop_back();
  }
}

const LimitFields& BorrowedScratch::limits() const {
  desk_->limits.fill(desk_->scratch);
  return desk_->limits;
}

net::ResponseHead& BorrowedScratch::answer() const {
  desk_->answer.status = 200;
  desk_->answer.headers.clear();
  return desk_->answer;
}

Lanes::Lanes(const std::vector<net::Loop*>& loops, registry::Registry& registry, usage::Collector& collector,
             telemetry::Recorder& telemetry, Random& random) {
  for (net::Loop* loop : loops)
    lanes_.emplace_back(loop, std::make_unique<Lane>(registry, collector, telemetry, random));
}

Lane& Lanes::here() {
  net::Loop* const loop = &net::Loop::current();
  for (auto& [owner, lane] : lanes_) {
    if (owner == loop) return *lane;
  }
  LK_CHECK(false);
}

}  // namespace latchkey::guard
