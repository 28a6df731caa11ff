#include "exposure/plan.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace latchkey::exposure {
namespace {

constexpr Instant kNow{1'700'000'000'000};

ApiKey key_with(std::vector<KeySecret> secrets) {
  ApiKey key;
  key.nickname = "Acme SMS";
  key.hand_over.kind = HandOverKind::kLink;
  key.secrets = std::move(secrets);
  return key;
}

KeyExposure exposure_of(std::uint64_t secret, ExposureHow how = ExposureHow::kLeakReport) {
  KeyExposure out;
  out.secret = secret;
  out.how = how;
  if (how == ExposureHow::kLeakReport) out.source = "github/commit", out.url = "https://git.example/a";
  return out;
}

Tenant tenant_that(OnExposure action) {
  Tenant tenant;
  tenant.key_policy.on_exposure = action;
  return tenant;
}

// What is done about the first secret, for a key in each state, by each policy.
TEST(Plan, FollowsPolicyAndState) {
  ApiKey idle = key_with({{1, kNow, std::nullopt}});
  ApiKey rotating = key_with({{1, kNow, kNow.plus_ms(5)}, {2, kNow, std::nullopt}});
  rotating.rotation = Rotation{};
  ApiKey disabled = idle;
  disabled.state = KeyState::kDisabled;
  ApiKey shown = idle;
  shown.hand_over.kind = HandOverKind::kShow;
  struct Row {
    const char* what;
    const ApiKey& key;
    ExposureAction done_before;
    Step alert, rotate, revoke;
  };
  const Row rows[] = {
      {"idle", idle, ExposureAction::kNone, Step::kNothing, Step::kRotate, Step::kEndKey},
      {"old secret of a rotation", rotating, ExposureAction::kNone, Step::kNothing, Step::kNothing, Step::kEndSecret},
      {"disabled", disabled, ExposureAction::kNone, Step::kNothing, Step::kNothing, Step::kNothing},
      {"shown", shown, ExposureAction::kNone, Step::kNothing, Step::kNothing, Step::kEndKey},
      {"held back before", idle, ExposureAction::kHeldBack, Step::kNothing, Step::kNothing, Step::kNothing},
      {"rotated before", idle, ExposureAction::kRotated, Step::kNothing, Step::kNothing, Step::kNothing},
  };
  for (const Row& row : rows) {
    for (const auto& [policy, step] :
         {std::pair{OnExposure::kAlert, row.alert}, std::pair{OnExposure::kRotate, row.rotate},
          std::pair{OnExposure::kRevoke, row.revoke}}) {
      const Plan plan = make_plan(tenant_that(policy), row.key, exposure_of(1), row.done_before, kNow);
      EXPECT_EQ(plan.step, step) << row.what << ", " << to_string(policy);
      EXPECT_TRUE(plan.sentence.ends_with('.')) << plan.sentence;
    }
  }
  EXPECT_EQ(make_plan(tenant_that(OnExposure::kRotate), rotating, exposure_of(2), ExposureAction::kNone, kNow).step,
            Step::kRotate)
      << "the new secret of a rotation is exchanged for another new one";
}

TEST(Plan, PeopleAreToldWhereAndWhat) {
  const ApiKey key = key_with({{1, kNow, std::nullopt}});
  const Plan plan = make_plan(tenant_that(OnExposure::kRevoke), key, exposure_of(1), ExposureAction::kNone, kNow);
  const watch::Finding finding = tell_of(key, exposure_of(1), plan);
  EXPECT_EQ(finding.title, "Acme SMS was found where others can read it.");
  EXPECT_TRUE(finding.detail.starts_with("github/commit reports that its secret stands at https://git.example/a. "));
  const auto facts = nlohmann::json::parse(finding.facts);
  EXPECT_EQ(facts["secret_id"], "sec_0000000000000001");
  EXPECT_EQ(facts["url"], "https://git.example/a");
  EXPECT_EQ(facts["action"], "revoke");
  EXPECT_EQ(nlohmann::json::parse(tell_of(key, exposure_of(1, ExposureHow::kQuery), plan).facts)["url"], nullptr);
  for (const ExposureHow how : {ExposureHow::kPlainHttp, ExposureHow::kQuery, ExposureHow::kLeakReport}) {
    EXPECT_NE(tell_of(key, exposure_of(1, how), plan).subject, tell_of(key, exposure_of(2, how), plan).subject);
  }
}

}  // namespace
}  // namespace latchkey::exposure
