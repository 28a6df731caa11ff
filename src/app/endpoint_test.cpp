#include "app/endpoint.h"

#include <gtest/gtest.h>

namespace latchkey::app {
namespace {

TEST(Endpoint, RoundTrips) {
  for (const char* text : {"127.0.0.1:8080", "[::1]:8080", "0.0.0.0:0", "[2001:db8::1]:65535"}) {
    EXPECT_EQ(parse_endpoint(text)->to_string(), text);
  }
  EXPECT_EQ(parse_endpoint("localhost:80")->to_string(), "127.0.0.1:80");
}

TEST(Endpoint, KnowsLoopback) {
  EXPECT_TRUE(parse_endpoint("127.8.0.1:1")->is_loopback());
  EXPECT_TRUE(parse_endpoint("[::1]:1")->is_loopback());
  EXPECT_FALSE(parse_endpoint("0.0.0.0:1")->is_loopback());
  EXPECT_FALSE(parse_endpoint("[::]:1")->is_loopback());
}

TEST(Endpoint, RefusesWhatItCannotRead) {
  for (const char* text : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x", "::1:80",
                           "example.com:80", "[::1]", ":80"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

}  // namespace
}  // namespace latchkey::app
