#include "net/http_head.h"

#include <array>
#include <cstring>

namespace latchkey::net {
namespace {

constexpr std::uint8_t kTokenChar = 1;
constexpr std::uint8_t kValueChar = 2;
constexpr std::uint8_t kTargetChar = 4;
constexpr std::uint8_t kHostChar = 8;

// RFC 9110, 5.6.2 (token), 5.5 (field value); RFC 3986 (host and port). A target may hold any visible ASCII but "#": what
// such a character means in a path is judged where paths are.
constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    const bool visible = c > 0x20 && c < 0x7f;
    const auto among = [c](std::string_view set) { return c != 0 && set.find(static_cast<char>(c)) != std::string_view::npos; };
    auto& bits = classes[static_cast<std::size_t>(c)];
    if (alphanumeric || among("!#$%&'*+-.^_`|~")) bits |= kTokenChar;
    if (visible || c == ' ' || c == '\t' || c >= 0x80) bits |= kValueChar;
    if (visible && c != '#') bits |= kTargetChar;
    if (alphanumeric || among("-._~!$&'()*+;=%:[]")) bits |= kHostChar;
  }
  return classes;
}
constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

bool all_of_class(std::string_view text, std::uint8_t bit) {
  std::uint8_t common = bit;
  for (const char c : text) common &= kClasses[static_cast<unsigned char>(c)];
  return common != 0;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::unexpected<HeadProblem> refuse(int status, std::string_view detail) { return std::unexpected(HeadProblem{status, detail}); }
std::unexpected<HeadProblem> bad(std::string_view detail) { return refuse(400, detail); }

// The line at the front, without its CRLF, taken off. The scanner has seen that every LF follows a CR.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return line;
}

// Calls `use` for each member of a comma-separated list.
template <class Use>
void for_each_member(std::string_view list, Use use) {
  for (;;) {
    const std::size_t comma = list.find(',');
    use(trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

// What the fields say about framing, gathered in one pass.
struct FramingFields {
  int content_lengths = 0;
  int transfer_encodings = 0;
  int hosts = 0;
  std::string_view content_length, transfer_encoding, host, expect;
  bool close = false;
  bool keep_alive = false;

  void note(const Header& field) {
    switch (field.name.size()) {
      case 4:
        if (same_name(field.name, "Host")) ++hosts, host = field.value;
        break;
      case 6:
        if (same_name(field.name, "Expect")) expect = field.value;
        break;
      case 10:
        if (same_name(field.name, "Connection")) note_connection(field.value);
        break;
      case 14:
        if (same_name(field.name, "Content-Length")) ++content_lengths, content_length = field.value;
        break;
      case 17:
        if (same_name(field.name, "Transfer-Encoding")) ++transfer_encodings, transfer_encoding = field.value;
        break;
      default: break;
    }
  }
  void note_connection(std::string_view value) {
    for_each_member(value, [this](std::string_view option) {
      close = close || same_name(option, "close");
      keep_alive = keep_alive || same_name(option, "keep-alive");
    });
  }
};

std::expected<void, HeadProblem> parse_fields(std::string_view rest, std::size_t max_headers, std::vector<Header>& headers,
                                              FramingFields& framing) {
  headers.clear();
  for (;;) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    if (headers.size() == max_headers) return refuse(431, "The request has too many header fields.");
    if (line[0] == ' ' || line[0] == '\t') return bad("A header field is folded over several lines, which is not allowed.");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return bad("A header line has no colon.");
    const std::string_view name = line.substr(0, colon);
    if (!is_token(name)) return bad("A header field's name is empty or has a character that is not allowed there.");
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_field_value(value)) return bad("A header field's value has a control character.");
    headers.push_back({name, value});
    framing.note(headers.back());
  }
  return {};
}

// Sets body and length from the fields; requests and responses alike. kNone when no field speaks of a body.
std::expected<void, HeadProblem> frame_body(const FramingFields& fields, int minor_version, Framing& out) {
  if (fields.content_lengths > 1) return bad("Content-Length appears more than once.");
  if (fields.transfer_encodings > 1) return bad("Transfer-Encoding appears more than once.");
  if (fields.content_lengths == 1 && fields.transfer_encodings == 1) {
    return bad("Content-Length and Transfer-Encoding exclude one another.");
  }
  if (fields.transfer_encodings == 1) {
    if (minor_version == 0) return bad("HTTP/1.0 knows no Transfer-Encoding.");
    if (!same_name(fields.transfer_encoding, "chunked")) return refuse(501, "The only supported transfer coding is chunked, by itself.");
    out.body = BodyKind::kChunked;
  } else if (fields.content_lengths == 1) {
    if (fields.content_length.empty()) return bad("Content-Length is empty.");
    std::uint64_t length = 0;
    for (const char c : fields.content_length) {
      if (c < '0' || c > '9') return bad("Content-Length is not a plain number.");
      // 18 digits: far beyond any body, and no overflow.
      if (length > 99'999'999'999'999'999) return refuse(413, "Content-Length is too large.");
      length = length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    out.body = BodyKind::kLength;
    out.length = length;
    out.has_length = true;
  }
  return {};
}

struct RequestLine {
  std::string_view method, target;
  int minor_version = 1;
};

std::expected<RequestLine, HeadProblem> parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("The request line is not \"METHOD target HTTP/1.1\".");
  RequestLine out{line.substr(0, first), line.substr(first + 1, last - first - 1), 1};
  const std::string_view version = line.substr(last + 1);
  if (!is_token(out.method)) return bad("The method has a character that is not allowed there.");
  if (out.method.size() > 32) return refuse(501, "The method is not known.");
  if (out.target.empty() || !all_of_class(out.target, kTargetChar)) {
    return bad("The request target is empty or has a character that is not allowed there.");
  }
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) || version[6] != '.' || !is_digit(version[7])) {
    return bad("The request line does not end with an HTTP version.");
  }
  if (version[5] != '1' || version[7] > '1') return refuse(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  out.minor_version = version[7] - '0';
  return out;
}

// An absolute target must name the host that Host names, so that it does not matter who looks at which.
std::expected<void, HeadProblem> check_target(const RequestLine& line, std::string_view host) {
  if (line.method == "CONNECT") return refuse(501, "CONNECT is not supported.");
  if (line.target.front() == '/') return {};
  if (line.target == "*" && line.method == "OPTIONS") return {};
  const std::size_t scheme_end = line.target.find("://");
  const std::string_view scheme = line.target.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || !(same_name(scheme, "http") || same_name(scheme, "https"))) {
    return bad("The request target must begin with a slash.");
  }
  const std::string_view after = line.target.substr(scheme_end + 3);
  if (!same_name(after.substr(0, after.find_first_of("/?")), host)) return bad("The request target names another host than Host does.");
  return {};
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && all_of_class(text, kTokenChar); }
bool is_field_value(std::string_view text) { return text.empty() || all_of_class(text, kValueChar); }

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
  while (seen_ < bytes.size()) {
    const void* found = std::memchr(bytes.data() + seen_, '\n', bytes.size() - seen_);
    if (found == nullptr) {
      seen_ = bytes.size();
      break;
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    if (at == 0 || bytes[at - 1] != '\r') return State::kBareLf;
    seen_ = at + 1;
    if (at - 1 == line_start_) {
      length_ = seen_;
      return State::kComplete;
    }
    line_start_ = seen_;
  }
  return State::kIncomplete;
}

