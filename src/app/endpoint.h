// "ADDR:PORT" as people write it: 127.0.0.1:8080, [::1]:8080, localhost:8080.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace latchkey::app {

struct Endpoint {
  std::string address;  // a literal, without brackets
  std::uint16_t port = 0;
  bool is_loopback() const;
  std::string to_string() const;
};

Result<Endpoint> parse_endpoint(std::string_view text);

}  // namespace latchkey::app
