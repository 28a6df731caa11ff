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
enum class KeyStatus { kActive, kDisabled, kExpired, kRevoked };

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
  std::vector<KeySecret> secrets;
  std::optional<Instant> expires_at;
  Instant created_at;
  Actor created_by;
  Instant updated_at;
  std::optional<Instant> disabled_at;
  std::optional<Instant> revoked_at;
  std::int64_t version = 1;  // goes up with every change

  KeyStatus status_at(Instant now) const;
};

}  // namespace latchkey
