#include "registry/lease.h"

#include <gtest/gtest.h>

namespace latchkey::registry {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(Lease, BeforeItIsFirstExtendedAndOnceItEndedNothingIsRelied) {
  Lease lease;
  EXPECT_LT(lease.until_ns(), 0);
  lease.extend(7 * kSecond, 5 * kSecond);
  EXPECT_GT(lease.until_ns(), 11 * kSecond);
  lease.end();
  EXPECT_LT(lease.until_ns(), 0);
}

TEST(Lease, Extend_NeverShortensIt) {
  Lease lease;
  lease.extend(7 * kSecond, 5 * kSecond);
  const std::int64_t until = lease.until_ns();
  lease.extend(6 * kSecond, 5 * kSecond);
  EXPECT_EQ(lease.until_ns(), until);
}

// The true time for which a node's lease runs, and the true time after which somebody else takes it to be over, with clocks
// that are as wrong as they may be.
TEST(Lease, ItsEndComesBeforeAnybodyReliesOnThat) {
  for (const std::int64_t seconds : {1, 5, 60, 3600}) {
    const double max_staleness = static_cast<double>(seconds * kSecond);
    const double runs = static_cast<double>(lease_ns(seconds * kSecond)) / (1 - 1.0 / kMaxDriftParts);
    const double over = static_cast<double>(surely_over_ns(seconds * kSecond)) / (1 + 1.0 / kMaxDriftParts);
    EXPECT_LT(runs, max_staleness) << seconds;
    EXPECT_GT(over, max_staleness) << seconds;
  }
}

}  // namespace
}  // namespace latchkey::registry
