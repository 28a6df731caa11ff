#include "lifecycle/key_writer.h"

namespace latchkey::lifecycle {

Error key_is_revoked() {
  return {ErrorCode::kConflict, "This key has been revoked, for good. Make another key instead.", {}};
}

Error key_is_deleted() { return {ErrorCode::kConflict, "This key has been deleted. Restore it first.", {}}; }

Error key_has_changed() {
  return {ErrorCode::kPreconditionFailed,
          "The key has changed since you last saw it. Look at it again, then repeat the change.",
          {}};
}

Error not_followed(Error error) {
  error.message =
      "The change is stored, but this server does not act on it yet. Ask again in a moment: " + error.message;
  return error;
}

std::optional<Error> why_unchangeable(const ApiKey& key) {
  if (key.deleted_at) return key_is_deleted();
  if (key.state == KeyState::kRevoked) return key_is_revoked();
  return std::nullopt;
}

Result<void> KeyWriter::follow_everything() {
  LK_ASSIGN(const store::Sequence last, store_.last_sequence());
  return feed_.follow_to(last);
}

ChangeResult<ApiKey> KeyWriter::done(store::KeyRecord& record, store::Sequence sequence) {
  if (const auto followed = feed_.follow_to(sequence); !followed) return stopped_by(not_followed(followed.error()));
  return std::move(record.key);
}

}  // namespace latchkey::lifecycle
