#include "net/http.h"

#include <algorithm>
#include <cstring>

namespace latchkey::net {
namespace {

// Lengths first: nearly all names that are compared differ there.
bool is_named(const Header& header, std::string_view name) {
  return header.name.size() == name.size() && same_name(header.name, name);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string_view find_in(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (is_named(header, name)) return header.value;
  }
  return {};
}

int count_in(const std::vector<Header>& headers, std::string_view name) {
  return static_cast<int>(std::count_if(headers.begin(), headers.end(),
                                        [&](const Header& header) { return is_named(header, name); }));
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0) return true;  // as most are spelt
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string_view RequestHead::find(std::string_view name) const { return find_in(headers, name); }
int RequestHead::count(std::string_view name) const { return count_in(headers, name); }
std::string_view ResponseHead::find(std::string_view name) const { return find_in(headers, name); }
int ResponseHead::count(std::string_view name) const { return count_in(headers, name); }

// The registered phrases (RFC 9110, 15 and the IANA registry). An unregistered status has none.
std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 103: return "Early Hints";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 203: return "Non-Authoritative Information";
    case 204: return "No Content";
    case 205: return "Reset Content";
    case 206: return "Partial Content";
    case 207: return "Multi-Status";
    case 300: return "Multiple Choices";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 407: return "Proxy Authentication Required";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 424: return "Failed Dependency";
    case 425: return "Too Early";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 451: return "Unavailable For Legal Reasons";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    case 511: return "Network Authentication Required";
    default: return "";
  }
}

bool is_hop_by_hop(std::string_view name, std::string_view connection_value) {
  static constexpr std::string_view kAlways[] = {
      "Connection",        "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE",
      "Transfer-Encoding", "Trailer",    "Upgrade"};
  for (const std::string_view always : kAlways) {
    if (name.size() == always.size() && same_name(name, always)) return true;
  }
  while (!connection_value.empty()) {
    const std::size_t comma = connection_value.find(',');
    std::string_view token = connection_value.substr(0, comma);
    while (!token.empty() && (token.front() == ' ' || token.front() == '\t')) token.remove_prefix(1);
    while (!token.empty() && (token.back() == ' ' || token.back() == '\t')) token.remove_suffix(1);
    if (same_name(name, token)) return true;
    connection_value = comma == std::string_view::npos ? std::string_view{} : connection_value.substr(comma + 1);
  }
  return false;
}

}  // namespace latchkey::net
