#include "core/ip.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

TEST(IpAddress, MappedIpv4IsTheSameAddress) {
  EXPECT_EQ(ip("::ffff:203.0.113.9"), ip("203.0.113.9"));
  EXPECT_EQ(ip("::ffff:203.0.113.9").to_string(), "203.0.113.9");
}

TEST(IpAddress, RefusesLooseSpellings) {
  for (const char* text : {"", "1.2.3", "01.2.3.4", "1.2.3.4:80", "[::1]", "fe80::1%eth0", "1.2.3.4 ", "::g"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
}

TEST(IpRange, ContainsByPrefix) {
  const IpRange range = IpRange::parse("203.0.113.128/25").value();
  EXPECT_TRUE(range.contains(ip("203.0.113.200")));
  EXPECT_TRUE(range.contains(ip("::ffff:203.0.113.200")));
  EXPECT_FALSE(range.contains(ip("203.0.113.1")));
  EXPECT_FALSE(IpRange::parse("0.0.0.0/0")->contains(ip("2001:db8::1")));
  EXPECT_TRUE(IpRange::parse("2001:db8::/32")->contains(ip("2001:db8:5::1")));
}

TEST(IpRange, CoversWhatLiesWithinIt) {
  EXPECT_EQ(IpRange::around(ip("203.0.113.77"), 96 + 24), IpRange::parse("203.0.113.0/24").value());
  EXPECT_EQ(IpRange::around(ip("2001:db8:5::9"), 64), IpRange::parse("2001:db8:5::/64").value());
  const IpRange range = IpRange::parse("203.0.113.0/24").value();
  EXPECT_TRUE(range.covers(range));
  EXPECT_TRUE(range.covers(IpRange::parse("203.0.113.9").value()));
  EXPECT_FALSE(range.covers(IpRange::parse("203.0.112.0/23").value()));
  EXPECT_FALSE(range.covers(IpRange::parse("198.51.100.0/24").value()));
}

TEST(IpRange, SaysWhatIsWrong) {
  EXPECT_EQ(IpRange::parse("10.0.0.1/8").error().message, "10.0.0.1/8 has bits set after its prefix; did you mean 10.0.0.0/8?");
  EXPECT_NE(IpRange::parse("10.0.0.0/33").error().message.find("at most 32"), std::string::npos);
  EXPECT_FALSE(IpRange::parse("10.0.0.0/"));
  EXPECT_FALSE(IpRange::parse("10.0.0.0/08"));
  EXPECT_FALSE(IpRange::parse("10.0.0.0/-1"));
}

TEST(IpRange, RoundTripsAsText) {
  for (const char* text : {"10.0.0.0/8", "203.0.113.9", "2001:db8::/32", "::1", "0.0.0.0/0", "::/0"}) {
    EXPECT_EQ(IpRange::parse(text)->to_string(), text);
  }
}

}  // namespace
}  // namespace latchkey
