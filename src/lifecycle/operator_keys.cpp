#include "lifecycle/operator_keys.h"

#include "credential/format.h"

namespace latchkey::lifecycle {
namespace {

std::string_view view(const credential::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Error no_operator_key() {
  return {ErrorCode::kUnauthenticated,
          "This is no operator key of this server. Send the one that `latchkey init` printed.",
          {}};
}

}  // namespace

OperatorKeys::OperatorKeys(store::KeyStore& store, const credential::Peppers& peppers, const Clock& clock,
                           Random& random)
    : store_(store), peppers_(peppers), clock_(clock), random_(random) {}

Result<Secret> OperatorKeys::create() {
  const credential::KeyFormat format = credential::operator_key_format();
  Secret secret = credential::generate(format, random_);
  store::OperatorKeyRecord record;
  record.pepper = peppers_.current();
  record.digest = peppers_.digest(record.pepper, secret.expose());
  record.hint = credential::hint_of(format, secret);
  record.created_at = clock_.now();
  LK_TRY(store_.insert_operator_key(record));
  return secret;
}

Result<Actor> OperatorKeys::authenticate(std::string_view text) {
  if (!credential::is_well_formed(credential::operator_key_format(), text)) return std::unexpected(no_operator_key());
  const std::lock_guard lock(mutex_);
  LK_ASSIGN(auto actor, look_up(text));
  if (!actor) {
    LK_ASSIGN(known_, store_.list_operator_keys());
    LK_ASSIGN(actor, look_up(text));
  }
  if (!actor) return std::unexpected(no_operator_key());
  return std::move(*actor);
}

Result<std::optional<Actor>> OperatorKeys::look_up(std::string_view text) {
  for (const store::OperatorKeyRecord& record : known_) {
    if (!peppers_.knows(record.pepper)) continue;
    const credential::Digest digest = peppers_.digest(record.pepper, text);
    if (equal_in_constant_time(view(digest), view(record.digest)))
      return Actor{ActorType::kOperator, UserId(), record.hint};
  }
  return std::nullopt;
}

}  // namespace latchkey::lifecycle
