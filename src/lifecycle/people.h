// The people who manage keys: making them, signing them in and out. Thread-safe; calls block (store, and Argon2id for a
// tenth of a second).
//
//   auto signed_in = people.sign_in(email, password);       // kUnauthenticated, in one sentence for every cause
//   set_cookie(signed_in->token.expose());                  // stored as its SHA-256 only
//   auto session = people.find_session(cookie);             // and its csrf_token for every write
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "base/secret.h"
#include "core/tenant.h"
#include "lifecycle/change_error.h"
#include "lifecycle/password.h"
#include "store/key_store.h"

namespace latchkey::lifecycle {

struct CreateUser {
  std::string email;
  std::string name;  // empty: what stands before the @
  Role role = Role::kAdmin;
  std::optional<Secret> password;  // absent: one is made
};

struct CreatedUser {
  User user;
  Secret password;  // only when it was made here; the only copy
};

struct Session {
  User user;
  std::string csrf_token;
  Instant expires_at;
};

struct SignedIn {
  Session session;
  Secret token;  // for the cookie; the only copy
};

// A session ends after 12 hours without a request, and 7 days after signing in whatever happens.
inline constexpr std::int64_t kSessionIdleMs = 12LL * 60 * 60 * 1000;
inline constexpr std::int64_t kSessionMaxMs = 7LL * 24 * 60 * 60 * 1000;
// That somebody is there is written down at most this often: each time is a transaction.
inline constexpr std::int64_t kSessionTouchMs = 60LL * 1000;

class People {
 public:
  People(store::KeyStore& store, const Clock& clock, Random& random);

  // kConflict when the email belongs to somebody, kNotFound when there is no such tenant.
  ChangeResult<CreatedUser> create(TenantId tenant, CreateUser request);

  // Does the same work, and says the same, for an unknown email as for a wrong password.
  Result<SignedIn> sign_in(std::string_view email, const Secret& password);
  // kUnauthenticated when there is none, or it is past. Slides the idle end.
  Result<Session> find_session(std::string_view token);
  // Fine if there is none.
  Result<void> sign_out(std::string_view token);

 private:
  store::KeyStore& store_;
  const Clock& clock_;
  Random& random_;
  Passwords passwords_;
};

}  // namespace latchkey::lifecycle
