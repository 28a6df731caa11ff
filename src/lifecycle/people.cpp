#include "lifecycle/people.h"

#include "base/log.h"
#include "lifecycle/text.h"
#include "lifecycle/validate.h"

namespace latchkey::lifecycle {
namespace {

constexpr std::size_t kTokenBytes = 32;

// RFC 4648, section 5, without padding.
std::string random_base64url(Random& random) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // Each character takes six bits of a byte of its own, so there is no packing to get wrong.
  std::array<std::uint8_t, (kTokenBytes * 8 + 5) / 6> bytes;
  random.fill(bytes);
  std::string out;
  for (const std::uint8_t byte : bytes) out += kAlphabet[byte & 63];
  wipe(bytes.data(), bytes.size());
  return out;
}

Error not_signed_in() {
  return {ErrorCode::kUnauthenticated, "You are not signed in, or your session has ended. Sign in again.", {}};
}

Instant end_of(Instant created, Instant last_seen) {
  return std::min(created.plus_ms(kSessionMaxMs), last_seen.plus_ms(kSessionIdleMs));
}

}  // namespace

People::People(store::KeyStore& store, const Clock& clock, Random& random)
    : store_(store), clock_(clock), random_(random) {}

ChangeResult<CreatedUser> People::create(TenantId tenant, CreateUser request) {
  Mistakes mistakes;
  store::UserRecord record;
  record.user.email = check_email(request.email, "/email", mistakes);
  const std::string name =
      request.name.empty() ? record.user.email.substr(0, record.user.email.find('@')) : request.name;
  if (!request.name.empty() || mistakes.empty()) record.user.name = check_name(name, "name", "/name", mistakes);
  if (request.password) check_password(*request.password, mistakes);
  if (!mistakes.empty()) return invalid(std::move(mistakes));

  CreatedUser created;
  if (!request.password) created.password = generate_password(random_);
  auto hash = passwords_.hash(request.password ? *request.password : created.password);
  if (!hash) return stopped_by(hash.error());
  record.password_hash = std::move(*hash);
  record.user.created_at = clock_.now();
  record.user.id = UserId::make(record.user.created_at, random_);
  record.user.tenant = tenant;
  record.user.role = request.role;
  if (const auto inserted = store_.insert_user(record); !inserted) return stopped_by(inserted.error());
  created.user = std::move(record.user);
  return created;
}

Result<SignedIn> People::sign_in(std::string_view email, const Secret& password) {
  const auto found = email.size() <= kMaxEmailBytes && password.size() <= kMaxPasswordBytes
                         ? store_.find_user_by_email(trimmed(email))
                         : Result<store::UserRecord>(fail(ErrorCode::kNotFound, {}));
  if (!found && found.error().code != ErrorCode::kNotFound) return std::unexpected(found.error());
  LK_ASSIGN(const bool right, passwords_.verify(found ? found->password_hash : passwords_.nobodys_hash(), password));
  if (!found || !right) {
    return fail(ErrorCode::kUnauthenticated, "The email address or the password is not right. Try again.",
                found ? "wrong password" : "unknown email");
  }

  SignedIn out;
  out.token = Secret(random_base64url(random_));
  const Instant now = clock_.now();
  store::SessionRecord session;
  session.token_hash = credential::sha256(out.token.expose());
  session.user = found->user.id;
  session.csrf_token = random_base64url(random_);
  session.created_at = session.last_seen_at = now;
  session.expires_at = end_of(now, now);
  LK_TRY(store_.insert_session(session));
  out.session = {found->user, session.csrf_token, session.expires_at};
  return out;
}

Result<Session> People::find_session(std::string_view token) {
  const credential::Digest token_hash = credential::sha256(token);
  const auto stored = store_.find_session(token_hash);
  if (!stored) return std::unexpected(stored.error().code == ErrorCode::kNotFound ? not_signed_in() : stored.error());
  const Instant now = clock_.now();
  if (stored->expires_at <= now) return std::unexpected(not_signed_in());
  auto user = store_.find_user(stored->user);
  if (!user) return std::unexpected(user.error().code == ErrorCode::kNotFound ? not_signed_in() : user.error());

  Session session{std::move(*user), stored->csrf_token, stored->expires_at};
  if (now >= stored->last_seen_at.plus_ms(kSessionTouchMs)) {
    const Instant end = end_of(stored->created_at, now);
    if (const auto touched = store_.touch_session(token_hash, now, end)) {
      session.expires_at = end;
    } else if (touched.error().code == ErrorCode::kNotFound) {
      return std::unexpected(not_signed_in());  // signed out a moment ago
    } else {
      // Reading goes on while nothing can be written; the session then ends as it would have.
      log::warn("session.not_extended", {{"detail", touched.error().detail}});
    }
  }
  return session;
}

Result<void> People::sign_out(std::string_view token) { return store_.delete_session(credential::sha256(token)); }

}  // namespace latchkey::lifecycle
