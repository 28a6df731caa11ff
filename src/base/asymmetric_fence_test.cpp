#include "base/asymmetric_fence.h"

#include <gtest/gtest.h>

#include <barrier>
#include <cstdint>
#include <thread>

namespace latchkey {
namespace {

// Two threads each say that they are there and then look for the other, thousands of times; with the fences, never does
// neither see the other. (Without them, processors let both loads pass the stores.)
TEST(AsymmetricFence, AtLeastOneOfTwoSeesTheOther) {
  constexpr std::uint64_t kRounds = 5'000;
  std::atomic<std::uint64_t> often{0}, seldom{0};
  bool often_saw = false, seldom_saw = false;
  std::barrier meet(2);
  std::thread other([&] {
    for (std::uint64_t round = 1; round <= kRounds; ++round) {
      meet.arrive_and_wait();
      often.store(round, std::memory_order_relaxed);
      light_fence();
      often_saw = seldom.load(std::memory_order_relaxed) == round;
      meet.arrive_and_wait();
    }
  });
  std::uint64_t blind = 0;
  for (std::uint64_t round = 1; round <= kRounds; ++round) {
    meet.arrive_and_wait();
    seldom.store(round, std::memory_order_relaxed);
    heavy_fence();
    seldom_saw = often.load(std::memory_order_relaxed) == round;
    meet.arrive_and_wait();
    blind += !often_saw && !seldom_saw;
  }
  other.join();
  EXPECT_EQ(blind, 0u);
}

}  // namespace
}  // namespace latchkey
