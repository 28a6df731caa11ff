#include "check/trial.h"

#include "check/check_world_test.h"

namespace latchkey::check {
namespace {

store::KeyRecord with_trial(store::KeyRecord record, Restrictions restrictions) {
  record.trial.emplace();
  record.trial->trial.restrictions = std::move(restrictions);
  record.trial->trial.number = 17;
  return record;
}

// Keys, trials and requests at random: the decision is the same as without the trial, and the trial says what the key would
// answer if the restrictions were its own.
TEST(Trial, NeverChangesADecisionAndSaysWhatItsRestrictionsWould) {
  CheckWorld world;
  usage::Recorder recorder;
  Scratch scratch = world.make_scratch(recorder);
  int would_allow = 0, would_refuse = 0, not_judged = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const std::string access_type = seed % 5 == 0 ? "admin" : "integrations";
    Habits habits(world.catalog(), access_type, seed);
    world.tenant.enabled_channels =
        seed % 4 == 0 ? std::vector<std::string>{"504", "505", "506"} : std::vector<std::string>{};
    world.put_tenant();
    const Restrictions own = habits.restrictions(), tried = habits.restrictions();
    const store::KeyRecord plain = world.make_key(access_type, own), narrowed = world.make_key(access_type, tried);
    const store::KeyRecord trying = with_trial(world.make_key(access_type, own), tried);
    world.put(trying);
    for (int i = 0; i < 30; ++i) {
      const MadeUp made = habits.next();
      const std::string where =
          fmt::format("seed {} request {}: {} {} {}", seed, i, made.method, made.target, made.body);
      const Verdict wanted = world.check(plain, made);
      const Verdict got = world.check(trying, made, scratch);
      ASSERT_EQ(got, wanted) << where << "\n" << got.detail << "\n" << wanted.detail;
      if (!got.allowed) {
        ASSERT_EQ(scratch.use.tried.trial, 0) << "what is refused tries nothing; " << where;
        continue;
      }
      ASSERT_EQ(scratch.use.tried.trial, 17) << where;
      if (!scratch.use.tried.outcome) {
        ASSERT_TRUE(made.body_state == BodyState::kUnread && !made.body_fits) << where;
        ++not_judged;
        continue;
      }
      const Verdict would = world.check(narrowed, made);
      ASSERT_EQ(scratch.use.tried.outcome->is_allowed(), would.allowed) << where << "\n" << would.detail;
      would.allowed ? ++would_allow : ++would_refuse;
      if (would.allowed) continue;
      ASSERT_EQ(*scratch.use.tried.outcome, usage::Outcome::refused(would.reason)) << where;
      ASSERT_EQ(scratch.use.tried.detail, would.detail) << where;
    }
  }
  EXPECT_GT(would_allow, 200);
  EXPECT_GT(would_refuse, 200);
  EXPECT_GT(not_judged, 0);
}

TEST(Trial, AsksForABodyOnlyWhereReadingItCanDoNoHarm) {
  CheckWorld world;
  const store::KeyRecord trying =
      with_trial(world.make_key("integrations"),
                 {.operations = {}, .channels = {"504"}, .attributes = {}, .ip_ranges = {}});
  world.put(trying);
  usage::Recorder recorder;
  Scratch scratch = world.make_scratch(recorder);
  MadeUp made{.method = "POST", .target = "/current/integrations/AddChannelApps", .body = R"([{"ChannelID":505}])"};
  made.body_state = BodyState::kUnread;
  made.body_fits = false;
  EXPECT_TRUE(world.check(trying, made, scratch).allowed);
  EXPECT_EQ(scratch.use.tried.trial, 17);
  EXPECT_FALSE(scratch.use.tried.outcome);
  made.body_fits = true;
  EXPECT_TRUE(world.check(trying, made, scratch).allowed);
  EXPECT_EQ(scratch.use.tried.outcome, usage::Outcome::refused(DenyReason::kChannelNotPermitted));
  // A guard that never sees bodies would refuse it, and so that is what the trial says.
  made.body_state = BodyState::kHidden;
  EXPECT_TRUE(world.check(trying, made, scratch).allowed);
  EXPECT_EQ(scratch.use.tried.outcome, usage::Outcome::refused(DenyReason::kNotEnforceableHere));
}

TEST(Trial, AKeyJudgedWithoutAnOperationIsTriedByItsNetworksOnly) {
  CheckWorld world;
  const store::KeyRecord trying =
      with_trial(world.make_key("integrations"), {.operations = {"GetLastDataUpdate"},
                                                  .channels = {"504"},
                                                  .attributes = {},
                                                  .ip_ranges = {IpRange::parse("10.0.0.0/8").value()}});
  world.put(trying);
  usage::Recorder recorder;
  Scratch scratch = world.make_scratch(recorder);
  MadeUp alone{.method = "", .target = ""};
  EXPECT_TRUE(world.check(trying, alone, scratch).allowed);
  EXPECT_EQ(scratch.use.tried.outcome, usage::Outcome::refused(DenyReason::kAddressNotPermitted));
  alone.client = IpAddress::v4(10, 1, 2, 3);
  EXPECT_TRUE(world.check(trying, alone, scratch).allowed);
  EXPECT_EQ(scratch.use.tried.outcome, usage::Outcome::allowed());
}

}  // namespace
}  // namespace latchkey::check
