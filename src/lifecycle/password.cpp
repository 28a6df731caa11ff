#include "lifecycle/password.h"

#include <sodium.h>

#include "base/check.h"

namespace latchkey::lifecycle {
namespace {

constexpr unsigned long long kPasses = crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
constexpr std::size_t kMemoryBytes = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;
constexpr int kGroups = 5;
constexpr int kGroupCharacters = 5;
// Without i, l, o, 0 and 1.
constexpr std::string_view kReadable = "23456789abcdefghjkmnpqrstuvwxyz";

// Salt and hash are fixed bytes. To have this hash, a password would have to be found for a chosen 256-bit value.
std::string make_nobodys_hash() {
  return fmt::format("$argon2id$v=19$m={},t={},p=1$bm9ib2R5IGhhcyBpdCEhIQ$MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA",
                     kMemoryBytes / 1024, kPasses);
}

}  // namespace

// Holds one of the kAtOnce places.
class Passwords::Turn {
 public:
  explicit Turn(Passwords& passwords) : passwords_(passwords) {
    std::unique_lock lock(passwords_.mutex_);
    if (passwords_.waiting_ >= kMaxWaiting) return;
    ++passwords_.waiting_;
    passwords_.freed_.wait(lock, [&] { return passwords_.running_ < kAtOnce; });
    --passwords_.waiting_;
    ++passwords_.running_;
    taken_ = true;
  }
  ~Turn() {
    if (!taken_) return;
    {
      const std::lock_guard lock(passwords_.mutex_);
      --passwords_.running_;
    }
    passwords_.freed_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  Result<void> taken() const {
    if (taken_) return {};
    return fail(ErrorCode::kUnavailable, "Too many people are signing in at the moment. Try again in a few seconds.");
  }

 private:
  Passwords& passwords_;
  bool taken_ = false;
};

Passwords::Passwords() : nobodys_hash_(make_nobodys_hash()) { LK_CHECK(sodium_init() >= 0); }

Result<std::string> Passwords::hash(const Secret& password) {
  const Turn turn(*this);
  LK_TRY(turn.taken());
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const std::string_view bytes = password.expose();
  if (crypto_pwhash_str_alg(out.data(), bytes.data(), bytes.size(), kPasses, kMemoryBytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorCode::kUnavailable,
                "The server is short of memory for checking passwords. Try again in a moment.");
  }
  return std::string(out.data());
}

Result<bool> Passwords::verify(const std::string& hash, const Secret& password) {
  const Turn turn(*this);
  LK_TRY(turn.taken());
  const std::string_view bytes = password.expose();
  return crypto_pwhash_str_verify(hash.c_str(), bytes.data(), bytes.size()) == 0;
}

Secret generate_password(Random& random) {
  std::string text;
  int characters = 0;
  while (characters < kGroups * kGroupCharacters) {
    // Of each byte five bits, 0 to 31; the one value without a character is thrown away.
    std::array<std::uint8_t, 32> bytes;
    random.fill(bytes);
    for (const std::uint8_t byte : bytes) {
      const std::size_t index = byte & 31;
      if (index >= kReadable.size() || characters == kGroups * kGroupCharacters) continue;
      if (characters > 0 && characters % kGroupCharacters == 0) text += '-';
      text += kReadable[index];
      ++characters;
    }
    wipe(bytes.data(), bytes.size());
  }
  return Secret(std::move(text));
}

}  // namespace latchkey::lifecycle
