#include "lifecycle/tenants.h"

#include <thread>

#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

class TenantsTest : public World {
 protected:
  void SetUp() override {
    World::SetUp();
    tenants.emplace(*store, feed, *loaded.catalog, clock, random);
  }
  std::optional<Tenants> tenants;
};

TEST_F(TenantsTest, Create_StoresAndIsFollowed) {
  const auto made = tenants->create(
      {.name = " Globex ", .cid = 700, .enabled_channels = {"504", "504"}, .ip_ranges = {"10.0.0.0/8"}});
  ASSERT_TRUE(made);
  const Tenant found = *store->find_tenant(made->id);
  EXPECT_EQ(found.name, "Globex");
  EXPECT_EQ(found.cid, 700);
  EXPECT_EQ(found.enabled_channels, (std::vector<std::string>{"504"}));
  EXPECT_EQ(found.ip_ranges.size(), 1u);
  EXPECT_EQ(feed.position, *store->last_sequence());
  const auto next = tenants->create({.name = "Initech", .cid = {}, .enabled_channels = {}, .ip_ranges = {}});
  ASSERT_TRUE(next);
  EXPECT_EQ(next->cid, 701);
}

TEST_F(TenantsTest, Create_ReportsEveryMistake) {
  const auto made = tenants->create({.name = "", .cid = 0, .enabled_channels = {"504", "9"}, .ip_ranges = {"x"}});
  ASSERT_FALSE(made);
  std::string pointers;
  for (const FieldError& field : made.error().fields) pointers += field.pointer + " ";
  EXPECT_EQ(pointers, "/name /cid /enabled_channels/1 /ip_ranges/0 ");
  const auto taken = tenants->create({.name = "Globex", .cid = tenant.cid, .enabled_channels = {}, .ip_ranges = {}});
  ASSERT_FALSE(taken);
  ASSERT_EQ(taken.error().fields.size(), 1u);
  EXPECT_EQ(taken.error().fields[0].pointer, "/cid");
}

TEST_F(TenantsTest, LimitsAreStoredAndChanged) {
  CreateTenant wanted;
  wanted.name = "Globex";
  wanted.limits = {{{"all", 500, 10}}, {{"monthly", "month", 9}}};
  const auto made = tenants->create(wanted);
  ASSERT_TRUE(made);
  EXPECT_EQ(store->find_tenant(made->id)->limits,
            (OwnLimits{{{"all", 500, 10, std::nullopt}}, {{"monthly", Period::kMonth, 9}}}));
  UpdateTenant change;
  change.limits = LimitsInput{};
  ASSERT_TRUE(tenants->update(made->id, change));
  EXPECT_TRUE(store->find_tenant(made->id)->limits.empty());
  change.limits = LimitsInput{{{"all", 500}}, {}};
  const auto refused = tenants->update(made->id, change);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).pointer, "/limits/rate_limits/0/window_seconds");
}

TEST_F(TenantsTest, Update_ChangesWhatIsSentAndIsFollowed) {
  clock.advance_ms(10);
  const auto suspended =
      tenants->update(tenant.id,
                      {.name = {}, .status = TenantStatus::kSuspended, .enabled_channels = {}, .ip_ranges = {}});
  ASSERT_TRUE(suspended);
  EXPECT_EQ(suspended->name, tenant.name);
  EXPECT_EQ(suspended->status, TenantStatus::kSuspended);
  EXPECT_EQ(suspended->updated_at, clock.now());
  EXPECT_EQ(feed.position, *store->last_sequence());
  EXPECT_EQ(store->find_tenant(tenant.id)->status, TenantStatus::kSuspended);
  const auto wrong =
      tenants->update(tenant.id, {.name = "\u202e", .status = {}, .enabled_channels = {{"x"}}, .ip_ranges = {}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().fields.size(), 2u);
  const auto missing = tenants->update(TenantId::make(clock.now(), random), {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().error.code, ErrorCode::kNotFound);
}

TEST_F(TenantsTest, ConcurrentUpdates_OfDifferentFieldsLoseNeither) {
  for (int round = 0; round < 10; ++round) {
    const std::string name = fmt::format("Name {}", round);
    const std::string range = fmt::format("10.0.{}.0/24", round);
    std::thread renames([&] {
      EXPECT_TRUE(tenants->update(tenant.id, {.name = name, .status = {}, .enabled_channels = {}, .ip_ranges = {}}));
    });
    std::thread limits([&] {
      EXPECT_TRUE(tenants->update(tenant.id,
                                  {.name = {}, .status = {}, .enabled_channels = {}, .ip_ranges = {{range}}}));
    });
    renames.join();
    limits.join();
    const Tenant found = *store->find_tenant(tenant.id);
    EXPECT_EQ(found.name, name);
    ASSERT_EQ(found.ip_ranges.size(), 1u);
    EXPECT_EQ(found.ip_ranges[0].to_string(), range);
  }
}

}  // namespace
}  // namespace latchkey::lifecycle
