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
    case KeyStatus::kDeleted: return "deleted";
  }
  return "";
}

std::optional<KeyStatus> parse_key_status(std::string_view text) {
  for (const KeyStatus status : {KeyStatus::kActive, KeyStatus::kDisabled, KeyStatus::kExpired, KeyStatus::kRevoked,
                                 KeyStatus::kDeleted}) {
    if (text == to_string(status)) return status;
  }
  return std::nullopt;
}

std::string_view to_string(RotationFinish finish) {
  return finish == RotationFinish::kAtEnd ? "at_end" : "on_first_use";
}

std::optional<RotationFinish> parse_rotation_finish(std::string_view text) {
  for (const RotationFinish finish : {RotationFinish::kAtEnd, RotationFinish::kOnFirstUse}) {
    if (text == to_string(finish)) return finish;
  }
  return std::nullopt;
}

std::string_view to_string(HandOverKind kind) {
  switch (kind) {
    case HandOverKind::kShow: return "show";
    case HandOverKind::kLink: return "link";
    case HandOverKind::kSecretManager: return "secret_manager";
  }
  return "";
}

std::optional<HandOverKind> parse_hand_over_kind(std::string_view text) {
  for (const HandOverKind kind : {HandOverKind::kShow, HandOverKind::kLink, HandOverKind::kSecretManager}) {
    if (text == to_string(kind)) return kind;
  }
  return std::nullopt;
}

KeyStatus ApiKey::status_at(Instant now) const {
  if (deleted_at) return KeyStatus::kDeleted;
  if (state == KeyState::kRevoked) return KeyStatus::kRevoked;
  if (expires_at && *expires_at <= now) return KeyStatus::kExpired;
  return state == KeyState::kDisabled ? KeyStatus::kDisabled : KeyStatus::kActive;
}

bool ApiKey::rotates_at(Instant now) const {
  if (!rotation || secrets.size() < 2) return false;
  const KeySecret& old = secrets[secrets.size() - 2];
  return !old.valid_until || now < *old.valid_until;
}

}  // namespace latchkey
