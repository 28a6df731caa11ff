// Passwords of people: Argon2id (RFC 9106) through libsodium, in PHC string format.
//
//   auto hash = passwords.hash(password);
//   bool right = *passwords.verify(found ? found->password_hash : passwords.nobodys_hash(), password);
//
// Cost: libsodium's "interactive" limits, 2 passes over 64 MiB, which is above what OWASP asks for (19 MiB). "Moderate"
// would take 256 MiB, and anyone may call sign-in: what an attacker's guess costs must not be what takes the server down.
// For the same reason no more than kAtOnce hashes run at a time, and no more than kMaxWaiting wait (kUnavailable).
// Thread-safe; a call takes about a tenth of a second of one core.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>

#include "base/error.h"
#include "base/random.h"
#include "base/secret.h"

namespace latchkey::lifecycle {

class Passwords {
 public:
  static constexpr int kAtOnce = 2;
  static constexpr int kMaxWaiting = 32;

  Passwords();
  Result<std::string> hash(const Secret& password);
  Result<bool> verify(const std::string& hash, const Secret& password);
  // A hash that no password has, of the same cost: whoever is unknown takes as long as whoever is known.
  const std::string& nobodys_hash() const { return nobodys_hash_; }

 private:
  class Turn;
  const std::string nobodys_hash_;
  std::mutex mutex_;
  std::condition_variable freed_;
  int running_ = 0;  // guarded by mutex_
  int waiting_ = 0;  // guarded by mutex_
};

// Five groups of five characters that can't be mistaken for one another, such as "k7mzp-3whtd-...": 123 bits.
Secret generate_password(Random& random);

}  // namespace latchkey::lifecycle
