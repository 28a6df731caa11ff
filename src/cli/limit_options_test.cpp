#include "cli/limit_options.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace latchkey::cli {
namespace {

using nlohmann::json;

TEST(LimitOptions, AreReadAsTheApiTakesThem) {
  const auto limits =
      limits_of({{"hourly=1000/3600", "default=20", "mail=5/60@transactional-mail"}, {"day=1000", "month=20000"}});
  ASSERT_TRUE(limits);
  EXPECT_EQ(*limits, json::parse(R"({"rate_limits":[
      {"name":"hourly","requests":1000,"window_seconds":3600},
      {"name":"default","requests":20},
      {"name":"mail","requests":5,"window_seconds":60,"rate_class":"transactional-mail"}],
    "quotas":[{"name":"daily","period":"day","requests":1000},{"name":"monthly","period":"month","requests":20000}]})"));
}

TEST(LimitOptions, SayHowToWriteWhatCantBeRead) {
  for (const char* text :
       {"", "hourly", "=5/1", "hourly=", "hourly=x/3600", "hourly=5/", "hourly=-5/1", "hourly=5/1@", "hourly=5.5/1"}) {
    const auto limits = limits_of({{text}, {}});
    ASSERT_FALSE(limits) << text;
    EXPECT_EQ(limits.error().exit_code, kUsage);
    EXPECT_NE(limits.error().sentence.find("NAME=REQUESTS/SECONDS"), std::string::npos);
  }
  for (const char* text : {"", "day", "week=5", "day=", "day=many", "=5"}) {
    EXPECT_FALSE(limits_of({{}, {text}})) << text;
  }
}

TEST(LimitOptions, AreShownInShort) {
  const json limits = json::parse(R"({"rate_limits":[{"name":"burst","requests":5,"window_seconds":1,"rate_class":null},
    {"name":"m","requests":9,"window_seconds":60,"rate_class":"mail"}],"quotas":[{"name":"daily","period":"day","requests":1000}]})");
  EXPECT_EQ(limits_in_short(limits),
            "5 requests in 1 s (burst), 9 requests in 60 s (m, rate class mail), 1000 requests a day (daily)");
  EXPECT_EQ(limits_in_short(json::parse(R"({"rate_limits":[],"quotas":[]})")), "as the catalog says");
}

}  // namespace
}  // namespace latchkey::cli
