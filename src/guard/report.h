// What is told of a request when nothing more becomes of it: to telemetry (telemetry/event.h), and of a request whose answer
// followed its check (check::Request::answer_follows) the use of its key (usage/use.h). A guard notes what happens as it
// happens; all of it goes out once, by close() or when the report goes, so that an exchange that breaks off is told of too. On one
// loop.
//
//   Report report(lane, clock, telemetry::Guard::kGateway, *scratch, {.method = head.method, ...});
//   ... checker.check(request, *scratch) ...
//   report.answered(200, body.size());
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "check/check.h"
#include "guard/lanes.h"
#include "telemetry/event.h"

namespace latchkey::guard {

// Views that outlive the report.
struct Asked {
  std::string_view method;  // of the request that is judged; empty: the key alone
  std::string_view target;  // as received
  std::string_view request_id;
  std::string_view trace_id;
  std::string_view user_agent;
  IpAddress client;
};

class Report {
 public:
  // All must outlive it. `opened_ns`: when the request's head was there, on the steady clock. What the scratch holds is of
  // an earlier request until this one is checked.
  Report(Lane& lane, const Clock& clock, telemetry::Guard guard, check::Scratch& scratch, const Asked& asked, std::int64_t opened_ns);
  ~Report() { close(); }
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  // What the guard itself refused, before the check had judged or after it had allowed. `detail` must outlive the report.
  void refused(DenyReason reason, std::string_view detail);
  void upstream_asked();
  void upstream_answered(int status);
  // With this status; the body's bytes follow, or are told at once.
  void answered(int status, std::uint64_t bytes = 0);
  void wrote(std::uint64_t bytes) { bytes_out_ += bytes; }
  void close();

 private:
  void record_use();

  Lane& lane_;
  const Clock& clock_;
  const telemetry::Guard guard_;
  check::Scratch& scratch_;
  const Asked asked_;
  const std::int64_t opened_ns_;
  std::optional<DenyReason> refused_;
  std::int64_t upstream_asked_ns_ = 0;  // 0: not, or answered
  std::int64_t upstream_ns_ = 0;
  int upstream_status_ = 0;
  int status_ = 0;
  std::uint64_t bytes_out_ = 0;
  bool closed_ = false;
};

}  // namespace latchkey::guard
