// What each event loop has of its own, so that loops share nothing while they check: a registry reader, a recorder
// of uses, a writer of telemetry, and scratches that exchanges borrow.
//
//   Lanes lanes(loops, registry, collector, telemetry);
//   Lanes::Borrowed scratch(lanes.here());
//   checker.check(request, *scratch);
#pragma once
#include <memory>
#include <vector>

#include "check/check.h"
#include "net/loop.h"
#include "telemetry/recorder.h"
#include "usage/collector.h"

namespace latchkey::guard {

class Lane {
 public:
  Lane(registry::Registry& registry, usage::Collector& collector, telemetry::Recorder& telemetry)
      : reader_(registry), recorder_(collector.add_recorder()), telemetry_(telemetry) {}
  telemetry::Recorder::Writer& telemetry() { return telemetry_; }

 private:
  friend class Lanes;
  friend class BorrowedScratch;
  registry::Registry::Reader reader_;
  usage::Recorder& recorder_;
  telemetry::Recorder::Writer telemetry_;
  std::vector<std::unique_ptr<check::Scratch>> free_;
};

class BorrowedScratch {
 public:
  explicit BorrowedScratch(Lane& lane);
  ~BorrowedScratch() { lane_.free_.push_back(std::move(scratch_)); }
  BorrowedScratch(const BorrowedScratch&) = delete;
  BorrowedScratch& operator=(const BorrowedScratch&) = delete;
  check::Scratch& operator*() const { return *scratch_; }
  check::Scratch* operator->() const { return scratch_.get(); }

 private:
  Lane& lane_;
  std::unique_ptr<check::Scratch> scratch_;
};

class Lanes {
 public:
  Lanes(const std::vector<net::Loop*>& loops, registry::Registry& registry, usage::Collector& collector,
        telemetry::Recorder& telemetry);
  Lane& here();  // of the loop that runs on this thread, which must be one of those given

 private:
  std::vector<std::pair<net::Loop*, std::unique_ptr<Lane>>> lanes_;
};

}  // namespace latchkey::guard
