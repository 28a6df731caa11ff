// The field `traceparent` of W3C Trace Context (level 1): "00-" + 32 hex digits of the trace + "-" + 16 of the caller's
// span + "-" + 2 of flags. Strict: lower case, no blanks, neither id all zeros, version ff never. Of a version that is not
// known yet the first four parts are read as of version 00, as the recommendation asks. Pure.
//
//   if (const auto parent = parse_traceparent(head.find("traceparent"))) log(parent->trace_id);
#pragma once
#include <optional>
#include <string_view>

namespace latchkey::telemetry {

struct TraceParent {
  std::string_view trace_id;   // 32 digits
  std::string_view parent_id;  // 16 digits
  bool sampled = false;
};

// Views into `value`.
std::optional<TraceParent> parse_traceparent(std::string_view value);

}  // namespace latchkey::telemetry
