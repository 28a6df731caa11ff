// The networks that a key was used from. Pure.
//
//   networks_of({203.0.113.9, 203.0.113.77, 2001:db8::5})   // 203.0.113.0/24, 2001:db8::/64
#pragma once
#include <vector>

#include "core/ip.h"

namespace latchkey::privilege {

// More than these would be a list that nobody reads, of a caller whose addresses change.
inline constexpr std::size_t kMaxNetworks = 16;

// The fewest /24 (IPv4) and /64 (IPv6) that hold all of the addresses, in order. May be more than kMaxNetworks.
std::vector<IpRange> networks_of(const std::vector<IpAddress>& addresses);

// The same within `ranges`, which a key is limited to already: where one of them is narrower, it stays. Addresses outside of
// all are left out. No range of the result lies within another.
std::vector<IpRange> networks_within(const std::vector<IpRange>& ranges, const std::vector<IpAddress>& addresses);

}  // namespace latchkey::privilege
