#include "guard/trace_context.h"

#include "telemetry/traceparent.h"

namespace latchkey::guard {

std::string_view trace_id_of(const net::RequestHead& head) {
  if (head.count("traceparent") != 1) return {};
  const auto parent = telemetry::parse_traceparent(head.find("traceparent"));
  return parent ? parent->trace_id : std::string_view{};
}

bool is_trace_field(std::string_view name) { return net::same_name(name, "traceparent") || net::same_name(name, "tracestate"); }

}  // namespace latchkey::guard
