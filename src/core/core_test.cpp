#include <gtest/gtest.h>

#include <set>

#include "core/api_key.h"
#include "core/deny_reason.h"

namespace latchkey {
namespace {

TEST(DenyReason, EachHasItsOwnCodeATitleAndAStatus) {
  std::set<std::string_view> codes;
  for (const DenyReason reason : all_deny_reasons()) {
    EXPECT_TRUE(codes.insert(code(reason)).second) << code(reason);
    EXPECT_FALSE(title(reason).empty());
    EXPECT_GE(http_status(reason), 400);
  }
}

TEST(KeyStatus, RevokedWinsOverExpiredWinsOverDisabled) {
  ApiKey key;
  key.expires_at = Instant{1000};
  EXPECT_EQ(key.status_at({999}), KeyStatus::kActive);
  EXPECT_EQ(key.status_at({1000}), KeyStatus::kExpired);
  key.state = KeyState::kDisabled;
  EXPECT_EQ(key.status_at({999}), KeyStatus::kDisabled);
  EXPECT_EQ(key.status_at({1000}), KeyStatus::kExpired);
  key.state = KeyState::kRevoked;
  EXPECT_EQ(key.status_at({1000}), KeyStatus::kRevoked);
}

TEST(KeyStatus, RoundTripsAsText) {
  for (const auto status : {KeyStatus::kActive, KeyStatus::kDisabled, KeyStatus::kExpired, KeyStatus::kRevoked}) {
    EXPECT_EQ(parse_key_status(to_string(status)), status);
  }
  EXPECT_FALSE(parse_key_status("Active"));
}

}  // namespace
}  // namespace latchkey
