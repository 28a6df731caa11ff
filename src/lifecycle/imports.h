// Keys that another system made: taken over by the batch, with their secrets or with nothing but the secrets' SHA-256. A
// batch is taken whole or not at all, and a key that is here already is left as it is, so that a batch may be sent again.
//
//   Imports imports(store, feed, catalog, peppers, format, clock, random);
//   auto taken = imports.take(tenant, keys, actor, once);      // followed by this node's checks when it returns
//   auto told = imports.foresee(tenant, keys);                 // the same verdict, and nothing is written
//
// Thread-safe; calls block (store, fsync).
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lifecycle/keys.h"

namespace latchkey::lifecycle {

// One key of a batch.
struct ImportKey {
  std::size_t place = 0;  // in what was sent: mistakes point to "/keys/<place>/..."
  CreateKey key;
  Secret secret;                             // empty if only its SHA-256 is known
  std::optional<credential::Digest> sha256;  // of the whole secret; exactly one of the two is given
  std::string external_id;                   // what the other system calls it; may be empty
};

struct ImportedKey {
  KeyId id;  // nil if it would be taken, but was only looked at
  bool was_here = false;
};

struct ImportedBatch {
  std::vector<ImportedKey> keys;  // in the order of the batch
  bool replayed = false;          // this idempotency key had brought it before
};

class Imports {
 public:
  static constexpr std::size_t kMaxKeys = 1000;  // of a batch

  Imports(store::KeyStore& store, Feed& feed, const catalog::Catalog& catalog, const credential::Peppers& peppers,
          credential::KeyFormat format, const Clock& clock, Random& random);

  // What is wrong with the keys, for a batch that has other mistakes already.
  Mistakes mistakes_of(const Tenant& tenant, std::span<const ImportKey> keys);
  ChangeResult<ImportedBatch> foresee(const Tenant& tenant, std::span<const ImportKey> keys);
  ChangeResult<ImportedBatch> take(const Tenant& tenant, std::span<const ImportKey> keys, const Actor& actor,
                                   const std::optional<Idempotency>& once);

 private:
  std::vector<store::KeyRecord> judge(const Tenant& tenant, std::span<const ImportKey> keys, Instant now,
                                      Mistakes& mistakes);
  void take_secret(const ImportKey& from, Instant now, store::KeyRecord& record) const;
  // Those among the keys' secrets that another tenant has.
  Result<Mistakes> held_elsewhere(const Tenant& tenant, std::span<const ImportKey> keys,
                                  std::span<const store::KeyRecord> records, ImportedBatch& held);
  // Whether this idempotency key was used for the same batch before; kConflict if it was for something else.
  Result<bool> was_sent_before(const store::IdempotencyRecord& once);
  ChangeResult<ImportedBatch> store_batch(const Tenant& tenant, std::span<const ImportKey> keys,
                                          std::span<const store::KeyRecord> records,
                                          const std::optional<store::IdempotencyRecord>& once);

  store::KeyStore& store_;
  Feed& feed_;
  const catalog::Catalog& catalog_;
  const credential::Peppers& peppers_;
  const credential::KeyFormat format_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace latchkey::lifecycle
