#include "telemetry/access_line.h"

#include <fmt/core.h>

#include <iterator>

#include "base/json_text.h"

namespace latchkey::telemetry {
namespace {

// As much as fits, without a torn UTF-8 character at the end.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && most - end < 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

void append_name(std::string& out, std::string_view name) { out.append(",\"").append(name).append("\":"); }

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_name(out, name);
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(out, text);
  }
}

// Of what a caller chose. Keys are taken out first, so that none at the edge escapes by being cut.
void append_chosen(std::string& out, std::string_view name, std::string_view text, std::size_t most, const Redactor& redactor) {
  std::string clean;
  redactor.append(clean, text);
  append_text(out, name, cut(clean, most));
}

void append_ms(std::string& out, std::string_view name, std::int64_t ns) {
  append_name(out, name);
  fmt::format_to(std::back_inserter(out), "{}.{:03}", ns / 1'000'000, ns / 1000 % 1000);
}

void append_number(std::string& out, std::string_view name, std::uint64_t number) {
  append_name(out, name);
  fmt::format_to(std::back_inserter(out), "{}", number);
}

void append_null(std::string& out, std::string_view name) {
  append_name(out, name);
  out += "null";
}

}  // namespace

void append_access_line(std::string& out, const Event& event, const Redactor& redactor) {
  out.append("{\"time\":\"").append(format_rfc3339(event.at)).append("\"");
  append_text(out, "guard", to_string(event.guard));
  append_chosen(out, "request_id", event.request_id, kMaxIdBytes, redactor);
  append_text(out, "trace_id", cut(event.trace_id, kMaxIdBytes));
  append_chosen(out, "method", event.method, kMaxMethodBytes, redactor);
  append_chosen(out, "path", event.path, kMaxPathBytes, redactor);
  append_text(out, "operation", cut(event.operation, kMaxIdBytes));
  append_number(out, "status", static_cast<std::uint64_t>(event.status));
  append_text(out, "code", event.reason ? code(*event.reason) : "allowed");
  append_text(out, "key_id", event.key_known ? event.key.to_string() : "");
  append_text(out, "tenant_id", event.key_known ? event.tenant.to_string() : "");
  append_text(out, "access_type", event.key_known ? cut(event.access_type, kMaxIdBytes) : "");
  append_text(out, "client", event.client.to_string());
  append_chosen(out, "user_agent", event.user_agent, kMaxUserAgentBytes, redactor);
  append_ms(out, "duration_ms", event.duration_ns);
  if (event.upstream_ns > 0) {
    append_ms(out, "upstream_ms", event.upstream_ns);
  } else {
    append_null(out, "upstream_ms");
  }
  if (event.upstream_status > 0) {
    append_number(out, "upstream_status", static_cast<std::uint64_t>(event.upstream_status));
  } else {
    append_null(out, "upstream_status");
  }
  append_number(out, "bytes", event.bytes_out);
  out += "}\n";
}

}  // namespace latchkey::telemetry
