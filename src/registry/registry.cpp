#include "registry/registry.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace latchkey::registry {
namespace {

std::uint64_t load_u64(const std::uint8_t* bytes) {
  std::uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15;
  return hash ^ hash >> 32;
}

template <class Set>
std::uint64_t hash_of(const Set& set) {
  std::uint64_t hash = 1;
  for (const std::uint64_t word : set.words()) hash = mix(hash, word);
  return hash;
}

std::uint64_t hash_of(const std::vector<RateLimit>& limits, std::uint64_t hash) {
  for (const RateLimit& limit : limits)
    hash = mix(hash, limit.limit ^ static_cast<std::uint64_t>(limit.window_ms) << 32);
  return hash;
}

std::uint64_t hash_of(const Policy& policy) {
  std::uint64_t hash = mix(policy.access_type, hash_of(policy.operations));
  if (policy.permitted.channels) hash = mix(hash, hash_of(*policy.permitted.channels));
  if (policy.permitted.attributes) hash = mix(hash, hash_of(*policy.permitted.attributes));
  for (const IpRange& range : policy.ip_ranges) hash = mix(hash, load_u64(range.network().bytes().data() + 8));
  for (const auto& of_class : policy.limits.classes) hash = hash_of(of_class.limits, mix(hash, of_class.rate_class));
  hash = hash_of(policy.limits.every, hash);
  for (const Quota& quota : policy.limits.quotas) hash = mix(hash, quota.requests);
  return hash;
}

}  // namespace

// How a slot's two words are used (registry/key_table.h).
struct Registry::Packing {
  // `life`, beside the table's own bits: state, whether another system made the secret, then expiry in milliseconds, or 0.
  static constexpr int kStateShift = 2, kExpiryShift = 16;
  static constexpr std::uint64_t kImported = 1 << 4;
  static constexpr std::uint64_t kStateMask = 3;
  static constexpr std::int64_t kLatest = (std::int64_t{1} << (64 - kExpiryShift)) - 1;  // in the year 10889

  static std::uint64_t life(KeyState state, std::optional<Instant> expires_at, bool imported) {
    const std::int64_t ms = expires_at ? std::clamp<std::int64_t>(expires_at->unix_ms, 1, kLatest) : 0;
    return static_cast<std::uint64_t>(ms) << kExpiryShift | static_cast<std::uint64_t>(state) << kStateShift |
           (imported ? kImported : 0);
  }
  static KeyState state(std::uint64_t life) { return static_cast<KeyState>(life >> kStateShift & kStateMask); }
  static std::int64_t expires_ms(std::uint64_t life) { return static_cast<std::int64_t>(life >> kExpiryShift); }

  // `terms`: the numbers of tenant and policy; or where they stand with more, which the lowest bit says.
  static constexpr std::uint64_t kRare = 1;
  static constexpr int kTenantShift = 1, kPolicyShift = 32;

  static std::uint64_t terms(std::uint32_t tenant, std::uint32_t policy) {
    LK_CHECK(tenant >> (kPolicyShift - kTenantShift) == 0);
    return std::uint64_t{policy} << kPolicyShift | std::uint64_t{tenant} << kTenantShift;
  }
  static std::uint64_t terms(const Rare* rare) { return reinterpret_cast<std::uint64_t>(rare) | kRare; }
  static const Rare* rare(std::uint64_t terms) {
    return (terms & kRare) == 0 ? nullptr : reinterpret_cast<const Rare*>(terms & ~kRare);
  }
  static std::uint32_t tenant(std::uint64_t terms) { return static_cast<std::uint32_t>(terms) >> kTenantShift; }
  static std::uint32_t policy(std::uint64_t terms) { return static_cast<std::uint32_t>(terms >> kPolicyShift); }
};

Registry::Registry(const catalog::Catalog& catalog) : catalog_(catalog), table_(epochs_), by_id_(table_) {}

Registry::~Registry() {
  table_.visit([](const KeySlot& slot) { delete Packing::rare(slot.terms); });
  for (std::uint32_t number = 0; number < tenants_.size(); ++number) delete tenants_[number].state.load();
}

