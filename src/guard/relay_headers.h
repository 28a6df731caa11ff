// Which fields of a request go to the upstream, and which of its answer go to the caller. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "guard/limit_fields.h"
#include "net/http.h"

namespace latchkey::guard {

// What the gateway says of itself and of the caller. Must outlive the fields made from it.
struct CallerFacts {
  std::string key, tenant, access_type, request_id;
  std::string forwarded_for;    // the caller's chain, if it is believed, and the peer
  std::string forwarded_proto;
  std::string forwarded_host;
};

// Without hop-by-hop fields, credentials, framing (the connection adds its own), Host, and anything that the caller could
// forge; with ours. Of a trace, what is valid (trace_context.h). `whole_answer`: the answer will be filtered, so it must come unencoded and undivided.
std::vector<net::Header> fields_for_upstream(const net::RequestHead& head, const CallerFacts& facts, bool whole_answer);

// Without hop-by-hop fields, framing, and anything that is the gateway's to say. `rewritten`: the body will differ from
// the upstream's, so what describes its bytes goes. Views into `limits`, which replace the upstream's own if there are any.
std::vector<net::Header> fields_for_caller(const net::ResponseHead& head, std::string_view request_id,
                                           const LimitFields& limits, bool rewritten);

}  // namespace latchkey::guard
