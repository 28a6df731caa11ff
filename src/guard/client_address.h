// Who is calling, when proxies stand between. X-Forwarded-For is believed only as far as trusted proxies vouch for it:
// read from the right, each address that a trusted proxy wrote; the first that is not itself a trusted proxy is the
// caller. Pure.
#pragma once
#include <string_view>
#include <vector>

#include "core/ip.h"
#include "net/http.h"

namespace latchkey::guard {

struct Origin {
  IpAddress address;
  bool secure = false;  // TLS all the way as far as is known, or loopback
};

Origin find_origin(const net::Peer& peer, const net::RequestHead& head, const std::vector<IpRange>& trusted_proxies);

}  // namespace latchkey::guard
