#include "registry/registry.h"

#include "base/check.h"
#include "base/secret.h"

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

// Digests and ids are uniform already; no caller chooses either.
std::uint64_t Registry::ByDigest::hash(const Key& digest) { return load_u64(digest.data()); }
std::uint64_t Registry::ById::hash(const Key& id) { return mix(0, load_u64(id.bytes().data() + 8)); }

bool Registry::ByDigest::matches(const LiveKey& record, const Key& digest) {
  const auto view = [](const Key& d) { return std::string_view(reinterpret_cast<const char*>(d.data()), d.size()); };
  return equal_in_constant_time(view(record.digest), view(digest));
}

Registry::Registry(const catalog::Catalog& catalog) : catalog_(catalog), by_digest_(epochs_), by_id_(epochs_) {}

Registry::~Registry() {
  by_digest_.visit([](LiveKey* record) { delete record; });
  for (auto& [id, slot] : tenants_) delete slot->state.load();
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

const Policy* Registry::share(Policy policy) {
  const std::uint64_t hash = hash_of(policy);
  const auto [first, last] = policies_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    if (at->second->policy == policy) {
      ++at->second->uses;
      return &at->second->policy;
    }
  }
  const auto at = policies_.emplace(hash, std::make_unique<SharedPolicy>(SharedPolicy{std::move(policy), 1}));
  return &at->second->policy;
}

const Policy* Registry::share_again(const Policy* policy) {
  ++reinterpret_cast<SharedPolicy*>(const_cast<Policy*>(policy))->uses;
  return policy;
}

void Registry::release(const Policy* policy) {
  const auto [first, last] = policies_.equal_range(hash_of(*policy));
  for (auto at = first; at != last; ++at) {
    if (&at->second->policy != policy) continue;
    if (--at->second->uses == 0) {
      epochs_.retire([gone = at->second.release()] { delete gone; });
      policies_.erase(at);
    }
    return;
  }
  LK_CHECK(false);
}

TenantSlot* Registry::slot_of(TenantId id) {
  auto& slot = tenants_[id];
  if (!slot) {
    slot = std::make_unique<TenantSlot>();
    slot->id = id;
  }
  return slot.get();
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
  const TenantState* before = slot_of(tenant.id)->state.exchange(state.release(), std::memory_order_seq_cst);
  if (before != nullptr) epochs_.retire([before] { delete before; });
}

void Registry::retire(LiveKey* record) {
  release(record->policy);
  epochs_.retire([record] { delete record; });
}

void Registry::put_key(const store::KeyRecord& record) {
  const ApiKey& key = record.key;
  Policy policy = compile(key.access_type, key.restrictions, key.limits);
  std::optional<LiveTrial> trial;
  if (record.trial) {
    trial = {compile(key.access_type, record.trial->trial.restrictions, key.limits), record.trial->trial.number};
  }
  const std::lock_guard lock(mutex_);
  const Policy* const shared = share(std::move(policy));
  put_locked({.id = key.id,
              .tenant = slot_of(key.tenant),
              .policy = shared,
              .trial = trial ? &*trial : nullptr,
              .expires_at = key.expires_at,
              .state = key.state,
              .secrets = record.secrets});
  release(shared);
}

void Registry::put_locked(const Putting& key) {
  LiveKey* const before = by_id_.find(key.id);
  LiveKey* head = nullptr;
  for (auto secret = key.secrets.rbegin(); secret != key.secrets.rend(); ++secret) {
    // The store keeps digests unique; were it not to, the secret stays with the key that had it first.
    const LiveKey* holder = by_digest_.find(secret->digest);
    if (holder != nullptr && holder->id != key.id) continue;
    auto live = std::make_unique<LiveKey>();
    live->digest = secret->digest;
    live->id = key.id;
    live->tenant = key.tenant;
    live->policy = share_again(key.policy);
    if (key.trial != nullptr) live->trial = std::make_unique<const LiveTrial>(*key.trial);
    live->expires_ms = key.expires_at ? key.expires_at->unix_ms : 0;
    live->valid_until_ms = secret->valid_until ? secret->valid_until->unix_ms : 0;
    live->state = key.state;
    live->next_secret = head;
    head = live.release();
  }
  // New records first, so that a secret that stays is never missing in between.
  std::vector<LiveKey*> replaced;
  for (LiveKey* live = head; live != nullptr; live = live->next_secret) {
    if (LiveKey* gone = by_digest_.put(live->digest, live)) replaced.push_back(gone);
  }
  for (LiveKey* live = before; live != nullptr; live = live->next_secret) {
    if (by_digest_.find(live->digest) == live) replaced.push_back(by_digest_.erase(live->digest));
  }
  if (head != nullptr) {
    by_id_.put(key.id, head);
  } else if (before != nullptr) {
    by_id_.erase(key.id);
  }
  for (LiveKey* gone : replaced) retire(gone);
}

void Registry::remove_key(KeyId id) {
  const std::lock_guard lock(mutex_);
  LiveKey* live = by_id_.erase(id);
  while (live != nullptr) {
    LiveKey* const next = live->next_secret;
    by_digest_.erase(live->digest);
    retire(live);
    live = next;
  }
}

void Registry::reserve(std::size_t keys) {
  const std::lock_guard lock(mutex_);
  by_digest_.reserve(keys);
  by_id_.reserve(keys);
}

std::size_t Registry::key_count() const {
  const std::lock_guard lock(mutex_);
  return by_id_.size();
}

}  // namespace latchkey::registry
