#include "base/byte_vectors.h"

#include <gtest/gtest.h>

#include <string>

namespace latchkey {
namespace {

// Every byte at every place of texts of every length up to two blocks and one byte more.
template <class Find, class Is>
void expect_found(Find&& find, Is&& is) {
  for (std::size_t size = 1; size <= 33; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'b');
        text[place] = static_cast<char>(byte);
        ASSERT_EQ(any_block(text, find), is(static_cast<unsigned char>(byte)))
            << byte << " at " << place << " of " << size;
      }
    }
  }
}

TEST(ByteVectors, FindsWhatIsThereAndNothingElse) {
  EXPECT_FALSE(any_block("", [](Bytes block) { return block < 0x61; }));
  expect_found([](Bytes block) { return block < 0x21; }, [](unsigned char c) { return c < 0x21; });
  expect_found([](Bytes block) { return block >= 0x7f; }, [](unsigned char c) { return c >= 0x7f; });
  expect_found([](Bytes block) { return (block == '#') | (block == 0); },
               [](unsigned char c) { return c == '#' || c == 0; });
}

}  // namespace
}  // namespace latchkey
