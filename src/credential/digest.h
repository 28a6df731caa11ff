// What is stored in place of a secret: HMAC-SHA-256 (RFC 2104) under a pepper that lives outside the database. Several
// peppers may be in use while one replaces another; each has an id, and the first is the one for new digests.
//
//   Peppers peppers = load...;                      // app/ reads them from a file or the environment
//   Digest d = peppers.digest(peppers.current(), secret.expose());
//
// Also seals rows: a MAC over a stored key's fields, so that whoever can write to the database but lacks the pepper can
// neither plant a key nor widen one.
//
// Immutable after construction; thread-safe. No allocation in digest().
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/secret.h"

namespace latchkey::credential {

using Digest = std::array<std::uint8_t, 32>;
using PepperId = std::uint32_t;

// Plain SHA-256 (FIPS 180-4), for session tokens, idempotency keys and the like.
Digest sha256(std::string_view text);
// The same over parts, for what is too large to be held.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view part);
  Digest finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};
// HMAC-SHA-256 under a key of one's own, for signing what others verify.
Digest hmac_sha256(std::string_view key, std::string_view message);

class Peppers {
 public:
  static constexpr std::size_t kMinBytes = 32;
  // The store keeps a mark in the highest bit of an id.
  static constexpr PepperId kMaxId = 0x7fff'ffff;
  struct Pepper {
    PepperId id = 0;
    Secret bytes;  // at least kMinBytes
  };
  // Ids must differ and be at most kMaxId; at least one pepper, the current one first.
  static Result<Peppers> make(std::vector<Pepper> peppers);
  ~Peppers();
  Peppers(Peppers&&) noexcept;
  Peppers& operator=(Peppers&&) noexcept;

  PepperId current() const;
  const std::vector<PepperId>& ids() const;
  bool knows(PepperId id) const;
  // `id` must be known.
  Digest digest(PepperId id, std::string_view secret) const;
  // Of a secret that another system made, by its SHA-256, which may be all that this system was given. A plain SHA-256 is
  // never stored: keys of other systems may be short enough to be guessed from one, and whoever chose it would choose the
  // place in the registry's table.
  Digest imported_digest(PepperId id, const Digest& sha256_of_secret) const;
  Digest seal(PepperId id, std::string_view canonical_row) const;
  // The key with which a webhook's messages are signed; `name` tells webhook and version apart from all others.
  Secret webhook_key(PepperId id, std::string_view name) const;
  // 32 bytes that the link of a hand-over holds, by which its secret is encrypted; `name` tells it from all others.
  Secret hand_over_key(PepperId id, std::string_view name) const;

 private:
  struct State;
  explicit Peppers(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace latchkey::credential
