#include "delivery/public_address.h"

namespace latchkey::delivery {
namespace {

std::vector<IpRange> parsed(std::initializer_list<std::string_view> texts) {
  std::vector<IpRange> ranges;
  for (const std::string_view text : texts) ranges.push_back(IpRange::parse(text).value());
  return ranges;
}

bool is_public_v4(const IpAddress& address) {
  static const std::vector<IpRange> kReserved =
      parsed({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
              "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
              "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"});
  return !any_contains(kReserved, address);
}

}  // namespace

bool is_public(const IpAddress& address) {
  static const IpRange kNat64 = IpRange::parse("64:ff9b::/96").value();
  static const IpRange kGlobalUnicast = IpRange::parse("2000::/3").value();
  static const std::vector<IpRange> kReserved =
      parsed({"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"});
  if (address.is_v4()) return is_public_v4(address);
  if (kNat64.contains(address)) {
    const auto& bytes = address.bytes();
    return is_public_v4(IpAddress::v4(bytes[12], bytes[13], bytes[14], bytes[15]));
  }
  return kGlobalUnicast.contains(address) && !any_contains(kReserved, address);
}

}  // namespace latchkey::delivery
