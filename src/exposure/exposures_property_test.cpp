// Random reports of random keys at random times: what must hold however they come.
#include <random>

#include "exposure/exposure_world_test.h"

namespace latchkey::exposure {
namespace {

class ExposuresProperty : public ExposureWorld {};

TEST_F(ExposuresProperty, ActsAreFewInAnyHourAndOnceForEachSecret) {
  std::uint32_t seed = 0;
  random.fill({reinterpret_cast<std::uint8_t*>(&seed), sizeof seed});
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 rng(seed);
  const auto below = [&](std::size_t count) { return static_cast<std::size_t>(rng() % count); };
  std::vector<Tenant> tenants{tenant, make_tenant()};
  std::vector<ApiKey> all;
  for (Tenant& each : tenants) {
    set_policy(each, below(2) == 0 ? OnExposure::kRevoke : OnExposure::kRotate);
    for (int i = 0; i < 15; ++i) all.push_back(make_key(each).key);
  }
  struct Act {
    TenantId tenant;
    Instant at;
  };
  std::vector<Act> acts;
  for (int step = 0; step < 150; ++step) {
    const ApiKey& key = all[below(all.size())];
    const ApiKey before = stored(key);
    report(seen(key, static_cast<ExposureHow>(below(3))));
    const ApiKey after = stored(key);
    ASSERT_GE(std::ranges::count_if(after.secrets,
                                    [&](const KeySecret& secret) {
                                      return is_working(after, secret.number, clock.now());
                                    }),
              after.state == KeyState::kRevoked ? 0 : 1);
    if (after.version != before.version) {
      acts.push_back({key.tenant, clock.now()});
      ASSERT_LE(after.version, before.version + 1);
      ASSERT_EQ(after.secrets.front().number, key.secrets.front().number)
          << "only what was made first is ever reported";
    }
    if (below(12) == 0) clock.advance_ms(static_cast<std::int64_t>(below(Exposures::kWithinMs)));
    if (below(50) == 0) restart();
  }
  EXPECT_FALSE(acts.empty());
  EXPECT_LE(acts.size(), all.size()) << "once for each secret";
  for (const Act& last : acts) {
    const auto within = std::ranges::count_if(acts, [&](const Act& each) {
      return each.tenant == last.tenant && each.at <= last.at && each.at > last.at.plus_ms(-Exposures::kWithinMs);
    });
    EXPECT_LE(within, Exposures::kActsOfTenant);
  }
  for (const ApiKey& key : all) {
    EXPECT_LE(std::ranges::count_if(noted(key), [](const KeyExposure& each) { return each.acted_at.has_value(); }), 1);
  }
}

}  // namespace
}  // namespace latchkey::exposure
