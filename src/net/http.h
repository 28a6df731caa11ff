// The parts of an HTTP message, as views. Nothing here allocates on a request's path but the vectors that are reused.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ip.h"

namespace latchkey::net {

struct Header {
  std::string_view name;  // as received
  std::string_view value; // without surrounding blanks
};

// ASCII case ignored.
bool same_name(std::string_view a, std::string_view b);

struct RequestHead {
  std::string_view method;
  std::string_view target;  // as received
  int minor_version = 1;    // HTTP/1.x
  std::vector<Header> headers;
  // The first field of this name, or empty; `count` tells a missing field from an empty one.
  std::string_view find(std::string_view name) const;
  int count(std::string_view name) const;
};

struct ResponseHead {
  int status = 200;
  std::vector<Header> headers;
  std::string_view find(std::string_view name) const;
  int count(std::string_view name) const;
};

// Who is at the other end of a connection.
struct Peer {
  IpAddress address;
  std::uint16_t port = 0;
  bool tls = false;
};

std::string_view reason_phrase(int status);

// Fields that concern one hop only and are never passed on (RFC 9110, 7.6.1), and every field that the message's own
// Connection field names.
bool is_hop_by_hop(std::string_view name, std::string_view connection_value);

}  // namespace latchkey::net
