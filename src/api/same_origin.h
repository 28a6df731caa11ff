// Whether a request can be trusted to come from our own pages. A browser attaches the session cookie to whatever asks;
// these are what another site's page can't forge. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace latchkey::api {

// The host of a Host field, without its port and, for IPv6, brackets. Empty when it is not well-formed.
std::string_view host_of(std::string_view authority);

// DNS rebinding: a page of evil.example, whose name now resolves to 127.0.0.1, reaches a loopback listener as its own
// origin. Its Host field gives it away. Over TLS the certificate does the same job. `more_hosts` are the names under
// which a proxy passes the console on.
bool host_is_ours(const net::RequestHead& head, bool tls, const std::vector<std::string>& more_hosts);

// For requests that change something: what the browser says about their origin, if it says so, must be us.
bool comes_from_our_pages(const net::RequestHead& head);

}  // namespace latchkey::api
