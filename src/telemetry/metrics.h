// What Prometheus asks for: how many requests there were and how they ended, how long they took, and the readings of other
// parts. Labels are bounded by the program and the catalog; nothing is labelled by a key, a tenant, an address or anything
// else that callers bring. docs/observability.md lists the families.
//
//   Metrics metrics(operation_ids, version(), readings);
//   Metrics::Writer writer(metrics);       // one per event loop; used on that loop's thread only
//   writer.note(event);                    // relaxed atomics of this loop's own: no lock, no allocation
//   std::string text = metrics.text();     // from any thread; sums over the loops
//
// A scrape that runs beside a note() may have counted one half of it; the next has it whole.
#pragma once
#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/deny_reason.h"
#include "telemetry/event.h"
#include "telemetry/exposition.h"

namespace latchkey::telemetry {

class Metrics {
  // Written by one thread, read by any.
  class Cell {
   public:
    void add(std::uint64_t more) { value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed); }
    std::uint64_t read() const { return value_.load(std::memory_order_relaxed); }

   private:
    std::atomic<std::uint64_t> value_{0};
  };

  static constexpr std::size_t kOutcomes = kDenyReasonCount + 1;  // the last: allowed
  static constexpr std::size_t kStatusClasses = 6;                // none, 1xx, ..., 5xx
  static constexpr std::array<double, 18> kBounds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                     0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};  // seconds
  struct Histogram {
    std::array<Cell, kBounds.size() + 1> counts;
    Cell sum_ns;
    void note(std::int64_t ns);
  };
  struct ByOperation {
    Cell allowed, refused;
  };
  struct alignas(64) Lane {
    explicit Lane(std::size_t operations) : by_operation(operations) {}
    std::array<std::array<Cell, kOutcomes>, kGuardCount> requests;
    std::array<std::array<Cell, kStatusClasses>, kGuardCount> responses;
    std::array<Histogram, kGuardCount> durations;
    Histogram upstream;
    Cell upstream_errors;
    std::array<Cell, kGuardCount> unidentified, unidentified_limited;
    std::vector<ByOperation> by_operation;  // the first: none
  };

 public:
  // `operations`: every operationId that an event may name; one that is not among them counts as none.
  Metrics(std::vector<std::string> operations, std::string_view version, std::vector<Reading> readings);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  class Writer {
   public:
    explicit Writer(Metrics& metrics);
    void note(const Event& event);

   private:
    const Metrics& metrics_;
    Lane* lane_;
  };

  std::string text() const;
  // That were decided so far, by all guards.
  std::uint64_t requests() const;

 private:
  std::size_t operation_index(std::string_view id) const;
  void expose_requests(Exposition& out) const;
  void expose_operations(Exposition& out) const;
  void expose_times(Exposition& out) const;
  HistogramValues sum_up(const std::function<const Histogram&(const Lane&)>& of, std::vector<std::uint64_t>& counts) const;
  std::uint64_t sum(const std::function<const Cell&(const Lane&)>& of) const;

  const std::vector<std::string> operations_;  // the first: ""
  const std::unordered_map<std::string_view, std::size_t> operation_by_id_;  // views into operations_
  const std::string version_;
  const std::vector<Reading> readings_;
  mutable std::mutex mutex_;  // over lanes_
  std::list<Lane> lanes_;     // one for each writer ever made; they never move
};

}  // namespace latchkey::telemetry
