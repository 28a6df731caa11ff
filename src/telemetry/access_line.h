// One line of the access log: a JSON object in ASCII with the fields that docs/observability.md lists, always all of them,
// null where there is nothing. Never the query, a body or the value of a header other than User-Agent; what has the form of
// a key is taken out of all that callers chose. Pure.
#pragma once
#include <string>

#include "telemetry/event.h"
#include "telemetry/redact.h"

namespace latchkey::telemetry {

// What is longer is cut, after keys were taken out of it.
inline constexpr std::size_t kMaxUserAgentBytes = 256;
inline constexpr std::size_t kMaxPathBytes = 2048;
inline constexpr std::size_t kMaxMethodBytes = 32;
inline constexpr std::size_t kMaxIdBytes = 128;
// No line is longer: every byte of a text takes at most six.
inline constexpr std::size_t kMaxLineBytes = 6 * (kMaxUserAgentBytes + kMaxPathBytes + kMaxMethodBytes + 4 * kMaxIdBytes) + 1024;

// Appends the line with its line feed.
void append_access_line(std::string& out, const Event& event, const Redactor& redactor);

}  // namespace latchkey::telemetry
