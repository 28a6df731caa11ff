#include "watch/engine.h"

#include "base/log.h"

namespace latchkey::watch {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr int kPage = 500;
// Usage may have been written down before it is looked at here; what the source saw first so lately counts as new.
constexpr std::int64_t kJustNowMs = 60'000;

Instant hour_of(Instant at) { return {at.unix_ms - at.unix_ms % kHourMs}; }

const AlertRuleSettings& settings_of(const AlertRuleTable& rules, AlertRule rule) {
  return rules[static_cast<std::size_t>(rule)];
}

// One failure never stops the rest; the same is tried again with the next cell, minute or hour.
void log_failure(std::string_view what, const Result<void>& done) {
  if (!done)
    log::warn("watch.failed", {{"rule", what}, {"error", done.error().message}, {"detail", done.error().detail}});
}

}  // namespace

void Engine::observe(std::span<const UsageCell> cells) {
  for (const UsageCell& cell : cells) {
    State* state = state_of(cell);
    if (state == nullptr) {
      ++unwatched_;
      continue;
    }
    log_failure("cell", observe(cell, *state));
  }
}

Engine::State* Engine::state_of(const UsageCell& cell) {
  auto found = states_.find(cell.key);
  if (found == states_.end()) {
    if (states_.size() >= kMaxKeys) return nullptr;
    found = states_.emplace(cell.key, State{}).first;
    found->second.tenant = cell.tenant;
  }
  found->second.last_seen = std::max(found->second.last_seen, cell.last);
  found->second.quotas_due = true;
  return &found->second;
}

Result<void> Engine::observe(const UsageCell& cell, State& state) {
  LK_ASSIGN(const AlertRuleTable* rules, rules_of(cell.tenant));
  // Each looks even if another failed.
  const Result<void> outcomes[] = {look_at_network(cell, state, *rules), look_at_refusals(cell, state, *rules),
                                   look_at_traffic(cell, state, *rules)};
  for (const Result<void>& outcome : outcomes) LK_TRY(outcome);
  return {};
}

// ---- networks

Result<void> Engine::look_at_network(const UsageCell& cell, State& state, const AlertRuleTable& rules) {
  if (cell.refused) return {};
  if (!state.networks_loaded) LK_TRY(load_networks(cell, state));
  const Network network = network_of(cell.address);
  if (state.networks.contains(network) || state.networks.size() >= kMaxNetworks) return {};
  const AlertRuleSettings& settings = settings_of(rules, AlertRule::kNewNetwork);
  const std::int64_t day = cell.last.unix_ms / kDayMs;
  if (state.networks_day != day) state.new_networks = 0;
  state.networks_day = day;
  if (settings.enabled && state.in_use_since) {
    LK_ASSIGN(const ApiKey key, key_of(cell.key));
    if (const auto finding =
            judge_new_network(key.nickname, {cell.address, cell.last, *state.in_use_since}, settings)) {
      if (state.new_networks < kNetworksOneByOne) {
        LK_TRY(alerts_.raise({cell.tenant, &key}, *finding, Occurrence::kEvent));
      } else {
        ++state.untold_networks;
        state.latest_new = cell.address;
      }
      ++state.new_networks;
    }
  }
  state.networks.insert(network);
  if (!state.in_use_since) state.in_use_since = cell.last;
  return {};
}

Result<void> Engine::load_networks(const UsageCell& cell, State& state) {
  LK_ASSIGN(const std::vector<SeenNetwork> seen, usage_.networks(cell.tenant, cell.key));
  for (const SeenNetwork& one : seen) {
    if (one.first_seen.unix_ms > cell.last.unix_ms - kJustNowMs) continue;
    if (!state.in_use_since || one.first_seen < *state.in_use_since) state.in_use_since = one.first_seen;
    if (state.networks.size() < kMaxNetworks) state.networks.insert(one.network);
  }
  state.networks_loaded = true;
  return {};
}

Result<void> Engine::tell_of_many_networks(KeyId id, State& state) {
  if (state.untold_networks == 0) return {};
  LK_ASSIGN(const ApiKey key, key_of(id));
  LK_TRY(alerts_.raise({key.tenant, &key}, many_new_networks(key.nickname, state.new_networks, state.latest_new),
                       Occurrence::kEvent, state.untold_networks));
  state.untold_networks = 0;
  return {};
}

// ---- refusals

