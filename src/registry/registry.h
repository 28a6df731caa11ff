// The live keys, in memory: what every check reads and no check waits for. Changes are put by one caller at a time (a
// mutex sees to it) and are seen by every check that starts after the call returned.
//
//   Registry registry(catalog);
//   registry.put_tenant(tenant);
//   registry.put_key(record);
//   Registry::Reader reader(registry);                 // one per thread
//   { Registry::Pin pin(reader); const LiveKey* key = registry.find(pin, digest); }
//
// A restriction that names something the catalog does not have restricts to nothing rather than being ignored; a limit of
// a rate class that it does not have counts every request.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "catalog/catalog.h"
#include "registry/epoch.h"
#include "registry/live_key.h"
#include "registry/pointer_table.h"
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

  // Any thread. The record is good while the pin is.
  const LiveKey* find(const Pin&, const credential::Digest& digest) const { return by_digest_.find(digest); }

  void put_tenant(const Tenant& tenant);
  // The tenant must have been put before.
  void put_key(const store::KeyRecord& record);
  void remove_key(KeyId id);
  // Many at once, under one lock. Of a key that stands twice, or is here already, the later row wins.
  class BulkLoad;
  void reserve(std::size_t keys);
  std::size_t key_count() const;

 private:
  struct ByDigest {
    using Key = credential::Digest;
    static const Key& key(const LiveKey& record) { return record.digest; }
    static std::uint64_t hash(const Key& digest);
    static bool matches(const LiveKey& record, const Key& digest);
  };
  struct ById {
    using Key = KeyId;
    static const Key& key(const LiveKey& record) { return record.id; }
    static std::uint64_t hash(const Key& id);
    static bool matches(const LiveKey& record, const Key& id) { return record.id == id; }
  };
  struct SharedPolicy {
    Policy policy;  // first, so that its address is this one's
    std::size_t uses = 0;
  };

  // What is put, with its policy, which the caller holds.
  struct Putting {
    KeyId id;
    TenantSlot* tenant;
    const Policy* policy;
    const LiveTrial* trial;  // null: none
    std::optional<Instant> expires_at;
    KeyState state;
    std::span<const store::SecretRecord> secrets;
  };

  // `restrictions` are the key's, or those it has on trial.
  Policy compile(std::string_view access_type, const Restrictions& restrictions, const OwnLimits& limits) const;
  void put_locked(const Putting& key);
  // Each use is let go by release().
  const Policy* share(Policy policy);
  static const Policy* share_again(const Policy* policy);
  void release(const Policy* policy);
  TenantSlot* slot_of(TenantId id);
  void retire(LiveKey* record);

  const catalog::Catalog& catalog_;
  mutable std::mutex mutex_;  // over all below, readers of by_digest_ aside
  EpochDomain epochs_;
  PointerTable<LiveKey, ByDigest> by_digest_;
  PointerTable<LiveKey, ById> by_id_;  // the first secret's record of each key
  std::unordered_map<TenantId, std::unique_ptr<TenantSlot>> tenants_;
  std::unordered_multimap<std::uint64_t, std::unique_ptr<SharedPolicy>> policies_;  // by a hash of their content
};

}  // namespace latchkey::registry
