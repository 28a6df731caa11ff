#include "privilege/proposal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/load.h"

namespace latchkey::privilege {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Proposal : ::testing::Test {
  Proposal() {
    key.access_type = "integrations";
    see(ObservedKind::kOperation, "GetExecutedCampaignsByChannel");
    see(ObservedKind::kOperation, "GetLastDataUpdate");
  }
  void see(ObservedKind kind, const std::string& name = "", std::int64_t last = 100) {
    observations.push_back({key.id, key.tenant, kind, name, {1}, {last}, 1});
  }
  void come_from(const char* address) {
    store::AddressUse& use = addresses.emplace_back();
    use.address = IpAddress::parse(address).value();
    use.count = 1;
  }
  LeastPrivilege found() {
    return least_privilege({.key = key,
                            .tenant = tenant,
                            .catalog = *loaded.catalog,
                            .observations = observations,
                            .addresses = addresses,
                            .every_address = every_address});
  }

  catalog::LoadResult loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  ApiKey key;
  Tenant tenant;
  std::vector<store::Observation> observations;
  std::vector<store::AddressUse> addresses;
  bool every_address = true;
};

TEST_F(Proposal, IsWhatWasUsedOfWhatTheKeyMayDo) {
  see(ObservedKind::kOperation, "GetAllActions");  // before the access type lost it
  see(ObservedKind::kChannel, "505", 700);
  see(ObservedKind::kAttribute, "Alias");
  come_from("203.0.113.9");
  come_from("203.0.113.10");
  const LeastPrivilege out = found();
  ASSERT_TRUE(out.proposal);
  EXPECT_THAT(out.proposal->operations,
              testing::UnorderedElementsAre("GetLastDataUpdate", "GetExecutedCampaignsByChannel"));
  EXPECT_THAT(out.proposal->channels, ElementsAre("505"));
  EXPECT_THAT(out.proposal->attributes, ElementsAre("Alias"));
  EXPECT_EQ(out.proposal->ip_ranges, (std::vector<IpRange>{IpRange::parse("203.0.113.0/24").value()}));
  EXPECT_EQ(out.operations.size(), 22u);
  EXPECT_EQ(out.removed_operations, 20u);
  EXPECT_EQ(out.removed_channels, 5u);
  EXPECT_EQ(out.removed_attributes, 25u);
  EXPECT_THAT(out.notes, IsEmpty());
  ASSERT_EQ(out.channels.items.size(), 6u);
  EXPECT_EQ(out.channels.items[2].last_used, Instant{700});
  EXPECT_FALSE(out.channels.items[1].last_used);
}

TEST_F(Proposal, LeavesAloneWhatWasAskedForWholeOrWasNotLookedAt) {
  see(ObservedKind::kChannel, "505");
  see(ObservedKind::kAllChannels);
  see(ObservedKind::kAttribute, "Alias");
  see(ObservedKind::kUnreadAttributes);
  come_from("203.0.113.9");
  const LeastPrivilege out = found();
  ASSERT_TRUE(out.proposal);
  EXPECT_THAT(out.proposal->channels, IsEmpty());
  EXPECT_THAT(out.proposal->attributes, IsEmpty());
  EXPECT_THAT(out.proposal->operations, Not(IsEmpty()));
  EXPECT_TRUE(out.channels.all_asked && out.channels.known);
  EXPECT_TRUE(!out.attributes.all_asked && !out.attributes.known);
  EXPECT_THAT(out.notes, ElementsAre(HasSubstr("asked for every channel"), HasSubstr("may have named attributes")));
}

TEST_F(Proposal, NeverWidensAndNeverEmpties) {
  key.restrictions.operations = {"GetLastDataUpdate"};
  key.restrictions.channels = {"504", "506"};
  key.restrictions.attributes = {"Country"};
  key.restrictions.ip_ranges = {IpRange::parse("10.0.0.0/8").value()};
  see(ObservedKind::kChannel, "505");  // when it was permitted
  see(ObservedKind::kAttribute, "Country");
  come_from("203.0.113.9");
  const LeastPrivilege out = found();
  EXPECT_FALSE(out.proposal);
  EXPECT_THAT(out.notes, Contains(HasSubstr("No request named a channel")));
  EXPECT_THAT(out.notes, Contains(HasSubstr("No address was seen that the key may be used from now")));
  key.restrictions.channels = {"504", "505"};
  ASSERT_TRUE(found().proposal);
  EXPECT_THAT(found().proposal->channels, ElementsAre("505"));
  EXPECT_THAT(found().proposal->operations, ElementsAre("GetLastDataUpdate"));
  EXPECT_EQ(found().removed_operations, 0u);
}

TEST_F(Proposal, KeepsWithinWhatTheTenantHasEnabled) {
  tenant.enabled_channels = {"504", "505"};
  see(ObservedKind::kChannel, "505");
  see(ObservedKind::kChannel, "506");
  const LeastPrivilege out = found();
  EXPECT_EQ(out.channels.items.size(), 2u);
  ASSERT_TRUE(out.proposal);
  EXPECT_THAT(out.proposal->channels, ElementsAre("505"));
  EXPECT_EQ(out.removed_channels, 1u);
  see(ObservedKind::kChannel, "504");
  EXPECT_THAT(found().proposal->channels, IsEmpty()) << "both that there are: nothing is gained";
  EXPECT_THAT(found().notes, Contains(HasSubstr("Every channel that the key may use was named")));
}

TEST_F(Proposal, DropsNamesThatCouldNotBeSetAgain) {
  tenant.enabled_channels = {"504", "505"};
  key.restrictions.operations = {"GetLastDataUpdate", "GetExecutedCampaignsByChannel", "GetAllActions", "Gone"};
  key.restrictions.channels = {"505", "506"};
  see(ObservedKind::kAllChannels);
  EXPECT_FALSE(found().proposal) << "that alone is nothing to tighten";
  come_from("203.0.113.9");
  ASSERT_TRUE(found().proposal);
  EXPECT_THAT(found().proposal->operations, testing::UnorderedElementsAre("GetLastDataUpdate", "GetExecutedCampaignsByChannel"));
  EXPECT_THAT(found().proposal->channels, ElementsAre("505"));
  key.restrictions.channels = {"506"};
  EXPECT_THAT(found().proposal->channels, ElementsAre("506")) << "without it every channel would be permitted";
}

TEST_F(Proposal, LeavesNetworksAloneWhereTheyAreNotAllKnown) {
  come_from("203.0.113.9");
  every_address = false;
  EXPECT_THAT(found().proposal->ip_ranges, IsEmpty());
  EXPECT_THAT(found().notes, Contains(HasSubstr("Not all addresses")));
  every_address = true;
  addresses.emplace_back();  // a guard that was not told
  EXPECT_THAT(found().proposal->ip_ranges, IsEmpty());
  addresses.pop_back();
  for (int i = 0; i < 15; ++i) come_from(fmt::format("198.51.{}.1", i).c_str());
  EXPECT_EQ(found().proposal->ip_ranges.size(), 16u);
  EXPECT_EQ(found().networks.size(), 16u);
  come_from("2001:db8::1");
  EXPECT_THAT(found().proposal->ip_ranges, IsEmpty());
  EXPECT_THAT(found().networks, IsEmpty());
  EXPECT_THAT(found().notes, Contains(HasSubstr("more than 16 networks")));
}

TEST_F(Proposal, KeepsTheNarrowerOfTheNetworks) {
  key.restrictions.ip_ranges = {IpRange::parse("203.0.113.9").value(), IpRange::parse("10.0.0.0/8").value()};
  come_from("203.0.113.9");
  come_from("10.1.2.3");
  EXPECT_EQ(found().proposal->ip_ranges,
            (std::vector<IpRange>{IpRange::parse("10.1.2.0/24").value(), IpRange::parse("203.0.113.9").value()}));
  key.restrictions.ip_ranges = {IpRange::parse("203.0.113.9").value(), IpRange::parse("10.1.2.0/25").value()};
  EXPECT_EQ(found().proposal->ip_ranges, key.restrictions.ip_ranges) << "each was used: nothing is gained";
}

TEST_F(Proposal, OfWhatTheCatalogDoesNotHaveRestrictsNetworksOnly) {
  see(ObservedKind::kUnknownOperation);
  see(ObservedKind::kChannel, "505");
  come_from("203.0.113.9");
  const LeastPrivilege out = found();
  ASSERT_TRUE(out.proposal);
  EXPECT_THAT(out.proposal->operations, IsEmpty());
  EXPECT_THAT(out.proposal->channels, IsEmpty());
  EXPECT_EQ(out.proposal->ip_ranges.size(), 1u);
}

TEST_F(Proposal, KnowsWhatTheAccessTypeTakes) {
  key.access_type = "admin";
  see(ObservedKind::kChannel, "505");
  come_from("203.0.113.9");
  const LeastPrivilege out = found();
  EXPECT_FALSE(out.channels.applies || out.attributes.applies);
  EXPECT_THAT(out.channels.items, IsEmpty());
  ASSERT_TRUE(out.proposal);
  EXPECT_THAT(out.proposal->operations, IsEmpty());
  EXPECT_EQ(out.proposal->ip_ranges.size(), 1u);
  key.access_type = "gone";
  EXPECT_FALSE(found().proposal);
}

TEST_F(Proposal, OfAKeyThatWasNotUsedIsNone) {
  observations.clear();
  const LeastPrivilege out = found();
  EXPECT_FALSE(out.proposal);
  EXPECT_THAT(out.notes, ElementsAre(HasSubstr("not used in this time")));
  EXPECT_EQ(out.operations.size(), 22u);
}

}  // namespace
}  // namespace latchkey::privilege
