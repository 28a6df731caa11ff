#include "telemetry/metrics.h"

#include <algorithm>

namespace latchkey::telemetry {
namespace {

std::vector<std::string> with_none(std::vector<std::string> operations) {
  operations.insert(operations.begin(), std::string());
  return operations;
}

std::unordered_map<std::string_view, std::size_t> index_of(const std::vector<std::string>& operations) {
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < operations.size(); ++i) index.emplace(operations[i], i);
  return index;
}

std::string guard_name(std::size_t guard) { return std::string(to_string(static_cast<Guard>(guard))); }

std::string outcome_name(std::size_t outcome) {
  return outcome == kDenyReasonCount ? "allowed" : std::string(code(static_cast<DenyReason>(outcome)));
}

std::size_t status_class(int status) { return status >= 100 && status < 600 ? static_cast<std::size_t>(status / 100) : 0; }

std::string class_name(std::size_t status_class) { return status_class == 0 ? "none" : std::to_string(status_class) + "xx"; }

}  // namespace

void Metrics::Histogram::note(std::int64_t ns) {
  ns = std::max<std::int64_t>(ns, 0);
  const double seconds = static_cast<double>(ns) / 1e9;
  const auto at = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  counts[static_cast<std::size_t>(at - kBounds.begin())].add(1);
  sum_ns.add(static_cast<std::uint64_t>(ns));
}

Metrics::Metrics(std::vector<std::string> operations, std::string_view version, std::vector<Reading> readings)
    : operations_(with_none(std::move(operations))),
      operation_by_id_(index_of(operations_)),
      version_(version),
      readings_(std::move(readings)) {}

Metrics::Writer::Writer(Metrics& metrics) : metrics_(metrics) {
  const std::lock_guard lock(metrics.mutex_);
  lane_ = &metrics.lanes_.emplace_back(metrics.operations_.size());
}

std::size_t Metrics::operation_index(std::string_view id) const {
  const auto at = operation_by_id_.find(id);
  return at == operation_by_id_.end() ? 0 : at->second;
}

void Metrics::Writer::note(const Event& event) {
  const auto guard = static_cast<std::size_t>(event.guard);
  lane_->requests[guard][event.reason ? static_cast<std::size_t>(*event.reason) : kDenyReasonCount].add(1);
  lane_->responses[guard][status_class(event.status)].add(1);
  lane_->durations[guard].note(event.duration_ns);
  if (event.upstream_ns > 0) lane_->upstream.note(event.upstream_ns);
  if (event.reason == DenyReason::kUpstreamUnreachable || event.reason == DenyReason::kUpstreamAnswerUnreadable) {
    lane_->upstream_errors.add(1);
  }
  if (!event.key_known) {
    lane_->unidentified[guard].add(1);
    if (event.reason == DenyReason::kRateLimited) lane_->unidentified_limited[guard].add(1);
  }
  ByOperation& operation = lane_->by_operation[metrics_.operation_index(event.operation)];
  (event.reason ? operation.refused : operation.allowed).add(1);
}

std::string Metrics::text() const {
  Exposition out;
  {
    const std::lock_guard lock(mutex_);
    expose_requests(out);
    expose_operations(out);
    expose_times(out);
  }
  out.family("latchkey_build_info", "Always 1; the label tells the running version.", Kind::kGauge).sample({{"version", version_}}, 1);
  out.readings(readings_);
  return out.text();
}

std::uint64_t Metrics::sum(const std::function<const Cell&(const Lane&)>& of) const {
  std::uint64_t total = 0;
  for (const Lane& lane : lanes_) total += of(lane).read();
  return total;
}

HistogramValues Metrics::sum_up(const std::function<const Histogram&(const Lane&)>& of, std::vector<std::uint64_t>& counts) const {
  counts.assign(kBounds.size() + 1, 0);
  std::uint64_t sum_ns = 0;
  for (const Lane& lane : lanes_) {
    const Histogram& histogram = of(lane);
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += histogram.counts[i].read();
    sum_ns += histogram.sum_ns.read();
  }
  return {kBounds, counts, static_cast<double>(sum_ns) / 1e9};
}

