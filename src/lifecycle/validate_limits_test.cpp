#include "lifecycle/validate_limits.h"

#include <gtest/gtest.h>

#include "base/check.h"
#include "catalog/load.h"

namespace latchkey::lifecycle {
namespace {

constexpr const char* kClasses =
    "  rate_classes:\n"
    "    - {id: rest, limits: [{name: burst, requests: 50, window: 10s, most: 80}, {name: hour, requests: 900, window: "
    "1h}]}\n"
    "    - {id: mail, operations: [B], limits: [{name: mail, requests: 10, window: 1s}, {name: both, requests: 99, "
    "window: 1m}]}\n"
    "    - {id: bulk, operations: [C], limits: [{name: both, requests: 7, window: 1m}]}\n";

struct ValidateLimits : ::testing::Test {
  explicit ValidateLimits(const std::string& rate_classes = kClasses)
      : loaded(catalog::load_catalog(
            "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-latchkey:\n  version: 1\n"
            "  access_types: [{id: all, title: All, description: All., operations: all, restrictions: []}]\n" +
                rate_classes + "paths: {/a: {get: {operationId: A}, post: {operationId: B}, put: {operationId: C}}}\n",
            "f")) {
    LK_CHECK(loaded.catalog != nullptr);
  }
  OwnLimits key(LimitsInput input) {
    mistakes.clear();
    return check_key_limits(input, *loaded.catalog, mistakes);
  }
  OwnLimits tenant(LimitsInput input) {
    mistakes.clear();
    return check_tenant_limits(input, *loaded.catalog, mistakes);
  }
  // The one mistake, with its place.
  std::string only() const {
    if (mistakes.size() != 1) return fmt::format("{} mistakes", mistakes.size());
    return mistakes[0].pointer + ": " + mistakes[0].detail;
  }
  void key_refuses(RateLimitInput limit, const std::string& pointer, const std::string& says) {
    key({{std::move(limit)}, {}});
    EXPECT_EQ(only().substr(0, only().find(':')), "/limits/rate_limits/0" + pointer) << only();
    EXPECT_NE(only().find(says), std::string::npos) << only();
  }

