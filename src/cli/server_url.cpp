#include "cli/server_url.h"

#include "core/ip.h"

namespace latchkey::cli {
namespace {

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  const auto address = IpAddress::parse(host);
  return address && address->is_loopback();
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The host of "host", "host:port" or "[address]:port"; empty when it is none of these.
std::string_view host_of(std::string_view authority) {
  std::string_view host, rest;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return {};
    host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
    if (!IpAddress::parse(host)) return {};
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    host = authority.substr(0, colon);
    rest = authority.substr(colon);
    if (!std::all_of(host.begin(), host.end(),
                     [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; }))
      return {};
  }
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
  return host;
}

}  // namespace

Attempt<ServerUrl> parse_server_url(const std::string& text) {
  std::string_view rest = text;
  const bool plain = rest.starts_with("http://");
  if (!plain && !rest.starts_with("https://")) {
    return usage(fmt::format("\"{}\" is not an address of a server; write it like {} or https://keys.example.", text,
                             kDefaultUrl));
  }
  rest.remove_prefix(plain ? 7 : 8);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const std::string_view host = host_of(rest);
  if (host.empty())
    return usage(fmt::format("\"{}\" must be a scheme, a host and perhaps a port, and nothing else.", text));
  if (plain && !is_loopback(host)) {
    return usage(fmt::format(
        "The operator key is not sent to {} over plain http, where anybody on the way could read it. Use https://{}.",
        host, rest));
  }
  return ServerUrl{fmt::format("{}://{}", plain ? "http" : "https", rest), plain};
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace latchkey::cli