std::optional<LiveKey> Registry::find(const Pin&, const credential::Digest& digest) const {
  const KeySlot* const slot = table_.find(digest);
  if (slot == nullptr) return std::nullopt;
  const std::uint64_t life = slot->life.load(std::memory_order_relaxed);
  LiveKey key;
  key.id = slot->id;
  key.secret = number_of(slot->digest);
  key.expires_ms = Packing::expires_ms(life);
  key.state = Packing::state(life);
  if (const Rare* const rare = Packing::rare(slot->terms)) {
    key.tenant = &tenants_[rare->tenant];
    key.policy = &policies_[rare->policy].policy;
    key.valid_until_ms = rare->valid_until_ms;
    key.trial = rare->trial ? &*rare->trial : nullptr;
  } else {
    key.tenant = &tenants_[Packing::tenant(slot->terms)];
    key.policy = &policies_[Packing::policy(slot->terms)].policy;
  }
  // What nearly every check reads of them, while something else is done.
  __builtin_prefetch(key.tenant);
  for (std::size_t byte = 0; byte < sizeof(Policy); byte += 64)
    __builtin_prefetch(reinterpret_cast<const char*>(key.policy) + byte);
  return key;
}

Policy Registry::compile(std::string_view access_type, const Restrictions& restrictions,
                         const OwnLimits& limits) const {
  using catalog::RestrictionKind;
  Policy policy;
  policy.ip_ranges = restrictions.ip_ranges;
  policy.limits = limit::effective_for_key(limits, catalog_);
  const catalog::AccessType* type = catalog_.find_access_type(access_type);
  if (type == nullptr) return policy;  // permits no operation
  policy.access_type = type->index;
  policy.takes_tenant_channels = type->takes(RestrictionKind::kChannels);
  policy.operations = type->operations;
  if (!restrictions.operations.empty()) {
    OperationSet chosen;
    for (const auto& id : restrictions.operations) {
      if (const auto* operation = catalog_.find_operation(id)) chosen.insert(operation->index);
    }
    policy.operations &= chosen;
  }
  if (!restrictions.channels.empty()) {
    auto& chosen = policy.permitted.channels.emplace();
    for (const auto& id : restrictions.channels) {
      if (const auto index = catalog_.channel_index(id)) chosen.insert(*index);
    }
  }
  if (!restrictions.attributes.empty()) {
    auto& chosen = policy.permitted.attributes.emplace();
    for (const auto& name : restrictions.attributes) {
      if (const auto index = catalog_.attribute_index(name)) chosen.insert(*index);
    }
  }
  return policy;
}

std::uint32_t Registry::share(Policy policy) {
  const std::uint64_t hash = hash_of(policy);
  const auto [first, last] = policy_numbers_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    if (policies_[at->second].policy == policy) return share_again(at->second);
  }
  std::uint32_t number;
  if (free_policies_.empty()) {
    number = policies_.add();
  } else {
    number = free_policies_.back();
    free_policies_.pop_back();
  }
  policies_[number] = {std::move(policy), 1};
  policy_numbers_.emplace(hash, number);
  return number;
}

std::uint32_t Registry::share_again(std::uint32_t policy) {
  ++policies_[policy].uses;
  return policy;
}

void Registry::release(std::uint32_t policy) {
  if (--policies_[policy].uses > 0) return;
  const auto [first, last] = policy_numbers_.equal_range(hash_of(policies_[policy].policy));
  const auto at = std::find_if(first, last, [policy](const auto& entry) { return entry.second == policy; });
  LK_CHECK(at != last);
  policy_numbers_.erase(at);
  epochs_.retire([this, policy] {
    policies_[policy].policy = {};
    free_policies_.push_back(policy);
  });
}

std::uint32_t Registry::tenant_number(TenantId id) {
  if (const auto found = tenant_numbers_.find(id); found != tenant_numbers_.end()) return found->second;
  const std::uint32_t number = tenants_.add();
  tenants_[number].id = id;
  tenants_[number].number = number;
  tenant_numbers_.emplace(id, number);
  return number;
}

void Registry::put_tenant(const Tenant& tenant) {
  auto state = std::make_unique<TenantState>();
  state->status = tenant.status;
  state->ip_ranges = tenant.ip_ranges;
  state->limits = limit::effective_for_tenant(tenant.limits, catalog_);
  if (!tenant.enabled_channels.empty()) {
    auto& channels = state->channels.emplace();
    for (const auto& id : tenant.enabled_channels) {
      if (const auto index = catalog_.channel_index(id)) channels.insert(*index);
    }
  }
  const std::lock_guard lock(mutex_);
  const TenantState* before =
      tenants_[tenant_number(tenant.id)].state.exchange(state.release(), std::memory_order_seq_cst);
  if (before != nullptr) epochs_.retire([before] { delete before; });
}

void Registry::retire(std::uint64_t terms) {
  const Rare* const rare = Packing::rare(terms);
  release(rare != nullptr ? rare->policy : Packing::policy(terms));
  if (rare != nullptr) epochs_.retire([rare] { delete rare; });
}

