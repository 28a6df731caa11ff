// The trace that a request belongs to (W3C Trace Context): its fields `traceparent` and `tracestate`. Pure.
#pragma once
#include <string_view>

#include "net/http.h"

namespace latchkey::guard {

// The trace's id, if the request has exactly one traceparent and that is valid; otherwise empty, and then neither field says
// anything that could be passed on. A view into the head.
std::string_view trace_id_of(const net::RequestHead& head);
bool is_trace_field(std::string_view name);

}  // namespace latchkey::guard