void Metrics::expose_requests(Exposition& out) const {
  out.family("latchkey_requests_total", "Requests judged, by guard and outcome: allowed, or the reason code.", Kind::kCounter);
  for (std::size_t guard = 0; guard < kGuardCount; ++guard) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      out.sample({{"guard", guard_name(guard)}, {"outcome", outcome_name(outcome)}},
                 static_cast<double>(sum([&](const Lane& lane) -> const Cell& { return lane.requests[guard][outcome]; })));
    }
  }
  out.family("latchkey_responses_total", "Requests by guard and class of the status that the caller was answered.", Kind::kCounter);
  for (std::size_t guard = 0; guard < kGuardCount; ++guard) {
    for (std::size_t each = 0; each < kStatusClasses; ++each) {
      out.sample({{"guard", guard_name(guard)}, {"status_class", class_name(each)}},
                 static_cast<double>(sum([&](const Lane& lane) -> const Cell& { return lane.responses[guard][each]; })));
    }
  }
  out.family("latchkey_unidentified_requests_total", "Requests that showed no known key, by guard.", Kind::kCounter);
  for (std::size_t guard = 0; guard < kGuardCount; ++guard) {
    out.sample({{"guard", guard_name(guard)}}, static_cast<double>(sum([&](const Lane& lane) -> const Cell& { return lane.unidentified[guard]; })));
  }
  out.family("latchkey_unidentified_limited_total", "Of these, refused because their address had failed too often, by guard.", Kind::kCounter);
  for (std::size_t guard = 0; guard < kGuardCount; ++guard) {
    out.sample({{"guard", guard_name(guard)}},
               static_cast<double>(sum([&](const Lane& lane) -> const Cell& { return lane.unidentified_limited[guard]; })));
  }
  out.family("latchkey_upstream_errors_total", "Requests through the gateway that the API did not answer, or not readably.", Kind::kCounter)
      .sample({}, static_cast<double>(sum([](const Lane& lane) -> const Cell& { return lane.upstream_errors; })));
}

void Metrics::expose_operations(Exposition& out) const {
  out.family("latchkey_operation_requests_total", "Requests by operation of the catalog, and whether they were allowed.", Kind::kCounter);
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    const auto allowed = sum([i](const Lane& lane) -> const Cell& { return lane.by_operation[i].allowed; });
    const auto refused = sum([i](const Lane& lane) -> const Cell& { return lane.by_operation[i].refused; });
    out.sample({{"operation", operations_[i]}, {"outcome", "allowed"}}, static_cast<double>(allowed));
    out.sample({{"operation", operations_[i]}, {"outcome", "refused"}}, static_cast<double>(refused));
  }
}

void Metrics::expose_times(Exposition& out) const {
  std::vector<std::uint64_t> counts;
  out.family("latchkey_request_duration_seconds", "Time from a request's head to the end of its answer.", Kind::kHistogram);
  for (std::size_t guard = 0; guard < kGuardCount; ++guard) {
    const auto of = [guard](const Lane& lane) -> const Histogram& { return lane.durations[guard]; };
    out.histogram({{"guard", guard_name(guard)}}, sum_up(of, counts));
  }
  out.family("latchkey_upstream_duration_seconds", "Time that the gateway waited for the head of the API's answer.", Kind::kHistogram);
  out.histogram({}, sum_up([](const Lane& lane) -> const Histogram& { return lane.upstream; }, counts));
}

std::uint64_t Metrics::requests() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t total = 0;
  for (const Lane& lane : lanes_) {
    for (const auto& by_outcome : lane.requests) {
      for (const Cell& cell : by_outcome) total += cell.read();
    }
  }
  return total;
}

}  // namespace latchkey::telemetry
