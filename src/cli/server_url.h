// Where the server is. The operator key opens everything, so it only travels encrypted, or not at all (loopback).
#pragma once
#include <string>

#include "cli/failure.h"

namespace latchkey::cli {

inline constexpr std::string_view kDefaultUrl = "http://127.0.0.1:8080";

struct ServerUrl {
  std::string base;  // "https://keys.example:8443", without a slash at the end
  bool plain = false;
};

// http or https, a host, perhaps a port; nothing else. Plain http to a loopback host only.
Attempt<ServerUrl> parse_server_url(const std::string& text);

// For a path segment or a query's value (RFC 3986: everything but unreserved characters is escaped).
std::string percent_encoded(std::string_view text);

}  // namespace latchkey::cli
