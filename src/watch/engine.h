// Applies the rules to what happens: cells of usage as they come, quotas every minute, the age of keys every hour. Keeps a
// little about each key that is in use; what it does not hold it asks the usage source for.
//
//   Engine engine(alerts, keys, usage, clock);
//   engine.observe(cells);       // about once a second
//   engine.every_minute();
//   engine.every_hour(stopping);  // visits every key, page by page
//
// Belongs to one thread (watch/watcher.h). Calls block. A rule that fails for one key is logged and leaves the others alone.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"
#include "store/key_store.h"
#include "watch/alerts.h"
#include "watch/habit.h"
#include "watch/rules.h"
#include "watch/usage_source.h"

namespace latchkey::watch {

class Engine {
 public:
  // Keys beyond these are not watched until others have been quiet for kForgetAfterMs; see unwatched().
  static constexpr std::size_t kMaxKeys = 50'000;
  static constexpr std::int64_t kForgetAfterMs = 2LL * 60 * 60 * 1000;
  static constexpr std::size_t kMaxNetworks = 4'096;  // of one key; from more it may come unnoticed
  // New networks of one key and day that are told one by one; further ones are one alert.
  static constexpr std::int64_t kNetworksOneByOne = 10;
  // Settings that were changed count after at most so long.
  static constexpr std::int64_t kSettingsMs = 10'000;

  Engine(Alerts& alerts, store::KeyStore& keys, UsageSource& usage, const Clock& clock)
      : alerts_(alerts), keys_(keys), usage_(usage), clock_(clock) {}

  void observe(std::span<const UsageCell> cells);
  void every_minute();
  // Ends early once `stopping` is set.
  void every_hour(const std::atomic<bool>& stopping);

  std::size_t watched() const { return states_.size(); }
  std::uint64_t unwatched() const { return unwatched_; }  // cells of keys that there was no room for

 private:
  struct State {
    TenantId tenant;
    Instant last_seen;
    bool quotas_due = false;
    // Networks.
    bool networks_loaded = false;
    std::unordered_set<Network> networks;
    std::optional<Instant> in_use_since;
    std::int64_t networks_day = 0;  // the day that the next two count for
    std::int64_t new_networks = 0;
    std::int64_t untold_networks = 0;  // of those, not told yet, because they are told together
    IpAddress latest_new;
    // Refusals.
    RefusalWindow refusals;
    std::optional<Instant> last_burst;
    // This hour.
    Instant hour;
    std::uint64_t hour_count = 0;
    bool limit_known = false;
    std::optional<HabitLimit> limit;
    bool hour_told = false;
    std::optional<Instant> unusual_hour;  // the latest one
  };
  struct Settings {
    AlertRuleTable rules;
    Instant read_at;
  };

  State* state_of(const UsageCell& cell);
  Result<void> observe(const UsageCell& cell, State& state);
  Result<void> look_at_network(const UsageCell& cell, State& state, const AlertRuleTable& rules);
  Result<void> load_networks(const UsageCell& cell, State& state);
  Result<void> look_at_refusals(const UsageCell& cell, State& state, const AlertRuleTable& rules);
  Result<void> look_at_traffic(const UsageCell& cell, State& state, const AlertRuleTable& rules);
  Result<void> learn_limit(KeyId key, State& state, const AlertRuleSettings& settings);
  Result<void> tell_of_many_networks(KeyId key, State& state);
  Result<void> look_at_quotas(KeyId key, TenantId tenant);
  Result<void> look_at_keys(const Tenant& tenant, const std::atomic<bool>& stopping);
  Result<void> look_at_key(const ApiKey& key, std::optional<Instant> last_used, const AlertRuleTable& rules, Instant now);
  Result<const AlertRuleTable*> rules_of(TenantId tenant);
  Result<ApiKey> key_of(KeyId key);
  void forget_quiet_keys();

  Alerts& alerts_;
  store::KeyStore& keys_;
  UsageSource& usage_;
  const Clock& clock_;
  std::unordered_map<KeyId, State> states_;
  std::unordered_map<TenantId, Settings> settings_;  // emptied every minute
  std::uint64_t unwatched_ = 0;
};

}  // namespace latchkey::watch