  catalog::LoadResult loaded;
  Mistakes mistakes;
};

TEST_F(ValidateLimits, ALimitOfTheCatalogMayBeSetTighterOrAsLooseAsTheOperatorLetsIt) {
  for (const std::int64_t requests : {1, 50, 80}) {
    EXPECT_EQ(key({{{"burst", requests}}, {}}).rate_limits,
              (std::vector<OwnRateLimit>{{"burst", static_cast<std::uint64_t>(requests), 10, std::nullopt}}));
    EXPECT_TRUE(mistakes.empty());
  }
  key_refuses({"burst", 81}, "/requests", "from 1 to 80, since the operator lets a key have at most 80 in 10 s here");
  key_refuses({"hour", 901}, "/requests", "from 1 to 900");
  key_refuses({"burst", 0}, "/requests", "a whole number from 1");
  key_refuses({"burst", 20, 60}, "/window_seconds", "The limit burst of the catalog is over 10 s.");
  EXPECT_EQ(key({{{"burst", 20, 10}}, {}}).rate_limits[0].window_seconds, 10);
  EXPECT_TRUE(mistakes.empty());
}

TEST_F(ValidateLimits, ALimitOfAnotherClassIsFoundByItsName) {
  EXPECT_EQ(key({{{"mail", 5}}, {}}).rate_limits, (std::vector<OwnRateLimit>{{"mail", 5, 1, "mail"}}));
  EXPECT_EQ(key({{{"both", 5, std::nullopt, "bulk"}}, {}}).rate_limits,
            (std::vector<OwnRateLimit>{{"both", 5, 60, "bulk"}}));
  EXPECT_TRUE(mistakes.empty());
  key_refuses({"both", 5}, "/rate_class", "Several rate classes have a limit named both");
}

TEST_F(ValidateLimits, AnyOtherLimitComesOnTopAndNeedsItsTime) {
  EXPECT_EQ(key({{{"minute", 5'000, 60}, {"burst", 3, 5, "mail"}}, {}}).rate_limits,
            (std::vector<OwnRateLimit>{{"minute", 5'000, 60, std::nullopt}, {"burst", 3, 5, "mail"}}));
  EXPECT_TRUE(mistakes.empty());
  key_refuses({"minute", 5}, "/window_seconds", "from 1 to 86400");
  key_refuses({"minute", 5, 86'401}, "/window_seconds", "from 1 to 86400");
  key_refuses({"minute", 1'000'000'001, 60}, "/requests", "from 1 to 1000000000");
  key_refuses({"minute", std::nullopt, 60}, "/requests", "how many requests");
  key_refuses({"minute", 5, 60, "rset"}, "/rate_class",
              "There is no rate class \"rset\". Rate classes are: rest, mail, bulk.");
}

TEST_F(ValidateLimits, NamesAreShortAndUniqueInTheirOwner) {
  key_refuses({"Minute", 5, 60}, "/name", "\"Minute\" can't be its name. Write at most 32 lower-case letters");
  key_refuses({"", 5, 60}, "/name", "Give it a name.");
  key({{{"a", 5, 60}, {"a", 9, 90}}, {}});
  EXPECT_EQ(only(), "/limits/rate_limits/1/name: Another limit or quota is named a; choose another name.");
  key({{{"a", 5, 60}}, {{"a", "day", 9}}});
  EXPECT_EQ(only(), "/limits/quotas/0/name: Another limit or quota is named a; choose another name.");
  key({{}, {{"burst", "day", 9}}});
  EXPECT_EQ(only(), "/limits/quotas/0/name: A rate limit of the catalog is named burst; choose another name.");
}

TEST_F(ValidateLimits, QuotasAreByDayOrMonth) {
  EXPECT_EQ(key({{}, {{"daily", "day", 9}, {"monthly", "month", 1'000'000'000}}}).quotas,
            (std::vector<Quota>{{"daily", Period::kDay, 9}, {"monthly", Period::kMonth, 1'000'000'000}}));
  EXPECT_TRUE(mistakes.empty());
  key({{}, {{"weekly", "week", 9}}});
  EXPECT_NE(only().find("/limits/quotas/0/period: Write \"day\" or \"month\""), std::string::npos) << only();
  key({{}, {{"a", "day", 9}, {"b", "day", 8}}});
  EXPECT_EQ(only(), "/limits/quotas/1/period: There is a quota for each day already; keep the lower one.");
}

TEST_F(ValidateLimits, ThereAreOnlySoMany) {
  LimitsInput input;
  for (int i = 0; i < 9; ++i) input.rate_limits.push_back({fmt::format("l{}", i), 5, 60});
  key(input);
  EXPECT_EQ(only(), "/limits/rate_limits: There are 9 rate limits; at most 8 can be set.");
  key({{}, {{"a", "day", 9}, {"b", "month", 9}, {"c", "day", 9}}});
  EXPECT_EQ(only(), "/limits/quotas: There are 3 quotas; at most 2 can be set.");
}

TEST_F(ValidateLimits, ATenantsLimitsReplaceNothing) {
  EXPECT_EQ(tenant({{{"burst", 5'000, 10}, {"mail", 100, 1, "mail"}}, {{"hour", "day", 9}}}).rate_limits,
            (std::vector<OwnRateLimit>{{"burst", 5'000, 10, std::nullopt}, {"mail", 100, 1, "mail"}}));
  EXPECT_TRUE(mistakes.empty());
  tenant({{{"burst", 5'000}}, {}});
  EXPECT_NE(only().find("/limits/rate_limits/0/window_seconds"), std::string::npos) << only();
}

struct WithoutARest : ValidateLimits {
  WithoutARest()
      : ValidateLimits(
            "  rate_classes: [{id: mail, operations: [B], limits: [{name: mail, requests: 10, window: 1s}]}]\n") {}
};

TEST_F(WithoutARest, AKeysLimitMustNameItsClass) {
  key_refuses({"minute", 5, 60}, "/rate_class", "no rate class for the rest");
  key({{{"minute", 5, 60, "mail"}}, {}});
  EXPECT_TRUE(mistakes.empty());
}

}  // namespace
}  // namespace latchkey::lifecycle