void Registry::put_key(const store::KeyRecord& record) {
  const ApiKey& key = record.key;
  Policy policy = compile(key.access_type, key.restrictions, key.limits);
  std::optional<LiveTrial> trial;
  if (record.trial) {
    trial = {compile(key.access_type, record.trial->trial.restrictions, key.limits), record.trial->trial.number};
  }
  const std::lock_guard lock(mutex_);
  const std::uint32_t shared = share(std::move(policy));
  put_locked({.id = key.id,
              .tenant = tenant_number(key.tenant),
              .policy = shared,
              .trial = trial ? &*trial : nullptr,
              .expires_at = key.expires_at,
              .state = key.state,
              .secrets = record.secrets});
  release(shared);
}

std::vector<credential::Digest> Registry::secrets_of(const KeySlot& slot) const {
  const Rare* const rare = Packing::rare(slot.terms);
  return rare != nullptr ? rare->secrets : std::vector{slot.digest};
}

std::uint64_t Registry::terms_of(const Putting& key, const store::SecretRecord& secret,
                                 const std::vector<credential::Digest>& secrets) {
  const std::uint32_t policy = share_again(key.policy);
  if (secrets.size() == 1 && !secret.valid_until && key.trial == nullptr) return Packing::terms(key.tenant, policy);
  auto rare = std::make_unique<Rare>();
  rare->tenant = key.tenant;
  rare->policy = policy;
  rare->valid_until_ms = secret.valid_until ? secret.valid_until->unix_ms : 0;
  if (key.trial != nullptr) rare->trial = *key.trial;
  rare->secrets = secrets;
  return Packing::terms(rare.release());
}

std::size_t Registry::count_imported(const std::vector<credential::Digest>& secrets) const {
  return static_cast<std::size_t>(std::ranges::count_if(secrets, [this](const credential::Digest& digest) {
    return (table_.find(digest)->life.load(std::memory_order_relaxed) & Packing::kImported) != 0;
  }));
}

void Registry::put_locked(const Putting& key) {
  const KeySlot* const listed = by_id_.find(key.id);
  const std::vector<credential::Digest> before =
      listed != nullptr ? secrets_of(*listed) : std::vector<credential::Digest>{};
  std::vector<credential::Digest> now;
  for (const store::SecretRecord& secret : key.secrets) {
    // The store keeps digests unique; were it not to, the secret stays with the key that had it first.
    const KeySlot* const holder = table_.find(secret.digest);
    const bool taken = holder != nullptr && holder->id != key.id;
    if (!taken && std::ranges::find(now, secret.digest) == now.end()) now.push_back(secret.digest);
  }
  const std::size_t imported_before = imported_ != 0 ? count_imported(before) : 0;
  // New secrets first, so that one that stays is never missing in between.
  for (const store::SecretRecord& secret : key.secrets) {
    if (std::ranges::find(now, secret.digest) == now.end()) continue;
    const std::uint64_t terms = terms_of(key, secret, now);
    const std::uint64_t life = Packing::life(key.state, key.expires_at, secret.imported);
    if (const auto replaced = table_.put({secret.digest, key.id, terms, life})) retire(*replaced);
    // Those of before are taken off at the end, so that the count is never too low.
    if (secret.imported) imported_.fetch_add(1);
  }
  if (!now.empty()) {
    by_id_.put(key.id, now.front());
  } else if (!before.empty()) {
    by_id_.erase(key.id);
  }
  for (const credential::Digest& digest : before) {
    if (std::ranges::find(now, digest) == now.end()) retire(table_.erase(digest).value());
  }
  imported_.fetch_sub(imported_before);
}

void Registry::remove_key(KeyId id) {
  const std::lock_guard lock(mutex_);
  const KeySlot* const listed = by_id_.find(id);
  if (listed == nullptr) return;
  const std::vector<credential::Digest> secrets = secrets_of(*listed);
  const std::size_t imported = count_imported(secrets);
  by_id_.erase(id);
  for (const credential::Digest& digest : secrets) retire(table_.erase(digest).value());
  imported_.fetch_sub(imported);
}

void Registry::reserve(std::size_t keys) {
  const std::lock_guard lock(mutex_);
  table_.reserve(keys);
  by_id_.reserve(keys);
}

std::vector<KeyId> Registry::key_ids() const {
  const std::lock_guard lock(mutex_);
  std::vector<KeyId> ids;
  ids.reserve(by_id_.size());
  table_.visit([&](const KeySlot& slot) { ids.push_back(slot.id); });
  return ids;
}

std::size_t Registry::key_count() const {
  const std::lock_guard lock(mutex_);
  return by_id_.size();
}

}  // namespace latchkey::registry
