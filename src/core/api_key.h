// The API key as the domain knows it: everything but its secret. Plain values; no invariant spans them that the
// lifecycle room does not check before they are stored.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "core/ids.h"
#include "core/ip.h"
#include "core/limits.h"

namespace latchkey {

// What is stored. Whether an active key has expired depends on the moment: see status_at.
enum class KeyState { kActive, kDisabled, kRevoked };
// What people see.
enum class KeyStatus { kActive, kDisabled, kExpired, kRevoked, kDeleted };

std::string_view to_string(KeyState state);
std::optional<KeyState> parse_key_state(std::string_view text);
std::string_view to_string(KeyStatus status);
std::optional<KeyStatus> parse_key_status(std::string_view text);

// An empty list restricts nothing. Names are the catalog's spelling.
struct Restrictions {
  std::vector<std::string> operations;
  std::vector<std::string> channels;
  std::vector<std::string> attributes;
  std::vector<IpRange> ip_ranges;
  bool operator==(const Restrictions&) const = default;
};

enum class ActorType { kUser, kOperator };

// Who did something. The name is what was true then; people get renamed.
struct Actor {
  ActorType type = ActorType::kOperator;
  UserId user;  // nil for an operator
  std::string name;
  bool operator==(const Actor&) const = default;
};

// What is told of one of a key's secrets. The number is the first eight bytes of its digest: it tells secrets apart and
// nothing else.
struct KeySecret {
  std::uint64_t number = 0;
  Instant created_at;
  std::optional<Instant> valid_until;  // set while the key rotates away from it
  bool operator==(const KeySecret&) const = default;
};

// When the old secret ends: some time after the rotation began, or after the new one was first used.
enum class RotationFinish { kAtEnd, kOnFirstUse };
std::string_view to_string(RotationFinish finish);
std::optional<RotationFinish> parse_rotation_finish(std::string_view text);

// While a key exchanges its secret: its last secret is the new one, the one before it the old, and both work. A key whose old
// secret has ended may still have this, until somebody looks: see ApiKey::rotates_at.
struct Rotation {
  Instant started_at;
  std::int64_t overlap_ms = 0;
  RotationFinish finish = RotationFinish::kAtEnd;
  // The new secret is on its way to a secret manager. Until it is there the old one has no end.
  bool delivering = false;
  std::string old_hint;
  bool operator==(const Rotation&) const = default;
};

enum class HandOverKind { kShow, kLink, kSecretManager };
std::string_view to_string(HandOverKind kind);
std::optional<HandOverKind> parse_hand_over_kind(std::string_view text);

// Where a secret goes once it is made: into the answer, behind a link that is mailed to the contact, or into a secret manager.
struct HandOver {
  HandOverKind kind = HandOverKind::kShow;
  std::string manager;  // its name in the configuration; for kSecretManager, as the next
  std::string path;     // below the tenant's own
  bool operator==(const HandOver&) const = default;
};

// Of a key that another system made before it came here.
struct KeyImport {
  // Whether its secret was ever told to this system, or only the secret's SHA-256.
  enum class From { kSecret, kSha256 } from = From::kSecret;
  std::string external_id;  // what the other system calls it; may be empty
  bool operator==(const KeyImport&) const = default;
};

struct ApiKey {
  KeyId id;
  TenantId tenant;
  std::string nickname;
  std::string contact_email;
  std::string access_type;  // an id of the catalog
  Restrictions restrictions;
  OwnLimits limits;
  KeyState state = KeyState::kActive;
  std::string hint;  // "lk_live_3fK…9a2C"
  std::vector<KeySecret> secrets;  // ended ones first, then those that work, the newest last
  std::int64_t generation = 1;     // goes up with every secret that is made for the key
  std::optional<Rotation> rotation;
  HandOver hand_over;  // of the next secret, unless something else is asked for
  std::optional<Instant> expires_at;
  Instant created_at;
  Actor created_by;
  Instant updated_at;
  std::optional<Instant> disabled_at;
  std::optional<Instant> revoked_at;
  std::optional<Instant> deleted_at;  // refused as unknown; can be restored for kRestorableMs
  std::int64_t version = 1;           // goes up with every change
  std::optional<KeyImport> imported = {};

  static constexpr std::int64_t kRestorableMs = 30LL * 24 * 60 * 60 * 1000;

  KeyStatus status_at(Instant now) const;
  // Whether two of its secrets work.
  bool rotates_at(Instant now) const;
};

}  // namespace latchkey
