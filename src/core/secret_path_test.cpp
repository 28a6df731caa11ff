#include "core/secret_path.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace latchkey {
namespace {

TEST(SecretPath, TakesWhatNeedsNoEscaping) {
  for (const char* fine : {"a", "billing/mailer", "A-1/b_2/c.d", "...x", ".hidden", "a/..b/c.."}) {
    EXPECT_TRUE(check_secret_path(fine)) << fine;
  }
  EXPECT_TRUE(check_secret_path(std::string(kMaxSecretPathBytes, 'a')));
}

TEST(SecretPath, RefusesWhatCouldLeadElsewhere) {
  for (const char* wrong : {"", "/", "/a", "a/", "a//b", ".", "..", "../b", "a/../b", "a/./b", "a/...", "a b", "a%2fb",
                            "a?b", "a#b", "a\\b", "a:b", "\xc3\xa4", "a\nb"}) {
    const auto checked = check_secret_path(wrong);
    ASSERT_FALSE(checked) << wrong;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(check_secret_path(std::string_view("a\0b", 3)));
  EXPECT_FALSE(check_secret_path(std::string(kMaxSecretPathBytes + 1, 'a')));
}

// Whatever two tenants name: neither place is, or lies within, the other's.
TEST(SecretPath, NoTenantReachesAnothers) {
  SeededRandom chance(20261127);
  constexpr std::string_view kAlphabet = "0123ab./_-%\\";
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string path;
    for (auto n = chance.next() % 8; n > 0; --n) path += kAlphabet[chance.next() % kAlphabet.size()];
    if (!check_secret_path(path)) continue;
    ++taken;
    const auto own = static_cast<std::int64_t>(chance.next() % 30);
    const std::int64_t other = own + 1 + static_cast<std::int64_t>(chance.next() % 300);
    const std::string full = full_secret_path("latchkey", own, path);
    EXPECT_FALSE(full.starts_with(fmt::format("latchkey/{}/", other))) << full;
    EXPECT_EQ(full.find("/../"), std::string::npos);
    EXPECT_EQ(full.find("//"), std::string::npos);
  }
  EXPECT_GT(taken, 1'000);
}

}  // namespace
}  // namespace latchkey
