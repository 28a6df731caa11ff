#include "redis/server.h"

#include <gtest/gtest.h>

#include "redis/slots.h"

namespace latchkey::redis {
namespace {

TEST(RedisServer, UrlsAreRead) {
  auto plain = parse_server("redis://127.0.0.1");
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->addresses, (std::vector<Address>{{"127.0.0.1", 6379}}));
  EXPECT_FALSE(plain->tls);
  EXPECT_TRUE(plain->password.empty());

  auto full = parse_server("rediss://latch%40key:p%3Aw%25@redis-1.example,[::1]:7000/3");
  ASSERT_TRUE(full) << full.error().message;
  EXPECT_EQ(full->addresses, (std::vector<Address>{{"redis-1.example", 6379}, {"::1", 7000}}));
  EXPECT_TRUE(full->tls);
  EXPECT_EQ(full->user, "latch@key");
  EXPECT_TRUE(full->password.equals("p:w%"));
  EXPECT_EQ(full->database, 3);

  auto path = parse_server("unix://:secret@/run/redis/redis.sock");
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(path->addresses, (std::vector<Address>{{"/run/redis/redis.sock", 0}}));
  EXPECT_TRUE(path->user.empty());
  EXPECT_TRUE(path->password.equals("secret"));
}

TEST(RedisServer, WhatIsNoUrlIsRefusedWithoutShowingIt) {
  for (const std::string_view url :
       {"", "redis:", "http://a", "redis://", "redis://a:0", "redis://a:70000", "redis://a:b", "redis://a/x",
        "redis://a,", "redis://u:hunter2%@a:x", "redis://u:hunter2%2@a", "rediss://[::1", "unix://relative"}) {
    const auto server = parse_server(url);
    ASSERT_FALSE(server) << url;
    EXPECT_EQ(server.error().message.find("hunter2"), std::string::npos);
  }
}

// From the specification of Redis Cluster.
TEST(RedisSlots, AreThoseOfTheSpecification) {
  EXPECT_EQ(slot_of("123456789"), 0x31c3 % kSlots);
  EXPECT_EQ(slot_of("foo"), 12182);
  EXPECT_EQ(slot_of(""), 0);
}

}  // namespace
}  // namespace latchkey::redis
