#include "delivery/written_secret.h"

#include <gtest/gtest.h>

namespace latchkey::delivery {
namespace {

const KeyId kKey = *KeyId::parse("key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5");
const KeyId kOther = *KeyId::parse("key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e6");
const Instant kNow{1'767'225'600'000};

HandedSecret handed(KeyId key, std::int64_t generation, const Secret& secret) {
  return {.key = key, .tenant = {}, .nickname = "Mailer \"two\"", .generation = generation, .secret = secret};
}

TEST(WrittenSecret, SaysWhoseItIsAndIsReadBack) {
  const Secret secret = Secret::copy_of("lk_live_abc");
  const Secret json = written_json(handed(kKey, 3, secret), kNow);
  EXPECT_EQ(json.expose(),
            R"({"api_key":"lk_live_abc","key_id":"key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5","nickname":"Mailer \"two\"",)"
            R"("generation":3,"written_at":"2026-01-01T00:00:00.000Z"})");
  const auto back = read_written(json.expose());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->key, kKey);
  EXPECT_EQ(back->generation, 3);
  EXPECT_TRUE(back->api_key.equals("lk_live_abc"));
}

TEST(WrittenSecret, WhatSomebodyElseWroteIsNotReadAsOurs) {
  for (const char* foreign : {"", "plain text", "{}", "[]", "null", R"({"password":"x"})",
                              R"({"api_key":"x","key_id":"no id","generation":1})",
                              R"({"api_key":"x","key_id":"key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5","generation":"1"})",
                              R"({"key_id":"key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5","generation":1})"}) {
    EXPECT_FALSE(read_written(foreign)) << foreign;
  }
}

// Each generation against each that may stand there, of this key, of another, and of nobody.
TEST(WrittenSecret, OnlyEarlierGenerationsOfTheSameKeyAreReplacedOrTakenBack) {
  const Secret secret = Secret::copy_of("lk_live_abc"), another = Secret::copy_of("lk_live_xyz");
  for (std::int64_t standing = 1; standing <= 4; ++standing) {
    for (std::int64_t ours = 1; ours <= 4; ++ours) {
      const Secret there = written_json(handed(kKey, standing, secret), kNow);
      const auto put = judge_put("x", there.expose(), handed(kKey, ours, secret));
      const auto back = judge_take_back("x", there.expose(), kKey, ours);
      if (standing > ours) {
        EXPECT_EQ(put.error().code, ErrorCode::kConflict);
        EXPECT_EQ(back.error().code, ErrorCode::kConflict);
      } else {
        EXPECT_EQ(put.value(), standing == ours ? PutDecision::kIsThere : PutDecision::kWrite);
        EXPECT_EQ(back.value(), standing == ours ? TakeBackDecision::kRestore : TakeBackDecision::kIsNotThere);
      }
      EXPECT_EQ(judge_put("x", there.expose(), handed(kOther, ours, secret)).error().code, ErrorCode::kConflict);
      EXPECT_EQ(judge_take_back("x", there.expose(), kOther, ours).error().code, ErrorCode::kConflict);
    }
  }
  const Secret there = written_json(handed(kKey, 2, secret), kNow);
  EXPECT_EQ(judge_put("x", there.expose(), handed(kKey, 2, another)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(judge_put("x", "{}", handed(kKey, 2, another)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(judge_take_back("x", "text", kKey, 2).error().code, ErrorCode::kConflict);
}

TEST(WrittenSecret, NoMessageHoldsASecret) {
  const Secret secret = Secret::copy_of("lk_live_abc"), another = Secret::copy_of("lk_live_xyz");
  const Secret there = written_json(handed(kKey, 2, secret), kNow);
  for (std::int64_t generation : {1, 2}) {
    const auto put = judge_put("x", there.expose(), handed(kKey, generation, another));
    ASSERT_FALSE(put);
    EXPECT_EQ((put.error().message + put.error().detail).find("lk_live"), std::string::npos);
  }
}

}  // namespace
}  // namespace latchkey::delivery
