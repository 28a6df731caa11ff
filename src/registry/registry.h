// The live keys, in memory: what every check reads and no check waits for. Changes are put by one caller at a time (a
// mutex sees to it) and are seen by every check that starts after the call returned.
//
//   Registry registry(catalog);
//   registry.put_tenant(tenant);
//   registry.put_key(record);
//   Registry::Reader reader(registry);                 // one per thread
//   { Registry::Pin pin(reader); registry.prefetch(pin, digest); ...; std::optional<LiveKey> key = registry.find(pin, digest); }
//
// A secret costs a slot of 64 bytes in a table (registry/key_table.h), its key eight in another; what few keys have (several
// secrets, one that ends, a trial) stands elsewhere.
//
// A restriction that names something the catalog does not have restricts to nothing rather than being ignored; a limit of
// a rate class that it does not have counts every request.
#pragma once
#include <atomic>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "catalog/catalog.h"
#include "registry/epoch.h"
#include "registry/id_index.h"
#include "registry/key_table.h"
#include "registry/live_key.h"
#include "registry/stable_array.h"
#include "store/key_store.h"

namespace latchkey::registry {

class Registry {
 public:
  explicit Registry(const catalog::Catalog& catalog);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  using Pin = EpochDomain::Pin;
  class Reader : public EpochDomain::Reader {
   public:
    explicit Reader(Registry& registry) : EpochDomain::Reader(registry.epochs_) {}
  };

  // Any thread. What it refers to is good while the pin is.
  std::optional<LiveKey> find(const Pin&, const credential::Digest& digest) const;
  void prefetch(const Pin&, const credential::Digest& digest) const { table_.prefetch(digest); }

  void put_tenant(const Tenant& tenant);
  // The tenant must have been put before.
  void put_key(const store::KeyRecord& record);
  void remove_key(KeyId id);
  // Many at once, under one lock. Of a key that stands twice, or is here already, the later row wins.
  class BulkLoad;
  void reserve(std::size_t keys);
  std::size_t key_count() const;
  std::vector<KeyId> key_ids() const;  // in no order
  // Whether any secret is here that another system made, so that a secret of another form than ours can be one. Any thread.
  bool holds_imported() const { return imported_.load(std::memory_order_acquire) != 0; }

 private:
  struct SharedPolicy {
    Policy policy;
    std::size_t uses = 0;
  };
  // What has no room in a slot.
  struct Rare {
    std::uint32_t tenant = 0, policy = 0;
    std::int64_t valid_until_ms = 0;
    std::optional<LiveTrial> trial;
    std::vector<credential::Digest> secrets;  // all of the key's
  };
  struct Packing;

  // What is put, with its policy, which the caller holds.
  struct Putting {
    KeyId id;
    std::uint32_t tenant, policy;  // their numbers
    const LiveTrial* trial;        // null: none
    std::optional<Instant> expires_at;
    KeyState state;
    std::span<const store::SecretRecord> secrets;
  };

  // `restrictions` are the key's, or those it has on trial.
  Policy compile(std::string_view access_type, const Restrictions& restrictions, const OwnLimits& limits) const;
  void put_locked(const Putting& key);
  std::uint64_t terms_of(const Putting& key, const store::SecretRecord& secret,
                         const std::vector<credential::Digest>& secrets);
  std::vector<credential::Digest> secrets_of(const KeySlot& slot) const;
  // A policy's number. Each use is let go by release().
  std::uint32_t share(Policy policy);
  std::uint32_t share_again(std::uint32_t policy);
  void release(std::uint32_t policy);
  std::uint32_t tenant_number(TenantId id);
  void retire(std::uint64_t terms);
  std::size_t count_imported(const std::vector<credential::Digest>& secrets) const;

  const catalog::Catalog& catalog_;
  mutable std::mutex mutex_;  // over all below, readers' part of table_ aside
  StableArray<TenantSlot> tenants_;
  StableArray<SharedPolicy> policies_;
  std::vector<std::uint32_t> free_policies_;
  EpochDomain epochs_;  // after what it still frees when it goes
  KeyTable table_;
  IdIndex by_id_;
  std::atomic<std::size_t> imported_{0};  // secrets that another system made; written under the mutex
  std::unordered_map<TenantId, std::uint32_t> tenant_numbers_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> policy_numbers_;  // by a hash of their content
};

}  // namespace latchkey::registry
