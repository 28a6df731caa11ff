// The claim of docs/revocation.md over random schedules: of a request that is sent after a receipt was complete, no node accepts
// what the change forbids. And that each rule is needed: without it the same schedules show what goes wrong.
#include <gtest/gtest.h>

#include <cstdlib>

#include "cluster/simulated_cluster_test.h"

namespace latchkey::cluster {
namespace {

struct Outcome {
  std::size_t wrong = 0, complete = 0, accepted = 0;
  std::uint64_t seed = 0;  // of the first that went wrong
};

std::size_t schedules() {
  const char* const asked = std::getenv("LATCHKEY_SCHEDULES");
  return asked == nullptr ? 60 : std::strtoull(asked, nullptr, 10);
}

Outcome run(const Rules& rules, bool stop_at_first) {
  Outcome out;
  for (std::uint64_t seed = 1; seed <= schedules(); ++seed) {
    SimulatedCluster cluster(seed, rules);
    cluster.run();
    if (cluster.accepted_after_receipt() != 0 && out.wrong == 0) out.seed = seed;
    out.wrong += cluster.accepted_after_receipt();
    out.complete += cluster.complete_receipts();
    out.accepted += cluster.accepted();
    if (stop_at_first && out.wrong != 0) break;
  }
  return out;
}

TEST(ClusterProperty, AfterACompleteReceiptNoNodeAccepts) {
  const Outcome out = run({}, false);
  EXPECT_EQ(out.wrong, 0u) << "first with seed " << out.seed;
  EXPECT_GT(out.complete, 10 * schedules()) << "there were receipts to hold nodes to";
  EXPECT_GT(out.accepted, 10 * schedules()) << "and nodes that accepted before";
}

TEST(ClusterProperty, EachRuleIsNeeded) {
  const std::pair<const char*, bool Rules::*> rules[] = {
      {"margins", &Rules::margins},
      {"counted_from_request", &Rules::counted_from_request},
      {"applied_before_extended", &Rules::applied_before_extended},
      {"lease_read_before_look_up", &Rules::lease_read_before_look_up},
      {"registered_before_deciding", &Rules::registered_before_deciding},
      {"silent_before_removed", &Rules::silent_before_removed},
      {"forgotten_registers_again", &Rules::forgotten_registers_again},
  };
  for (const auto& [name, rule] : rules) {
    Rules without;
    without.*rule = false;
    EXPECT_NE(run(without, true).wrong, 0u) << "nothing goes wrong without " << name;
  }
}

}  // namespace
}  // namespace latchkey::cluster
