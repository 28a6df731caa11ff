// Which requests expose a secret, and that nobody but the log can tell.
#include "check/check_world_test.h"

namespace latchkey::check {
namespace {

class ExposureTest : public testing::Test {
 protected:
  Decision ask(std::string_view header, std::string target, bool secure) {
    usage::Recorder recorder;
    Scratch scratch = world.make_scratch(recorder);
    Request request;
    if (!header.empty()) request.api_key_fields = {&header, 1};
    request.method = "GET";
    request.target = target;
    request.secure = secure;
    request.client = IpAddress::v4(127, 0, 0, 1);
    const Decision decision = world.check(request, scratch);
    auto tally = std::make_unique<usage::Tally>();
    recorder.take(tally);
    EXPECT_TRUE(tally->empty()) << "an exposed secret is not in use";
    return decision;
  }
  Decision plain(const std::string& secret) { return ask(secret, "/x", false); }
  Decision query(const std::string& secret) { return ask({}, "/x?key=" + secret, true); }

  CheckWorld world;
  store::KeyRecord key = world.make_key("integrations");
};

TEST_F(ExposureTest, ASecretThatWorksIsNotedHoweverItIsShown) {
  const std::string& secret = world.secret_of(key);
  plain(secret);
  for (int i = 0; i < 2; ++i) query(secret);
  auto noted = world.exposures.take();
  ASSERT_EQ(noted.size(), 2u);
  std::ranges::sort(noted, {}, &NotedExposure::how);
  EXPECT_EQ(noted[0].how, Exposure::kPlainHttp);
  EXPECT_EQ(noted[0].count, 1u);
  EXPECT_EQ(noted[1].how, Exposure::kQuery);
  EXPECT_EQ(noted[1].count, 2u);
  for (const NotedExposure& each : noted) {
    EXPECT_EQ(each.key, key.key.id);
    EXPECT_EQ(each.tenant, world.tenant.id);
    store::tell_secrets(key);
    EXPECT_EQ(each.secret, key.key.secrets.front().number);
    EXPECT_EQ(each.last_at, world.now());
  }
}

TEST_F(ExposureTest, TheAnswerIsTheSameForAnyKey) {
  SystemRandom random;
  const Secret other = credential::generate(credential::KeyFormat{}, random);
  for (const bool in_query : {false, true}) {
    const auto show = [&](const std::string& secret) { return in_query ? query(secret) : plain(secret); };
    const Decision known = show(world.secret_of(key)), unknown = show(std::string(other.expose()));
    EXPECT_EQ(known.reason, unknown.reason);
    EXPECT_EQ(known.status, unknown.status);
    EXPECT_EQ(known.detail, unknown.detail);
    EXPECT_EQ(known.key_known, unknown.key_known);
    EXPECT_EQ(unknown.exposed.how, Exposure::kNone);
  }
}

TEST_F(ExposureTest, WhatDoesNotWorkIsNotNoted) {
  store::KeyRecord revoked = world.make_key("integrations"), expired = world.make_key("integrations"),
                   rotated = world.make_key("integrations");
  revoked.key.state = KeyState::kRevoked;
  expired.key.expires_at = world.now();
  rotated.secrets.front().valid_until = world.now();
  for (const store::KeyRecord* each : {&revoked, &expired, &rotated}) {
    world.put(*each);
    plain(world.secret_of(*each));
    query(world.secret_of(*each));
  }
  plain("lk_live_no_key");
  query("lk_live_no_key");
  EXPECT_TRUE(world.exposures.take().empty());
}

TEST_F(ExposureTest, ADisabledKeyIsNotedSinceItCanWorkAgain) {
  key.key.state = KeyState::kDisabled;
  world.put(key);
  plain(world.secret_of(key));
  EXPECT_EQ(world.exposures.take().size(), 1u);
}

}  // namespace
}  // namespace latchkey::check
