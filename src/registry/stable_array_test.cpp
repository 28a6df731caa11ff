#include "registry/stable_array.h"

#include <gtest/gtest.h>

#include <vector>

namespace latchkey::registry {
namespace {

TEST(StableArray, KeepsEveryElementWhereItIs) {
  StableArray<std::uint64_t> array;
  std::vector<std::uint64_t*> places;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    ASSERT_EQ(array.add(), i);
    ASSERT_EQ(array[i], 0u);
    array[i] = i * 3;
    places.push_back(&array[i]);
  }
  EXPECT_EQ(array.size(), 10'000u);
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    ASSERT_EQ(&array[i], places[i]);
    ASSERT_EQ(array[i], i * 3);
  }
}

}  // namespace
}  // namespace latchkey::registry