std::expected<Framing, HeadProblem> parse_request_head(std::string_view head, std::size_t max_headers, RequestHead& out) {
  std::string_view rest = head;
  const auto line = parse_request_line(take_line(rest));
  if (!line) return std::unexpected(line.error());
  out.method = line->method;
  out.target = line->target;
  out.minor_version = line->minor_version;

  FramingFields fields;
  if (const auto parsed = parse_fields(rest, max_headers, out.headers, fields); !parsed) return std::unexpected(parsed.error());
  if (fields.hosts > 1) return bad("Host appears more than once.");
  if (fields.hosts == 0 && out.minor_version == 1) return bad("Host is missing.");
  if (fields.hosts == 1 && (fields.host.empty() || !all_of_class(fields.host, kHostChar))) {
    return bad("Host is empty or has a character that is not allowed there.");
  }
  if (const auto good = check_target(*line, fields.host); !good) return std::unexpected(good.error());

  Framing framing;
  if (const auto good = frame_body(fields, out.minor_version, framing); !good) return std::unexpected(good.error());
  if (framing.body == BodyKind::kLength && framing.length == 0) framing.body = BodyKind::kNone;
  framing.keep_alive = !fields.close && (out.minor_version == 1 || fields.keep_alive);
  if (!fields.expect.empty()) {
    if (!same_name(fields.expect, "100-continue")) return refuse(417, "The only supported expectation is 100-continue.");
    framing.expect_continue = out.minor_version == 1 && framing.body != BodyKind::kNone;
  }
  return framing;
}

std::expected<Framing, HeadProblem> parse_response_head(std::string_view head, std::size_t max_headers,
                                                        std::string_view request_method, ResponseHead& out) {
  std::string_view rest = head;
  const std::string_view line = take_line(rest);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (line.size() < 12 || !(line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ")) || line[9] == '0' || !is_digit(line[9]) ||
      !is_digit(line[10]) || !is_digit(line[11]) || (line.size() > 12 && line[12] != ' ') || !is_field_value(line)) {
    return bad("The status line is not \"HTTP/1.1 200 OK\".");
  }
  const int minor_version = line[7] - '0';
  out.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');

  FramingFields fields;
  if (const auto parsed = parse_fields(rest, max_headers, out.headers, fields); !parsed) return std::unexpected(parsed.error());
  Framing framing;
  if (const auto good = frame_body(fields, minor_version, framing); !good) return std::unexpected(good.error());
  if (framing.body == BodyKind::kNone) framing.body = BodyKind::kUntilClose;
  framing.keep_alive = !fields.close && (minor_version == 1 || fields.keep_alive);

  // RFC 9112, 6.3: these have no body, whatever the fields say. The length stays as a fact about the resource.
  const bool bodiless = request_method == "HEAD" || out.status < 200 || out.status == 204 || out.status == 304;
  if (bodiless) {
    framing.body = BodyKind::kNone;
  } else if (framing.body == BodyKind::kUntilClose) {
    framing.keep_alive = false;
  }
  return framing;
}

}  // namespace latchkey::net
