// Changing a stored key: read it, change it, seal it, write it if nobody else was faster, and wait until this node's checks
// follow. What all changes of one key have in common. Thread-safe; calls block.
#pragma once
#include <cstdint>
#include <optional>

#include "core/api_key.h"
#include "credential/digest.h"
#include "lifecycle/change_error.h"
#include "lifecycle/feed.h"
#include "lifecycle/seal.h"
#include "store/key_store.h"

namespace latchkey::lifecycle {

Error key_is_revoked();
Error key_is_deleted();
Error key_has_changed();
Error not_followed(Error error);
// Why nothing of this key can change any more, if so.
std::optional<Error> why_unchangeable(const ApiKey& key);

class KeyWriter {
 public:
  KeyWriter(store::KeyStore& store, Feed& feed, const credential::Peppers& peppers)
      : store_(store), feed_(feed), peppers_(peppers) {}

  // Applies `change` to the stored record and writes it, again when another was faster. `change` answers whether there is
  // anything to write, and may have something written along; if it takes the trial away, that one ends with the change.
  // `expected_version` from If-Match: kPreconditionFailed when the key has changed since.
  template <class Change>
  ChangeResult<ApiKey> modify(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version,
                              const Change& change);
  // For answers that wrote nothing: what they show may have been written a moment ago, by another.
  Result<void> follow_everything();

 private:
  // A race is lost to a writer who won it, so losing this often means something else is wrong.
  static constexpr int kMaxAttempts = 32;

  ChangeResult<ApiKey> done(store::KeyRecord& record, store::Sequence sequence);

  store::KeyStore& store_;
  Feed& feed_;
  const credential::Peppers& peppers_;
};

template <class Change>
ChangeResult<ApiKey> KeyWriter::modify(TenantId tenant, KeyId id, std::optional<std::int64_t> expected_version,
                                       const Change& change) {
  for (int attempt = 1;; ++attempt) {
    auto record = store_.find_key(tenant, id);
    if (!record) return stopped_by(record.error());
    const std::int64_t version = record->key.version;
    const std::optional<store::TrialRecord> trial = record->trial;
    store::Along along;
    ChangeResult<bool> needed = change(*record, along);
    if (!needed) return std::unexpected(std::move(needed.error()));
    if (!*needed) {
      if (const auto followed = follow_everything(); !followed) return stopped_by(not_followed(followed.error()));
      return std::move(record->key);
    }
    if (expected_version && *expected_version != version) return stopped_by(key_has_changed());
    record->key.version = version + 1;
    seal(*record, peppers_);
    const auto sequence = trial && !record->trial ? store_.apply_trial(*record, version, trial->trial.number)
                                                  : store_.update_key(*record, version, along);
    if (sequence) return done(*record, *sequence);
    const bool lost_race = sequence.error().code == ErrorCode::kPreconditionFailed;
    if (!lost_race || expected_version || attempt == kMaxAttempts) return stopped_by(sequence.error());
  }
}

}  // namespace latchkey::lifecycle
