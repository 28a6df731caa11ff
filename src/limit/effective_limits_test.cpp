#include "limit/effective_limits.h"

#include <gtest/gtest.h>

#include "base/check.h"
#include "catalog/load.h"

namespace latchkey::limit {
namespace {

using Limits = std::vector<RateLimit>;

std::unique_ptr<const catalog::Catalog> make_catalog(const std::string& rate_classes) {
  auto loaded = catalog::load_catalog(
      "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-latchkey:\n  version: 1\n"
      "  access_types: [{id: all, title: All, description: All., operations: all, restrictions: []}]\n" +
          rate_classes + "paths: {/a: {get: {operationId: A}, post: {operationId: B}}}\n",
      "f");
  LK_CHECK(loaded.catalog != nullptr);
  return std::move(loaded.catalog);
}

struct EffectiveLimitsTest : ::testing::Test {
  std::unique_ptr<const catalog::Catalog> catalog = make_catalog(
      "  rate_classes:\n"
      "    - {id: rest, limits: [{name: burst, requests: 50, window: 10s, most: 80}, {name: hour, requests: 900, "
      "window: 1h}]}\n"
      "    - {id: mail, operations: [B], limits: [{name: mail, requests: 10, window: 1s}]}\n");
  EffectiveLimits of_key(std::vector<OwnRateLimit> own) { return effective_for_key({std::move(own), {}}, *catalog); }
};

TEST_F(EffectiveLimitsTest, AKeyWithoutLimitsOfItsOwnHasTheCatalogsAlone) {
  const EffectiveLimits none = of_key({});
  EXPECT_EQ(none, EffectiveLimits{});
  const Uuid key{1}, tenant{2};
  const DemandList demands(*catalog, 1, {key, none}, {tenant, none});
  ASSERT_EQ(demands.span().size(), 1u);
  EXPECT_EQ(demands.span()[0].subject, (Subject{key, 1}));
  EXPECT_EQ(demands.span()[0].limits.data(), catalog->rate_classes()[1].limits.data());
  EXPECT_TRUE(DemandList(*catalog, catalog::kNoRateClass, {key, none}, {tenant, none}).span().empty());
}

TEST_F(EffectiveLimitsTest, ALimitNamedLikeTheCatalogsStandsInItsPlaceAndNoLooserThanItMayBe) {
  const RateLimit hour = {"hour", 900, 3'600'000, false};
  EXPECT_EQ(*of_key({{"burst", 5, 10, std::nullopt}}).find(0), (Limits{{"burst", 5, 10'000, true}, hour}));
  EXPECT_EQ(*of_key({{"burst", 70, 10, "rest"}}).find(0), (Limits{{"burst", 70, 10'000, true}, hour}));
  EXPECT_EQ(*of_key({{"burst", 5'000, 10, std::nullopt}}).find(0), (Limits{{"burst", 80, 10'000, true}, hour}))
      << "the catalog permits less than it did when this was set";
}

TEST_F(EffectiveLimitsTest, EveryOtherLimitComesOnTop) {
  const Limits rest = catalog->rate_classes()[0].limits, mail = catalog->rate_classes()[1].limits;
  EXPECT_EQ(*of_key({{"minute", 100, 60, std::nullopt}}).find(0),
            (Limits{rest[0], rest[1], {"minute", 100, 60'000, true}}));
  EXPECT_EQ(*of_key({{"burst", 9'999, 60, std::nullopt}}).find(0),
            (Limits{rest[0], rest[1], {"burst", 9'999, 60'000, true}}))
      << "over another time than the catalog's of this name";
  EXPECT_EQ(*of_key({{"burst", 1, 10, "mail"}}).find(1), (Limits{mail[0], {"burst", 1, 10'000, true}}))
      << "another class has no such limit";
}

TEST_F(EffectiveLimitsTest, ALimitOfAClassThatIsGoneCountsEveryRequest) {
  const OwnLimits own{{{"burst", 5, 10, "gone"}}, {{"daily", Period::kDay, 9}}};
  for (const EffectiveLimits& limits : {effective_for_key(own, *catalog), effective_for_tenant(own, *catalog)}) {
    EXPECT_TRUE(limits.classes.empty());
    EXPECT_EQ(limits.every, (Limits{{"burst", 5, 10'000, true}}));
    EXPECT_EQ(limits.quotas, own.quotas);
  }
  const auto bare = make_catalog("");
  EXPECT_EQ(effective_for_key({{{"burst", 5, 10, std::nullopt}}, {}}, *bare).every,
            (Limits{{"burst", 5, 10'000, true}}))
      << "there is no class for the rest any more";
}

TEST_F(EffectiveLimitsTest, ATenantsLimitsCountEveryRequestOrThoseOfAClass) {
  const EffectiveLimits key, tenant = effective_for_tenant({{{"all", 500, 10, std::nullopt}, {"mails", 20, 1, "mail"}},
                                                            {{"monthly", Period::kMonth, 1'000}}},
                                                           *catalog);
  const Uuid key_id{1}, tenant_id{2};
  const DemandList of_mail(*catalog, 1, {key_id, key}, {tenant_id, tenant});
  ASSERT_EQ(of_mail.span().size(), 3u);
  EXPECT_EQ(of_mail.span()[1].subject, (Subject{tenant_id, 1}));
  EXPECT_EQ(of_mail.span()[1].limits[0].name, "mails");
  EXPECT_EQ(of_mail.span()[2].subject, (Subject{tenant_id, kEveryClass}));
  EXPECT_EQ(of_mail.span()[2].limits[0].name, "all");
  EXPECT_EQ(of_mail.span()[2].quotas.size(), 1u);
  EXPECT_EQ(of_mail.span()[2].scope, Scope::kTenant);
  EXPECT_EQ(DemandList(*catalog, 0, {key_id, key}, {tenant_id, tenant}).span().size(), 2u);
  EXPECT_EQ(DemandList(*catalog, catalog::kNoRateClass, {key_id, key}, {tenant_id, tenant}).span().size(), 1u);
}

}  // namespace
}  // namespace latchkey::limit
