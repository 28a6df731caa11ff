// What a node answers whose lease is over.
#include "check/check_world_test.h"

namespace latchkey::check {
namespace {

class StaleTest : public testing::Test {
 protected:
  Decision ask(std::string_view secret) {
    usage::Recorder recorder;
    Scratch scratch = world.make_scratch(recorder);
    Request request;
    if (!secret.empty()) request.api_key_fields = {&secret, 1};
    request.secure = true;
    request.client = IpAddress::v4(127, 0, 0, 1);
    return world.check(request, scratch);
  }

  CheckWorld world;
  store::KeyRecord key = world.make_key("integrations");
};

TEST_F(StaleTest, WhileTheLeaseRunsKeysWork) { EXPECT_TRUE(ask(world.secret_of(key)).allowed()); }

TEST_F(StaleTest, OnceItIsOverNoKeyIsAccepted) {
  world.lease.end();
  const Decision decision = ask(world.secret_of(key));
  EXPECT_EQ(decision.reason, DenyReason::kStaleNode);
  EXPECT_EQ(decision.status, 503);
  EXPECT_TRUE(decision.retry_after_ns) << "another node, or this one later, may answer";
}

TEST_F(StaleTest, OnceItIsOverAKeyThatIsNotKnownMayBeNew) {
  world.lease.end();
  CheckWorld elsewhere;
  const store::KeyRecord first = elsewhere.make_key("integrations"), second = elsewhere.make_key("integrations");
  EXPECT_EQ(ask(elsewhere.secret_of(second)).reason, DenyReason::kStaleNode);
}

TEST_F(StaleTest, WhatIsTrueWhateverIsMissedIsSaid) {
  store::KeyRecord revoked = key;
  revoked.key.state = KeyState::kRevoked;
  world.put(revoked);
  world.lease.end();
  EXPECT_EQ(ask(world.secret_of(key)).reason, DenyReason::kKeyRevoked);
  EXPECT_EQ(ask("").reason, DenyReason::kMissingKey);
  EXPECT_EQ(ask("junk").reason, DenyReason::kMalformedKey);
}

}  // namespace
}  // namespace latchkey::check
