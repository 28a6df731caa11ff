#include "usage/last_used.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::usage {
namespace {

TEST(LastUsedBook, AFullRingMakesNothingWrong) {
  LastUsedBook book;
  LastUsedBook::Writer writer(book);
  SeededRandom random(1);
  std::vector<std::unique_ptr<registry::LiveKey>> keys;
  for (int i = 0; i < 20'000; ++i) {
    keys.push_back(std::make_unique<registry::LiveKey>());
    keys.back()->id = KeyId::make({i}, random);
    writer.note(*keys.back(), Instant{1000 + i}, IpAddress::v4(127, 0, 0, 1));
    EXPECT_EQ(keys.back()->last_used_ms.load(), 1000 + i);
  }
  // What did not fit in the ring is not marked, so that its next use is noted again.
  EXPECT_TRUE(keys.front()->used_since_stored.load());
  EXPECT_FALSE(keys.back()->used_since_stored.load());
  EXPECT_EQ(book.missed(), 20'000u - 16'384u);
}

}  // namespace
}  // namespace latchkey::usage
