#include "privilege/networks.h"

#include <gtest/gtest.h>

namespace latchkey::privilege {
namespace {

std::vector<IpAddress> addresses(std::initializer_list<const char*> texts) {
  std::vector<IpAddress> out;
  for (const char* text : texts) out.push_back(IpAddress::parse(text).value());
  return out;
}

std::vector<IpRange> ranges(std::initializer_list<const char*> texts) {
  std::vector<IpRange> out;
  for (const char* text : texts) out.push_back(IpRange::parse(text).value());
  return out;
}

std::string listed(const std::vector<IpRange>& list) {
  std::string out;
  for (const IpRange& range : list) out += (out.empty() ? "" : " ") + range.to_string();
  return out;
}

TEST(Networks, AreTheFewestThatHoldTheAddresses) {
  EXPECT_EQ(listed(networks_of(addresses({"203.0.113.9", "198.51.100.1", "203.0.113.77", "2001:db8::5",
                                          "2001:db8:0:0:ffff::1", "2001:db8:0:1::1"}))),
            "198.51.100.0/24 203.0.113.0/24 2001:db8::/64 2001:db8:0:1::/64");
  EXPECT_EQ(listed(networks_of({})), "");
}

TEST(Networks, WithinRangesTheNarrowerStays) {
  const auto seen = addresses({"10.1.2.3", "10.9.9.9", "192.0.2.17"});
  EXPECT_EQ(listed(networks_within(ranges({"10.0.0.0/8", "192.0.2.16/28"}), seen)),
            "10.1.2.0/24 10.9.9.0/24 192.0.2.16/28");
  EXPECT_EQ(listed(networks_within(ranges({"10.0.0.0/8", "10.1.2.3"}), seen)), "10.1.2.3 10.9.9.0/24");
  EXPECT_EQ(listed(networks_within(ranges({"10.0.0.0/8", "10.1.2.3"}), addresses({"10.1.2.3", "10.1.2.4"}))),
            "10.1.2.0/24")
      << "one that lies within another says nothing";
  EXPECT_EQ(listed(networks_within(ranges({"203.0.113.0/24"}), seen)), "")
      << "addresses outside are none of the key's now";
}

}  // namespace
}  // namespace latchkey::privilege
