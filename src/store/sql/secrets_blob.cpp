#include "store/sql/secrets_blob.h"

#include <limits>

namespace latchkey::store::sql {
namespace {

constexpr std::size_t kSecretBytes = 4 + 32 + 8 + 8;
constexpr std::uint32_t kImportedBit = ~credential::Peppers::kMaxId;
constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::min();

template <class T>
void append(std::vector<std::uint8_t>& out, T value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift & 0xff));
  }
}

template <class T>
T take(std::span<const std::uint8_t>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = value << 8 | bytes[i];
  bytes = bytes.subspan(sizeof(T));
  return static_cast<T>(value);
}

}  // namespace

std::vector<std::uint8_t> pack_secrets(const std::vector<SecretRecord>& secrets) {
  std::vector<std::uint8_t> out;
  out.reserve(secrets.size() * kSecretBytes);
  for (const SecretRecord& secret : secrets) {
    append(out, secret.pepper | (secret.imported ? kImportedBit : 0));
    out.insert(out.end(), secret.digest.begin(), secret.digest.end());
    append(out, secret.created_at.unix_ms);
    append(out, secret.valid_until ? secret.valid_until->unix_ms : kNoEnd);
  }
  return out;
}

bool unpack_secrets(std::span<const std::uint8_t> bytes, std::vector<SecretRecord>& secrets) {
  secrets.clear();
  if (bytes.size() % kSecretBytes != 0) return false;
  while (!bytes.empty()) {
    SecretRecord& secret = secrets.emplace_back();
    const auto pepper = take<std::uint32_t>(bytes);
    secret.pepper = pepper & ~kImportedBit;
    secret.imported = (pepper & kImportedBit) != 0;
    std::copy_n(bytes.begin(), secret.digest.size(), secret.digest.begin());
    bytes = bytes.subspan(secret.digest.size());
    secret.created_at.unix_ms = take<std::int64_t>(bytes);
    const auto end = take<std::int64_t>(bytes);
    if (end != kNoEnd) secret.valid_until = Instant{end};
  }
  return true;
}

}  // namespace latchkey::store::sql
