#include "lifecycle/rotation.h"

#include <algorithm>

#include "base/check.h"

namespace latchkey::lifecycle {
namespace {

bool has_ended(const store::SecretRecord& secret, Instant now) {
  return secret.valid_until && *secret.valid_until <= now;
}

std::size_t last(const store::KeyRecord& record) {
  LK_CHECK(!record.secrets.empty());
  return record.secrets.size() - 1;
}

// Ended ones stand in front of those that work, and not too many of them.
void put_in_order(store::KeyRecord& record, Instant now) {
  std::vector<store::SecretRecord> ended, working;
  for (const store::SecretRecord& secret : record.secrets) (has_ended(secret, now) ? ended : working).push_back(secret);
  const std::size_t too_many = ended.size() - std::min(ended.size(), kMaxEndedSecrets);
  record.secrets.assign(ended.begin() + static_cast<std::ptrdiff_t>(too_many), ended.end());
  record.secrets.insert(record.secrets.end(), working.begin(), working.end());
  store::tell_secrets(record);
}

void end_old(store::KeyRecord& record, Instant now) {
  record.secrets[last(record) - 1].valid_until = now;
  record.key.rotation.reset();
  put_in_order(record, now);
}

void end_new(store::KeyRecord& record, Instant now) {
  record.secrets[last(record)].valid_until = now;
  record.secrets[last(record) - 1].valid_until = std::nullopt;
  record.key.hint = record.key.rotation->old_hint;
  record.key.rotation.reset();
  put_in_order(record, now);
}

std::unexpected<ChangeError> conflict(std::string_view sentence) {
  return stopped_by({ErrorCode::kConflict, std::string(sentence), {}});
}

}  // namespace

const store::SecretRecord* old_secret(const store::KeyRecord& record, Instant now) {
  if (!record.key.rotation || record.secrets.size() < 2) return nullptr;
  const store::SecretRecord& old = record.secrets[last(record) - 1];
  return has_ended(old, now) ? nullptr : &old;
}

ChangeResult<bool> begin_rotation(store::KeyRecord& record, FreshSecret fresh, const RotationTerms& terms,
                                  bool new_was_used, Instant now) {
  std::string old_hint = record.key.hint;
  if (old_secret(record, now) != nullptr) {
    if (new_was_used) {
      return conflict(
          "This key is being rotated and both of its secrets are in use. Finish or cancel that rotation first.");
    }
    old_hint = record.key.rotation->old_hint;
    record.secrets.back().valid_until = now;
  }
  record.key.rotation.reset();
  put_in_order(record, now);
  store::SecretRecord& old = record.secrets.back();
  const bool ends_at_once = terms.overlap_ms == 0 && terms.finish == RotationFinish::kAtEnd && !terms.delivering;
  if (ends_at_once) {
    old.valid_until = now;
  } else {
    const bool end_is_known = terms.finish == RotationFinish::kAtEnd && !terms.delivering;
    old.valid_until = end_is_known ? std::optional(now.plus_ms(terms.overlap_ms)) : std::nullopt;
    record.key.rotation = {now, terms.overlap_ms, terms.finish, terms.delivering, std::move(old_hint)};
  }
  record.secrets.push_back(fresh.record);
  record.key.hint = std::move(fresh.hint);
  ++record.key.generation;
  put_in_order(record, now);
  return true;
}

ChangeResult<bool> finish_rotation(store::KeyRecord& record, Instant now) {
  if (old_secret(record, now) == nullptr) return false;
  if (record.key.rotation->delivering) {
    return conflict(
        "The new secret is not in its secret manager yet, so the old one must stay. Wait, cancel the rotation, or "
        "revoke the "
        "old secret.");
  }
  end_old(record, now);
  return true;
}

ChangeResult<bool> cancel_rotation(store::KeyRecord& record, Instant now) {
  if (old_secret(record, now) == nullptr) {
    return conflict(
        "This key is not being rotated: only one of its secrets works. Rotate it again to replace that one.");
  }
  end_new(record, now);
  return true;
}

ChangeResult<bool> revoke_secret(store::KeyRecord& record, std::uint64_t number, Instant now) {
  const auto at = std::ranges::find(record.key.secrets, number, &KeySecret::number);
  if (at == record.key.secrets.end()) return stopped_by({ErrorCode::kNotFound, "This key has no such secret.", {}});
  const auto place = static_cast<std::size_t>(at - record.key.secrets.begin());
  if (has_ended(record.secrets[place], now)) return false;
  if (old_secret(record, now) == nullptr) {
    return conflict(
        "This is the only secret of the key that works. Rotate the key with an overlap of 0 to replace it, or revoke "
        "the key.");
  }
  place == last(record) ? end_new(record, now) : end_old(record, now);
  return true;
}

bool note_delivered(store::KeyRecord& record, std::int64_t generation, Instant now) {
  std::optional<Rotation>& rotation = record.key.rotation;
  if (!rotation || !rotation->delivering || record.key.generation != generation || record.secrets.size() < 2)
    return false;
  rotation->delivering = false;
  if (rotation->finish == RotationFinish::kOnFirstUse) return true;
  record.secrets[last(record) - 1].valid_until = now.plus_ms(rotation->overlap_ms);
  if (rotation->overlap_ms == 0) rotation.reset();
  put_in_order(record, now);
  return true;
}

bool note_first_use(store::KeyRecord& record, Instant at, Instant now) {
  std::optional<Rotation>& rotation = record.key.rotation;
  if (!rotation || rotation->delivering || rotation->finish != RotationFinish::kOnFirstUse ||
      record.secrets.size() < 2) {
    return false;
  }
  store::SecretRecord& old = record.secrets[last(record) - 1];
  if (old.valid_until) return false;
  old.valid_until = std::max(at.plus_ms(rotation->overlap_ms), now);
  if (has_ended(old, now)) rotation.reset();
  put_in_order(record, now);
  return true;
}

bool tidy_secrets(store::KeyRecord& record, Instant now) {
  bool changed = false;
  if (record.key.rotation && old_secret(record, now) == nullptr) {
    record.key.rotation.reset();
    changed = true;
  }
  const auto ended_long_ago = [now](const store::SecretRecord& secret) {
    return secret.valid_until && secret.valid_until->plus_ms(kEndedKeptMs) <= now;
  };
  changed |= std::erase_if(record.secrets, ended_long_ago) > 0;
  if (changed) put_in_order(record, now);
  return changed;
}

}  // namespace latchkey::lifecycle