Result<void> Engine::look_at_refusals(const UsageCell& cell, State& state, const AlertRuleTable& rules) {
  const AlertRuleSettings& settings = settings_of(rules, AlertRule::kRefusalBurst);
  if (!settings.enabled) return {};
  const std::int64_t minutes = settings.values[setting::kWithinMinutes];
  state.refusals.add(cell.last, cell.count, cell.refused, minutes);
  if (!cell.refused) return {};
  const RefusalWindow::Sums sums = state.refusals.sums();
  if (!judge_refusals("", sums, settings)) return {};
  LK_ASSIGN(const ApiKey key, key_of(cell.key));
  const bool goes_on = state.last_burst && cell.last.unix_ms - state.last_burst->unix_ms <= 2 * minutes * kMinuteMs;
  LK_TRY(alerts_.raise({cell.tenant, &key}, *judge_refusals(key.nickname, sums, settings),
                       goes_on ? Occurrence::kContinuing : Occurrence::kEvent));
  // The same refusals are not told twice.
  state.refusals.clear();
  state.last_burst = cell.last;
  return {};
}

// ---- traffic

Result<void> Engine::look_at_traffic(const UsageCell& cell, State& state, const AlertRuleTable& rules) {
  const AlertRuleSettings& settings = settings_of(rules, AlertRule::kUnusualTraffic);
  const Instant hour = hour_of(cell.last);
  if (hour > state.hour) {
    state.hour = hour;
    state.hour_count = 0;
    state.limit_known = state.hour_told = false;
  }
  state.hour_count += cell.count;
  const std::int64_t at_least = settings.values[setting::kAtLeast];
  if (!settings.enabled || state.hour_told || std::cmp_less(state.hour_count, at_least)) return {};
  if (!state.limit_known) LK_TRY(learn_limit(cell.key, state, settings));
  if (!state.limit || static_cast<double>(state.hour_count) <= state.limit->most) return {};
  LK_ASSIGN(const ApiKey key, key_of(cell.key));
  const bool goes_on = state.unusual_hour && state.hour.unix_ms - state.unusual_hour->unix_ms <= kHourMs;
  LK_TRY(alerts_.raise({cell.tenant, &key}, unusual_traffic(key.nickname, *state.limit, state.hour_count, state.hour),
                       goes_on ? Occurrence::kContinuing : Occurrence::kEvent));
  state.hour_told = true;
  state.unusual_hour = state.hour;
  return {};
}

Result<void> Engine::learn_limit(KeyId key, State& state, const AlertRuleSettings& settings) {
  const Instant from = state.hour.plus_ms(-static_cast<std::int64_t>(kHabitHours) * kHourMs);
  LK_ASSIGN(const std::vector<std::uint64_t> counts, usage_.hourly(state.tenant, key, from, state.hour.plus_ms(kHourMs)));
  state.limit.reset();
  state.limit_known = true;
  if (counts.size() != kHabitHours + 1) return {};
  // What came in this hour before a restart.
  state.hour_count = std::max(state.hour_count, counts.back());
  // Hours before the first use are not habit.
  std::size_t first = 0;
  if (state.in_use_since && *state.in_use_since > from) {
    first = static_cast<std::size_t>((state.in_use_since->unix_ms - from.unix_ms) / kHourMs);
  } else if (!state.in_use_since) {
    while (first < kHabitHours && counts[first] == 0) ++first;
  }
  if (first >= kHabitHours) return {};
  const std::span<const std::uint64_t> before(counts.data() + first, kHabitHours - first);
  state.limit = habit_limit(before, settings.values[setting::kSensitivity], settings.values[setting::kAtLeast]);
  return {};
}

// ---- every minute

void Engine::every_minute() {
  settings_.clear();
  for (auto& [key, state] : states_) {
    log_failure("new_network", tell_of_many_networks(key, state));
    if (!std::exchange(state.quotas_due, false)) continue;
    log_failure("quota_near", look_at_quotas(key, state.tenant));
  }
  forget_quiet_keys();
}

Result<void> Engine::look_at_quotas(KeyId id, TenantId tenant) {
  LK_ASSIGN(const AlertRuleTable* rules, rules_of(tenant));
  const AlertRuleSettings& settings = settings_of(*rules, AlertRule::kQuotaNear);
  if (!settings.enabled) return {};
  LK_ASSIGN(const std::vector<QuotaStanding> quotas, usage_.quotas(tenant, id));
  for (const QuotaStanding& quota : quotas) {
    if (!judge_quota("", quota, settings)) continue;
    if (quota.key.is_nil()) {
      LK_ASSIGN(const Tenant owner, keys_.find_tenant(tenant));
      LK_TRY(alerts_.raise({tenant, nullptr}, *judge_quota(owner.name, quota, settings), Occurrence::kState));
    } else {
      LK_ASSIGN(const ApiKey key, key_of(quota.key));
      LK_TRY(alerts_.raise({tenant, &key}, *judge_quota(key.nickname, quota, settings), Occurrence::kState));
    }
  }
  return {};
}

