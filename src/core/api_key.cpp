#include "core/api_key.h"

namespace latchkey {

std::string_view to_string(KeyState state) {
  switch (state) {
    case KeyState::kActive: return "active";
    case KeyState::kDisabled: return "disabled";
    case KeyState::kRevoked: return "revoked";
  }
  return "";
}

std::optional<KeyState> parse_key_state(std::string_view text) {
  for (const KeyState state : {KeyState::kActive, KeyState::kDisabled, KeyState::kRevoked}) {
    if (text == to_string(state)) return state;
  }
  return std::nullopt;
}

std::string_view to_string(KeyStatus status) {
  switch (status) {
    case KeyStatus::kActive: return "active";
    case KeyStatus::kDisabled: return "disabled";
    case KeyStatus::kExpired: return "expired";
    case KeyStatus::kRevoked: return "revoked";
  }
  return "";
}

std::optional<KeyStatus> parse_key_status(std::string_view text) {
  for (const KeyStatus status : {KeyStatus::kActive, KeyStatus::kDisabled, KeyStatus::kExpired, KeyStatus::kRevoked}) {
    if (text == to_string(status)) return status;
  }
  return std::nullopt;
}

KeyStatus ApiKey::status_at(Instant now) const {
  if (state == KeyState::kRevoked) return KeyStatus::kRevoked;
  if (expires_at && *expires_at <= now) return KeyStatus::kExpired;
  return state == KeyState::kDisabled ? KeyStatus::kDisabled : KeyStatus::kActive;
}

}  // namespace latchkey
