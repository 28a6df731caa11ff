#include "check/observe.h"

#include "check/check_world_test.h"

namespace latchkey::check {
namespace {

constexpr const char* kApps = "/current/integrations/AddChannelApps";
constexpr const char* kCampaigns = "/current/actions/GetExecutedCampaignsByChannel?Date=2026-05-01";
constexpr const char* kOneTime = "/current/customers/GetCustomerOneTimeActionsByCampaign?CampaignID=7";

// What was seen, as a line: names in the order of the catalog, then marks.
std::string seen(const CheckWorld& world, const usage::Observed& observed) {
  std::string out;
  for (std::size_t i = 0; observed.channels != nullptr && i < world.catalog().channels().size(); ++i) {
    if (observed.channels->contains(i)) out += world.catalog().channels()[i].id + " ";
  }
  for (std::size_t i = 0; observed.attributes != nullptr && i < world.catalog().attributes().size(); ++i) {
    if (observed.attributes->contains(i)) out += world.catalog().attributes()[i].name + " ";
  }
  const std::pair<ObservedKind, const char*> marks[] = {{ObservedKind::kAllChannels, "all-channels "},
                                                        {ObservedKind::kAllAttributes, "all-attributes "},
                                                        {ObservedKind::kUnreadChannels, "unread-channels "},
                                                        {ObservedKind::kUnreadAttributes, "unread-attributes "},
                                                        {ObservedKind::kUnknownOperation, "unknown-operation "}};
  for (const auto& [kind, name] : marks) {
    if (observed.has(kind)) out += name;
  }
  if (!out.empty()) out.pop_back();
  return out;
}

struct Observe : ::testing::Test {
  std::string of(const store::KeyRecord& key, const MadeUp& made) {
    const Verdict verdict = world.check(key, made, scratch);
    EXPECT_TRUE(verdict.allowed) << made.target << ": " << verdict.detail;
    return seen(world, scratch.use.observed);
  }
  std::string of(const store::KeyRecord& key, const std::string& target) {
    return of(key, MadeUp{.method = "GET", .target = target});
  }

  CheckWorld world;
  usage::Recorder recorder;
  Scratch scratch = world.make_scratch(recorder);
  store::KeyRecord open = world.make_key("integrations");
};

TEST_F(Observe, WhatTheQueryNamesIsSeen) {
  EXPECT_EQ(of(open, std::string(kCampaigns) + "&ChannelID=505"), "505");
  EXPECT_EQ(of(open, std::string(kOneTime) + "&ChannelID=504&CustomerAttributes=Country;alias"), "504 Alias Country");
  EXPECT_EQ(of(open, "/current/general/GetLastDataUpdate"), "");
}

TEST_F(Observe, AskingForEverythingIsSeenAsThat) {
  EXPECT_EQ(of(open, kCampaigns), "all-channels");
  EXPECT_EQ(of(open, std::string(kCampaigns) + "&ChannelID=0"), "all-channels");
  EXPECT_EQ(of(open, "/current/actions/GetCampaignDetails?CampaignID=7"), "all-channels")
      << "its answer shows every channel";
}

TEST_F(Observe, WhatHasNoSingleReadingOrNobodyKnowsIsMarkedAndStillLetThrough) {
  EXPECT_EQ(of(open, std::string(kCampaigns) + "&ChannelID=0504"), "unread-channels unread-attributes");
  EXPECT_EQ(of(open, std::string(kCampaigns) + "&ChannelID=%zz"), "unread-channels unread-attributes");
  EXPECT_EQ(of(open, std::string(kOneTime) + "&ChannelID=504&CustomerAttributes=Nobody"), "504 unread-attributes");
}

TEST_F(Observe, ABodyIsNotReadForThis) {
  MadeUp made{.method = "POST", .target = kApps, .body = R"([{"ChannelID":505}])"};
  for (const BodyState state : {BodyState::kUnread, BodyState::kHidden, BodyState::kRead}) {
    made.body_state = state;
    EXPECT_EQ(of(open, made), "unread-channels");
  }
  made.body_state = BodyState::kNone;
  EXPECT_EQ(of(open, made), "all-channels");
  const store::KeyRecord limited =
      world.make_key("integrations", {.operations = {}, .channels = {"504", "505"}, .attributes = {}, .ip_ranges = {}});
  made.body_state = BodyState::kUnread;
  EXPECT_EQ(of(limited, made), "505") << "it was read to be judged";
}

TEST_F(Observe, KeysThatTakeNoSuchRestrictionAreNotLookedAt) {
  const store::KeyRecord admin = world.make_key("admin");
  EXPECT_EQ(of(admin, std::string(kCampaigns) + "&ChannelID=505"), "");
}

}  // namespace
}  // namespace latchkey::check