void Engine::forget_quiet_keys() {
  const std::int64_t before = clock_.now().unix_ms - kForgetAfterMs;
  std::erase_if(states_, [&](const auto& entry) {
    return entry.second.last_seen.unix_ms < before && entry.second.untold_networks == 0;
  });
}

// ---- every hour

void Engine::every_hour(const std::atomic<bool>& stopping) {
  log_failure("forget", alerts_.forget_old());
  std::string cursor;
  do {
    const auto page = keys_.list_tenants(cursor, kPage);
    if (!page) {
      log::warn("watch.failed",
                {{"rule", "every_hour"}, {"error", page.error().message}, {"detail", page.error().detail}});
      return;
    }
    for (const Tenant& tenant : page->tenants) log_failure("every_hour", look_at_keys(tenant, stopping));
    cursor = page->next_cursor;
  } while (!cursor.empty() && !stopping);
}

Result<void> Engine::look_at_keys(const Tenant& tenant, const std::atomic<bool>& stopping) {
  LK_ASSIGN(const AlertRuleTable rules, alerts_.rules(tenant.id));
  const Instant now = clock_.now();
  store::KeyQuery query;
  query.status = KeyStatus::kActive;
  query.sort = store::KeySort::kCreatedAscending;
  query.limit = kPage;
  query.count = false;
  query.now = now;
  do {
    if (stopping) return {};
    LK_ASSIGN(const store::KeyPage page, keys_.list_keys(tenant.id, query));
    std::vector<KeyId> ids;
    for (const ApiKey& key : page.keys) ids.push_back(key.id);
    LK_ASSIGN(const std::vector<LastUse> uses, usage_.last_uses(tenant.id, ids));
    std::unordered_map<KeyId, Instant> last_uses;
    for (const LastUse& use : uses) last_uses[use.key] = std::max(last_uses[use.key], use.at);
    for (const ApiKey& key : page.keys) {
      const auto used = last_uses.find(key.id);
      log_failure("every_hour", look_at_key(key, used == last_uses.end() ? std::nullopt : std::optional(used->second), rules, now));
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return {};
}

Result<void> Engine::look_at_key(const ApiKey& key, std::optional<Instant> last_used, const AlertRuleTable& rules, Instant now) {
  KeyAge age{.nickname = key.nickname,
             .created_at = key.created_at,
             .last_used_at = last_used,
             .secret_since = key.created_at};
  // The newest that works: one that was withdrawn again has exchanged nothing.
  for (const KeySecret& secret : key.secrets) {
    if (!secret.valid_until || now < *secret.valid_until) age.secret_since = std::max(age.secret_since, secret.created_at);
  }
  const AlertRuleSettings& unused = settings_of(rules, AlertRule::kUnused);
  if (unused.enabled) {
    if (const auto finding = judge_unused(age, now, unused)) {
      LK_TRY(alerts_.raise({key.tenant, &key}, *finding, Occurrence::kState));
    }
  }
  const AlertRuleSettings& old = settings_of(rules, AlertRule::kOldKey);
  if (!old.enabled) return {};
  if (const auto finding = judge_old(age, now, old)) {
    LK_TRY(alerts_.raise({key.tenant, &key}, *finding, Occurrence::kState));
  }
  return {};
}

// ---- shared

Result<const AlertRuleTable*> Engine::rules_of(TenantId tenant) {
  const Instant now = clock_.now();
  const auto known = settings_.find(tenant);
  if (known != settings_.end() && now.unix_ms - known->second.read_at.unix_ms < kSettingsMs)
    return &known->second.rules;
  LK_ASSIGN(const AlertRuleTable rules, alerts_.rules(tenant));
  Settings& settings = settings_[tenant];
  settings = {rules, now};
  return &settings.rules;
}

Result<ApiKey> Engine::key_of(KeyId id) {
  LK_ASSIGN(store::KeyRecord record, keys_.find_key(id));
  return std::move(record.key);
}

}  // namespace latchkey::watch
