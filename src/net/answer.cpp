#include "net/answer.h"

#include <fmt/format.h>

#include <cstring>

#include "base/check.h"
#include "base/json_text.h"

namespace latchkey::net {
namespace {

// CR, LF and NUL are among the bytes below 0x0e, which hardly any field has: eight at once tell whether there is one.
bool is_one_line(std::string_view text) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  std::uint64_t low = 0;
  std::size_t at = 0;
  for (; text.size() - at >= sizeof low; at += sizeof low) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data() + at, sizeof eight);
    low |= (eight - kEach * 0x0e) & ~eight & (kEach * 0x80);
  }
  for (; at < text.size(); ++at) low |= static_cast<unsigned char>(text[at]) < 0x0e ? 1 : 0;
  return low == 0 || text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

bool is_framing_field(std::string_view name) {
  switch (name.size()) {
    case 10: return same_name(name, "Connection") || same_name(name, "Keep-Alive");
    case 14: return same_name(name, "Content-Length");
    case 17: return same_name(name, "Transfer-Encoding");
    default: return false;
  }
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  LK_CHECK(!name.empty() && is_one_line(name) && is_one_line(value));
  out.append(name).append(": ").append(value).append("\r\n");
}

bool is_bodiless(int status) { return status < 200 || status == 204 || status == 304; }

void append_answer_head(std::string& out, const ResponseHead& head, const AnswerFraming& framing,
                        std::string_view date_field, const std::vector<std::pair<std::string, std::string>>& extra) {
  LK_CHECK(head.status >= 200 && head.status <= 999);
  if (head.status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
  } else {
    out.append("HTTP/1.1 ").append(fmt::format_int(head.status).c_str()).append(" ");
    out.append(reason_phrase(head.status)).append("\r\n");
  }
  bool has_date = false;
  for (const Header& field : head.headers) {
    if (is_framing_field(field.name)) continue;
    has_date = has_date || (field.name.size() == 4 && same_name(field.name, "Date"));
    append_field(out, field.name, field.value);
  }
  if (!has_date) out += date_field;
  for (const auto& [name, value] : extra) {
    if (head.count(name) == 0) append_field(out, name, value);
  }
  if (framing.content_length) {
    const fmt::format_int digits(*framing.content_length);
    append_field(out, "Content-Length", {digits.data(), digits.size()});
  }
  if (framing.chunked) out += "Transfer-Encoding: chunked\r\n";
  if (framing.close) out += "Connection: close\r\n";
  if (framing.say_keep_alive) out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

std::string_view problem_code(int status) {
  switch (status) {
    case 408: return "request_timeout";
    case 413: return "body_too_large";
    case 414: return "target_too_long";
    case 417: return "expectation_failed";
    case 431: return "head_too_large";
    case 500: return "internal";
    case 501: return "not_implemented";
    case 503: return "unavailable";
    case 505: return "version_not_supported";
    default: return "bad_request";
  }
}

std::string problem_document(int status, std::string_view detail, std::string_view request_id) {
  const std::string_view code = problem_code(status);
  std::string out = fmt::format(R"({{"type":"urn:latchkey:problem:{}","title":"{}","status":{},"detail":)", code,
                                reason_phrase(status), status);
  append_json_string(out, detail);
  out += fmt::format(R"(,"code":"{}","request_id":)", code);
  append_json_string(out, request_id);
  out += "}\n";
  return out;
}

}  // namespace latchkey::net
