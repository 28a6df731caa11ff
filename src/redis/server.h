// Where Redis or Valkey is, and how to sign in there.
//
//   LK_ASSIGN(Server server, parse_server("rediss://latchkey:secret@redis-1.example,redis-2.example:6380/2"));
//
// redis:// speaks plainly, rediss:// by TLS; unix:///path is a socket of this machine. Of several addresses one is asked for
// the others (Redis Cluster), or used alone, and another is tried when it does not answer or can't be written to. User and
// password may be left out, and hold %xx.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/secret.h"

namespace latchkey::redis {

struct Address {
  std::string host;  // a path if there is no port
  int port = 0;
  bool operator==(const Address&) const = default;
  std::string to_string() const;
};

struct Server {
  std::vector<Address> addresses;
  bool tls = false;
  std::string user;  // empty: "default"
  Secret password;   // empty: none is asked for
  int database = 0;
  std::string ca_file;  // of TLS; empty: the system's certificates
};

Result<Server> parse_server(std::string_view url);
// host:port, [host]:port or host.
Result<Address> parse_address(std::string_view text);

}  // namespace latchkey::redis
