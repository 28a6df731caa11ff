#include "net/http.h"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

TEST(SameName, IgnoresAsciiCaseOnly) {
  EXPECT_TRUE(same_name("Content-Length", "content-LENGTH"));
  EXPECT_TRUE(same_name("", ""));
  EXPECT_FALSE(same_name("a", "ab"));
  EXPECT_FALSE(same_name("[", "{"));  // these differ in the bit that tells letters' case
  EXPECT_FALSE(same_name("\xc4", "\xe4"));
}

TEST(HopByHop, FieldsOfTheConnectionAndThoseItNames) {
  for (const char* name : {"connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Proxy-Authorization",
                           "Proxy-Authenticate", "Proxy-Connection"}) {
    EXPECT_TRUE(is_hop_by_hop(name, "")) << name;
  }
  EXPECT_FALSE(is_hop_by_hop("Content-Length", ""));
  EXPECT_TRUE(is_hop_by_hop("X-One", "close, x-one,\tX-Two "));
  EXPECT_TRUE(is_hop_by_hop("x-two", "close, x-one,\tX-Two "));
  EXPECT_FALSE(is_hop_by_hop("X-Three", "close, x-one,\tX-Two "));
  EXPECT_FALSE(is_hop_by_hop("X", "X-One"));
}

}  // namespace
}  // namespace latchkey::net
