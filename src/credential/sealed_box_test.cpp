#include "credential/sealed_box.h"

#include <gtest/gtest.h>

namespace latchkey::credential {
namespace {

const std::string kKey(kBoxKeyBytes, 'k');

TEST(SealedBoxTest, OpensUnderItsKeyAndContextOnly) {
  SystemRandom random;
  const auto box = seal_box(kKey, "here", Secret::copy_of("lk_live_x"), random);
  const auto opened = open_box(kKey, "here", box);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->expose(), "lk_live_x");
  EXPECT_FALSE(open_box(std::string(kBoxKeyBytes, 'l'), "here", box));
  EXPECT_FALSE(open_box(kKey, "there", box));
  EXPECT_FALSE(open_box("short", "here", box));
}

TEST(SealedBoxTest, NeverOpensWhenAnyByteIsAnother) {
  SystemRandom random;
  const auto box = seal_box(kKey, "", Secret::copy_of("secret"), random);
  for (std::size_t i = 0; i < box.size(); ++i) {
    auto other = box;
    other[i] ^= 1;
    EXPECT_FALSE(open_box(kKey, "", other)) << i;
    EXPECT_FALSE(open_box(kKey, "", std::span(box).first(i))) << i;
  }
}

TEST(SealedBoxTest, TwoBoxesOfOneSecretDiffer) {
  SystemRandom random;
  EXPECT_NE(seal_box(kKey, "", Secret::copy_of("a"), random), seal_box(kKey, "", Secret::copy_of("a"), random));
}

}  // namespace
}  // namespace latchkey::credential
