#include <fmt/core.h>

#include <charconv>

#include "net/http_head.h"
#include "net/upstream.h"

namespace latchkey::net {
namespace {

std::unexpected<Error> bad_url(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is not a usable URL: {}", text, why));
}

bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  for (const char c : host) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    if (!good) return false;
  }
  return true;
}

bool is_path(std::string_view path) {
  for (const char c : path) {
    if (c <= 0x20 || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\') return false;
  }
  return true;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  Url out;
  std::string_view rest = text;
  const std::size_t scheme_end = rest.find("://");
  const std::string_view scheme = rest.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || !(same_name(scheme, "http") || same_name(scheme, "https"))) {
    return bad_url(text, "it must begin with http:// or https://.");
  }
  out.tls = same_name(scheme, "https");
  out.port = out.tls ? 443 : 80;
  rest.remove_prefix(scheme_end + 3);
  if (rest.find_first_of("?#") != std::string_view::npos) return bad_url(text, "it must not have a query or a fragment.");

  const std::size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  std::string_view path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!is_path(path)) return bad_url(text, "its path has a character that is not allowed there.");
  out.base_path = path;
  if (authority.find('@') != std::string_view::npos) return bad_url(text, "it must not hold a user name or password.");

  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return bad_url(text, "the bracket of its IPv6 address is not closed.");
    out.host = authority.substr(1, end - 1);
    const auto address = IpAddress::parse(out.host);
    if (!address || out.host.find(':') == std::string::npos) return bad_url(text, "what stands in brackets is not an IPv6 address.");
    authority.remove_prefix(end + 1);
    if (!authority.empty() && authority.front() != ':') return bad_url(text, "only a port may follow the brackets.");
    has_port = !authority.empty();
    if (has_port) port = authority.substr(1);
  } else {
    const std::size_t colon = authority.find(':');
    has_port = colon != std::string_view::npos;
    if (has_port) port = authority.substr(colon + 1);
    out.host = authority.substr(0, colon);
    if (!is_host_name(out.host)) return bad_url(text, "it has no valid host.");
  }
  if (has_port) {
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (port.empty() || parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size() || out.port == 0) {
      return bad_url(text, "its port must be a number from 1 to 65535.");
    }
  }
  return out;
}

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
  return port == (tls ? 443 : 80) ? name : fmt::format("{}:{}", name, port);
}

}  // namespace latchkey::net
