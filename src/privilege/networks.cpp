#include "privilege/networks.h"

#include <algorithm>

namespace latchkey::privilege {
namespace {

// Of the 128, as IPv4 is held (core/ip.h).
constexpr int kV4Bits = 96 + 24;
constexpr int kV6Bits = 64;

IpRange network_of(const IpAddress& address) { return IpRange::around(address, address.is_v4() ? kV4Bits : kV6Bits); }

// In order, without doubles and without what another covers.
std::vector<IpRange> tidied(std::vector<IpRange> ranges) {
  std::ranges::sort(ranges, {}, [](const IpRange& range) { return std::pair(range.network(), range.prefix_bits()); });
  std::vector<IpRange> kept;
  // A network comes right before what lies within it.
  for (const IpRange& range : ranges) {
    if (kept.empty() || !kept.back().covers(range)) kept.push_back(range);
  }
  return kept;
}

}  // namespace

std::vector<IpRange> networks_of(const std::vector<IpAddress>& addresses) {
  std::vector<IpRange> networks;
  for (const IpAddress& address : addresses) networks.push_back(network_of(address));
  return tidied(std::move(networks));
}

std::vector<IpRange> networks_within(const std::vector<IpRange>& ranges, const std::vector<IpAddress>& addresses) {
  std::vector<IpRange> networks;
  for (const IpAddress& address : addresses) {
    const IpRange* narrowest = nullptr;
    for (const IpRange& range : ranges) {
      if (range.contains(address) && (narrowest == nullptr || range.prefix_bits() > narrowest->prefix_bits()))
        narrowest = &range;
    }
    if (narrowest == nullptr) continue;
    // Two networks that hold one address lie one within the other.
    const IpRange network = network_of(address);
    networks.push_back(narrowest->covers(network) ? network : *narrowest);
  }
  return tidied(std::move(networks));
}

}  // namespace latchkey::privilege
