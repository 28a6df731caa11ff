// The network that an address belongs to, as far as habits go: an IPv4 /24 or an IPv6 /48, which is what a household, an
// office or a small data centre usually has. Plain values.
#pragma once
#include <compare>
#include <cstring>
#include <functional>
#include <string>

#include "core/ip.h"

namespace latchkey::watch {

struct Network {
  IpAddress base;  // its first address
  auto operator<=>(const Network&) const = default;
  std::string to_string() const;  // "203.0.113.0/24"
};

Network network_of(const IpAddress& address);

}  // namespace latchkey::watch

template <>
struct std::hash<latchkey::watch::Network> {
  // Callers choose addresses, so the sets of these are small (watch/engine.h) and a collision costs little.
  std::size_t operator()(const latchkey::watch::Network& network) const noexcept {
    const auto& bytes = network.base.bytes();
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
};
