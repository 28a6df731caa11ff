// What each event loop has of its own, so that loops share nothing while they check: a registry reader, a recorder
// of uses, a writer of telemetry, request ids, and scratches that exchanges borrow.
//
//   Lanes lanes(loops, registry, collector, telemetry, random);
//   BorrowedScratch scratch(lanes.here());
//   checker.check(request, *scratch);
#pragma once
#include <memory>
#include <vector>

#include "check/check.h"
#include "guard/limit_fields.h"
#include "guard/request_id.h"
#include "net/http.h"
#include "net/loop.h"
#include "telemetry/recorder.h"
#include "usage/collector.h"

namespace latchkey::guard {

class Lane {
 public:
  Lane(registry::Registry& registry, usage::Collector& collector, telemetry::Recorder& telemetry, Random& random)
      : reader_(registry), recorder_(collector.add_recorder()), telemetry_(telemetry), request_ids_(random) {}
  telemetry::Recorder::Writer& telemetry() { return telemetry_; }
  RequestIds& request_ids() { return request_ids_; }

 private:
  // What one exchange works with, kept for the next, so that neither check nor answer allocates.
  struct Desk {
    Desk(registry::Registry::Reader& reader, usage::Recorder& recorder) : scratch(reader, recorder) {}
    check::Scratch scratch;
    LimitFields limits;
    net::ResponseHead answer;
  };
  friend class Lanes;
  friend class BorrowedScratch;
  registry::Registry::Reader reader_;
  usage::Recorder& recorder_;
  telemetry::Recorder::Writer telemetry_;
  RequestIds request_ids_;
  std::vector<std::unique_ptr<Desk>> free_;
};

class BorrowedScratch {
 public:
  explicit BorrowedScratch(Lane& lane);
  ~BorrowedScratch() { lane_.free_.push_back(std::move(desk_)); }
  BorrowedScratch(const BorrowedScratch&) = delete;
  BorrowedScratch& operator=(const BorrowedScratch&) = delete;
  check::Scratch& operator*() const { return desk_->scratch; }
  check::Scratch* operator->() const { return &desk_->scratch; }
  // How limits stand after the last check, as long as this is borrowed.
  const LimitFields& limits() const;
  // An empty head to fill in. Views in it must live until the answer has been given.
  net::ResponseHead& answer() const;

 private:
  Lane& lane_;
  std::unique_ptr<Lane::Desk> desk_;
};

class Lanes {
 public:
  Lanes(const std::vector<net::Loop*>& loops, registry::Registry& registry, usage::Collector& collector,
        telemetry::Recorder& telemetry, Random& random);
  Lane& here();  // of the loop that runs on this thread, which must be one of those given

 private:
  std::vector<std::pair<net::Loop*, std::unique_ptr<Lane>>> lanes_;
};

}  // namespace latchkey::guard
