#include "guard/client_address.h"

#include <gtest/gtest.h>

namespace latchkey::guard {
namespace {

struct Case {
  const char* name;
  const char* peer;
  bool tls;
  std::vector<net::Header> headers;
  const char* address;
  bool secure;
};

TEST(FindOrigin, BelievesOnlyTrustedProxies) {
  const std::vector<IpRange> trusted = {IpRange::parse("10.0.0.0/8").value(), IpRange::parse("127.0.0.1").value()};
  const std::vector<Case> cases = {
      {"direct", "203.0.113.9", false, {}, "203.0.113.9", false},
      {"direct over TLS", "203.0.113.9", true, {}, "203.0.113.9", true},
      {"loopback counts as secure", "127.0.0.1", false, {}, "127.0.0.1", true},
      {"a stranger's header is ignored", "203.0.113.9", true, {{"X-Forwarded-For", "10.0.0.1"}}, "203.0.113.9", true},
      {"one proxy", "10.0.0.1", false, {{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-Proto", "https"}}, "203.0.113.9", true},
      {"plain behind a proxy", "10.0.0.1", true, {{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-Proto", "http"}}, "203.0.113.9", false},
      {"no word of the scheme", "10.0.0.1", true, {{"X-Forwarded-For", "203.0.113.9"}}, "203.0.113.9", false},
      {"forged left part", "10.0.0.1", false, {{"X-Forwarded-For", "127.0.0.1, 203.0.113.9"}, {"x-forwarded-proto", "HTTPS"}}, "203.0.113.9", true},
      {"two proxies", "10.0.0.1", false, {{"X-Forwarded-For", "203.0.113.9, 10.0.0.2"}, {"X-Forwarded-Proto", "https"}}, "203.0.113.9", true},
      {"over two lines", "10.0.0.1", false, {{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-For", "10.0.0.2"}, {"X-Forwarded-Proto", "https"}}, "203.0.113.9", true},
      {"junk ends the chain", "10.0.0.1", false, {{"X-Forwarded-For", "127.0.0.1, unknown, 10.0.0.2"}, {"X-Forwarded-Proto", "https"}}, "10.0.0.2", true},
      {"mapped address", "10.0.0.1", false, {{"X-Forwarded-For", "::ffff:203.0.113.9"}, {"X-Forwarded-Proto", "https"}}, "203.0.113.9", true},
  };
  for (const Case& c : cases) {
    net::RequestHead head;
    head.headers = c.headers;
    const Origin origin = find_origin({IpAddress::parse(c.peer).value(), 1, c.tls}, head, trusted);
    EXPECT_EQ(origin.address.to_string(), c.address) << c.name;
    EXPECT_EQ(origin.secure, c.secure) << c.name;
  }
}

}  // namespace
}  // namespace latchkey::guard
