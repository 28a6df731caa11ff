#include "api/same_origin.h"

#include "core/ip.h"

namespace latchkey::api {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view host_of(std::string_view authority) {
  std::string_view host, rest;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return {};
    host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    host = authority.substr(0, colon);
    rest = authority.substr(colon);
  }
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
  return host;
}

bool host_is_ours(const net::RequestHead& head, bool tls, const std::vector<std::string>& more_hosts) {
  const std::string_view host = host_of(head.find("Host"));
  if (host.empty()) return false;
  if (tls || net::same_name(host, "localhost")) return true;
  if (const auto address = IpAddress::parse(host)) return address->is_loopback();
  return std::any_of(more_hosts.begin(), more_hosts.end(),
                     [&](const std::string& more) { return net::same_name(host, more); });
}

bool comes_from_our_pages(const net::RequestHead& head) {
  if (head.count("Sec-Fetch-Site") > 0) {
    const std::string_view site = head.find("Sec-Fetch-Site");
    if (head.count("Sec-Fetch-Site") > 1 || (site != "same-origin" && site != "none")) return false;
  }
  if (head.count("Origin") == 0) return true;
  if (head.count("Origin") > 1) return false;
  // The scheme is not compared: a proxy in front may speak TLS for us. A page of http://our-host reached over https
  // would have to sit on the path already, and the CSRF token still stands in its way.
  std::string_view origin = head.find("Origin");
  const std::size_t scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;  // such as "null"
  const std::string_view scheme = origin.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return false;
  return net::same_name(origin.substr(scheme_end + 3), head.find("Host"));
}

}  // namespace latchkey::api
