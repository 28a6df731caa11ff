#include "guard/report.h"

#include "catalog/path.h"

namespace latchkey::guard {

Report::Report(Lane& lane, const Clock& clock, telemetry::Guard guard, check::Scratch& scratch, const Asked& asked, std::int64_t opened_ns)
    : lane_(lane), clock_(clock), guard_(guard), scratch_(scratch), asked_(asked), opened_ns_(opened_ns) {
  scratch.decision = check::Decision{};
}

void Report::refused(DenyReason reason, std::string_view detail) {
  refused_ = reason;
  scratch_.use.outcome = usage::Outcome::refused(reason);
  scratch_.use.detail = detail;
}

void Report::upstream_asked() { upstream_asked_ns_ = clock_.steady_ns(); }

void Report::upstream_answered(int status) {
  upstream_status_ = status;
  if (upstream_asked_ns_ != 0) upstream_ns_ = clock_.steady_ns() - upstream_asked_ns_;
  upstream_asked_ns_ = 0;
}

void Report::answered(int status, std::uint64_t bytes) {
  status_ = status;
  bytes_out_ += bytes;
}

// Of the gateway, which alone waits for an answer; the check has recorded the others.
void Report::record_use() {
  if (guard_ != telemetry::Guard::kGateway || !scratch_.decision.key_known) return;
  usage::Use& use = scratch_.use;
  use.latency = latency_bucket(clock_.steady_ns() - opened_ns_);
  use.status_class = static_cast<std::uint8_t>(upstream_status_ / 100);
  scratch_.recorder.record(use);
}

void Report::close() {
  if (closed_) return;
  closed_ = true;
  record_use();
  const check::Decision& decision = scratch_.decision;
  // It was waited for, in vain.
  if (upstream_asked_ns_ != 0) upstream_answered(0);
  const bool is_written = lane_.telemetry().writes_lines();
  telemetry::Event event{.guard = guard_, .at = is_written ? clock_.now() : Instant{}, .request_id = asked_.request_id, .trace_id = asked_.trace_id,
                         .method = asked_.method, .path = {}, .operation = {}, .user_agent = asked_.user_agent, .client = asked_.client,
                         .key_known = decision.key_known, .key = decision.key, .tenant = decision.tenant, .access_type = decision.access_type,
                         .reason = refused_, .status = status_, .upstream_status = upstream_status_,
                         .duration_ns = clock_.steady_ns() - opened_ns_, .upstream_ns = upstream_ns_, .bytes_out = bytes_out_};
  if (!event.reason && decision.outcome == check::Outcome::kDeny) event.reason = decision.reason;
  if (decision.operation != nullptr) event.operation = decision.operation->id;
  // The check may not have come as far as to the path.
  catalog::NormalTarget target;
  if (is_written && !asked_.method.empty() && !catalog::normalize_target(asked_.target, target)) event.path = target.path;
  lane_.telemetry().note(event);
}

}  // namespace latchkey::guard
