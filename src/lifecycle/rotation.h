// How a key's secrets change: the state machine, on a record that the caller stores. Pure.
//
//   idle:      [ended..., current]            every other function answers false or says why not
//   rotating:  [ended..., old, new]           both work until the old one's end, which may not be known yet
//
// begin() makes an idle key rotating, or replaces a new secret that nobody has used. finish() and cancel() make it idle with the
// new or with the old secret. There is never a moment without one that works. Ended secrets stay for kEndedKeptMs, so that
// callers are told what happened to theirs.
//
// Each answers whether it changed the record; kConflict says why it can't.
#pragma once
#include "core/api_key.h"
#include "lifecycle/change_error.h"
#include "store/key_store.h"

namespace latchkey::lifecycle {

inline constexpr std::int64_t kEndedKeptMs = 7LL * 24 * 60 * 60 * 1000;
inline constexpr std::size_t kMaxEndedSecrets = 8;

struct RotationTerms {
  std::int64_t overlap_ms = 0;
  RotationFinish finish = RotationFinish::kAtEnd;
  bool delivering = false;
};

struct FreshSecret {
  store::SecretRecord record;
  std::string hint;
};

// The secret that a key rotates away from; null when it is not rotating at `now`.
const store::SecretRecord* old_secret(const store::KeyRecord& record, Instant now);

// `new_was_used`: whether the new secret of a rotation that is going on has been used.
ChangeResult<bool> begin_rotation(store::KeyRecord& record, FreshSecret fresh, const RotationTerms& terms,
                                  bool new_was_used, Instant now);
// The old secret ends now. Not while the new one is still on its way.
ChangeResult<bool> finish_rotation(store::KeyRecord& record, Instant now);
// The new secret ends now, and the old one has no end.
ChangeResult<bool> cancel_rotation(store::KeyRecord& record, Instant now);
// One of two that work, by its number (core/api_key.h). The other goes on alone, even if it has not been delivered.
ChangeResult<bool> revoke_secret(store::KeyRecord& record, std::uint64_t number, Instant now);
// The new secret of this generation is in its secret manager: the old one's time begins to run.
bool note_delivered(store::KeyRecord& record, std::int64_t generation, Instant now);
// The new secret is in use since `at`, as far as is known: ends the old one, if it was to end by that.
bool note_first_use(store::KeyRecord& record, Instant at, Instant now);
// Forgets that a rotation that is over was one, and secrets that ended long ago.
bool tidy_secrets(store::KeyRecord& record, Instant now);

}  // namespace latchkey::lifecycle
