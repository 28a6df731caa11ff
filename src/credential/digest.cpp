// The low-level SHA-256 interface of OpenSSL is deprecated, not removed; EVP_MAC allocates and locks per call, which
// costs ten times the hash itself. Only this file may use it.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "credential/digest.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace latchkey::credential {
namespace {

constexpr std::size_t kBlock = 64;
// What a last block holds beside its padding.
constexpr std::size_t kLastBlockBytes = kBlock - 9;
using Block = std::array<std::uint8_t, kBlock>;

// HMAC's inner and outer hash with the key's block already taken in: each message then costs two compressions less.
struct Keyed {
  SHA256_CTX inner;
  SHA256_CTX outer;

  explicit Keyed(std::string_view key) {
    std::array<std::uint8_t, kBlock> block{};
    if (key.size() > kBlock) {
      const Digest hashed = sha256(key);
      std::copy(hashed.begin(), hashed.end(), block.begin());
    } else {
      std::copy(key.begin(), key.end(), block.begin());
    }
    start(inner, block, 0x36);
    start(outer, block, 0x5c);
    wipe(block.data(), block.size());
  }

  static void start(SHA256_CTX& hash, std::array<std::uint8_t, kBlock> block, std::uint8_t pad) {
    for (auto& byte : block) byte ^= pad;
    SHA256_Init(&hash);
    SHA256_Update(&hash, block.data(), block.size());
    wipe(block.data(), block.size());
  }

  Digest mac(std::string_view message) const {
    return message.size() <= kLastBlockBytes ? mac_of_one_block(message) : mac_of_any(message);
  }

  Digest mac_of_any(std::string_view message) const {
    Digest digest;
    SHA256_CTX hash = inner;
    SHA256_Update(&hash, message.data(), message.size());
    SHA256_Final(digest.data(), &hash);
    hash = outer;
    SHA256_Update(&hash, digest.data(), digest.size());
    SHA256_Final(digest.data(), &hash);
    return digest;
  }

  // A message that fits into one block with its padding, as a secret does: two compressions and nothing around them.
  Digest mac_of_one_block(std::string_view message) const {
    Block block;
    SHA256_CTX hash = inner;
    std::memcpy(block.data(), message.data(), message.size());
    pad(block, message.size());
    SHA256_Transform(&hash, block.data());
    store_state(hash, block.data());
    pad(block, sizeof(Digest));
    hash = outer;
    SHA256_Transform(&hash, block.data());
    wipe(block.data(), block.size());
    Digest digest;
    store_state(hash, digest.data());
    return digest;
  }

  // FIPS 180-4, 5.1.1: a one bit, zeros, and the length in bits, of the key's block and the `used` bytes behind it.
  static void pad(Block& block, std::size_t used) {
    const std::uint64_t bits = (kBlock + used) * 8;
    std::memset(block.data() + used, 0, kBlock - used);
    block[used] = 0x80;
    for (std::size_t i = 0; i < 8; ++i) block[kBlock - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
  }

  static void store_state(const SHA256_CTX& hash, std::uint8_t* out) {
    for (const SHA_LONG word : hash.h) {
      for (int shift = 24; shift >= 0; shift -= 8) *out++ = static_cast<std::uint8_t>(word >> shift);
    }
  }
};

// Each use has a key of its own, so that a digest can never stand in for a seal.
Keyed derive(std::string_view pepper, std::string_view purpose) {
  const Digest key = Keyed(pepper).mac(purpose);
  return Keyed({reinterpret_cast<const char*>(key.data()), key.size()});
}

}  // namespace

Digest sha256(std::string_view text) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

struct Sha256::State {
  SHA256_CTX hash;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { SHA256_Init(&state_->hash); }
Sha256::~Sha256() = default;
void Sha256::add(std::string_view part) { SHA256_Update(&state_->hash, part.data(), part.size()); }

Digest Sha256::finish() {
  Digest digest;
  SHA256_Final(digest.data(), &state_->hash);
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view message) {
  Keyed keyed(key);
  const Digest digest = keyed.mac(message);
  wipe(&keyed, sizeof keyed);
  return digest;
}

struct Peppers::State {
  struct Entry {
    Keyed digest;
    Keyed imported;
    Keyed seal;
    Keyed webhook;
    Keyed hand_over;
  };
  std::vector<PepperId> ids;
  std::vector<Entry> entries;

  const Entry& entry(PepperId id) const {
    const auto at = std::find(ids.begin(), ids.end(), id);
    LK_CHECK(at != ids.end());
    return entries[static_cast<std::size_t>(at - ids.begin())];
  }
  ~State() { wipe(entries.data(), entries.size() * sizeof(Entry)); }
};

Result<Peppers> Peppers::make(std::vector<Pepper> peppers) {
  if (peppers.empty()) return fail(ErrorCode::kInvalidArgument, "There is no pepper; `latchkey init` makes one.");
  auto state = std::make_unique<State>();
  for (const Pepper& pepper : peppers) {
    if (pepper.bytes.size() < kMinBytes) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("Pepper {} is shorter than {} bytes; it must come from a random source.", pepper.id,
                              kMinBytes));
    }
    if (std::find(state->ids.begin(), state->ids.end(), pepper.id) != state->ids.end()) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("Pepper id {} stands twice; each pepper needs its own.", pepper.id));
    }
    if (pepper.id > kMaxId) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("Pepper id {} is too large; the largest is {}.", pepper.id, kMaxId));
    }
    state->ids.push_back(pepper.id);
    state->entries.push_back({derive(pepper.bytes.expose(), "latchkey secret digest v1"),
                              derive(pepper.bytes.expose(), "latchkey imported secret digest v1"),
                              derive(pepper.bytes.expose(), "latchkey row seal v1"),
                              derive(pepper.bytes.expose(), "latchkey webhook v1"),
                              derive(pepper.bytes.expose(), "latchkey hand-over v1")});
  }
  return Peppers(std::move(state));
}

Peppers::Peppers(std::unique_ptr<State> state) : state_(std::move(state)) {}
Peppers::~Peppers() = default;
Peppers::Peppers(Peppers&&) noexcept = default;
Peppers& Peppers::operator=(Peppers&&) noexcept = default;

PepperId Peppers::current() const { return state_->ids.front(); }
const std::vector<PepperId>& Peppers::ids() const { return state_->ids; }
bool Peppers::knows(PepperId id) const {
  return std::find(state_->ids.begin(), state_->ids.end(), id) != state_->ids.end();
}
Digest Peppers::digest(PepperId id, std::string_view secret) const { return state_->entry(id).digest.mac(secret); }
Digest Peppers::imported_digest(PepperId id, const Digest& sha256_of_secret) const {
  return state_->entry(id).imported.mac({reinterpret_cast<const char*>(sha256_of_secret.data()),
                                         sha256_of_secret.size()});
}
Digest Peppers::seal(PepperId id, std::string_view canonical_row) const {
  return state_->entry(id).seal.mac(canonical_row);
}

namespace {

Secret secret_of(Digest key) {
  Secret secret(std::string(key.begin(), key.end()));
  wipe(key.data(), key.size());
  return secret;
}

}  // namespace

Secret Peppers::webhook_key(PepperId id, std::string_view name) const {
  return secret_of(state_->entry(id).webhook.mac(name));
}

Secret Peppers::hand_over_key(PepperId id, std::string_view name) const {
  return secret_of(state_->entry(id).hand_over.mac(name));
}

}  // namespace latchkey::credential
