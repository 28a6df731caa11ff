#include "exposure/signatures.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "credential/digest.h"

namespace latchkey::exposure {
namespace {

constexpr std::size_t kMaxSignatureBytes = 512;  // of DER in base64; those of P-256 have about 96
constexpr std::size_t kHexDigits = 64;

struct Free {
  void operator()(BIO* it) const { BIO_free(it); }
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
  void operator()(EVP_MD_CTX* it) const { EVP_MD_CTX_free(it); }
  void operator()(EVP_ENCODE_CTX* it) const { EVP_ENCODE_CTX_free(it); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<EVP_PKEY> read_p256_key(std::string_view pem) {
  const Owned<BIO> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!in) return nullptr;
  Owned<EVP_PKEY> key(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
  if (!key || EVP_PKEY_is_a(key.get(), "EC") != 1) return nullptr;
  char group[64] = {};
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key.get(), group, sizeof group, &length) != 1) return nullptr;
  if (std::string_view(group, length) != "prime256v1") return nullptr;
  return key;
}

std::optional<std::vector<unsigned char>> from_base64(std::string_view text) {
  if (text.empty() || text.size() > kMaxSignatureBytes || text.size() % 4 != 0) return std::nullopt;
  // OpenSSL would skip blanks and line ends.
  const bool plain = std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c < 0x7f; });
  const Owned<EVP_ENCODE_CTX> context(EVP_ENCODE_CTX_new());
  if (!plain || !context) return std::nullopt;
  EVP_DecodeInit(context.get());
  std::vector<unsigned char> out(text.size());
  int length = 0, rest = 0;
  if (EVP_DecodeUpdate(context.get(), out.data(), &length, reinterpret_cast<const unsigned char*>(text.data()),
                       static_cast<int>(text.size())) < 0) {
    return std::nullopt;
  }
  if (EVP_DecodeFinal(context.get(), out.data() + length, &rest) != 1) return std::nullopt;
  out.resize(static_cast<std::size_t>(length + rest));
  return out;
}

std::string hex_of(const credential::Digest& digest) {
  std::string out;
  for (const std::uint8_t byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

std::string mac_of(const Secret& secret, std::string_view time, std::string_view body) {
  std::string signed_text;
  signed_text.reserve(time.size() + 1 + body.size());
  signed_text.append(time).append(".").append(body);
  std::string out = hex_of(credential::hmac_sha256(secret.expose(), signed_text));
  wipe(signed_text);
  return out;
}

struct Parts {
  std::string_view time;
  std::int64_t time_s = 0;
  std::vector<std::string_view> macs;
};

std::optional<Parts> take_apart(std::string_view field) {
  Parts parts;
  while (!field.empty()) {
    const std::string_view part = field.substr(0, field.find(','));
    field.remove_prefix(std::min(part.size() + 1, field.size()));
    if (part.starts_with("t=") && parts.time.empty()) {
      parts.time = part.substr(2);
    } else if (part.starts_with("v1=") && part.size() == 3 + kHexDigits && parts.macs.size() < kMaxSignatures) {
      parts.macs.push_back(part.substr(3));
    } else {
      return std::nullopt;
    }
  }
  const char* const end = parts.time.data() + parts.time.size();
  const auto [at, error] = std::from_chars(parts.time.data(), end, parts.time_s);
  const bool in_range = parts.time_s >= 0 && parts.time_s < 100'000'000'000;
  if (error != std::errc() || at != end || !in_range || parts.macs.empty()) return std::nullopt;
  return parts;
}

}  // namespace

bool is_p256_key(std::string_view public_key_pem) { return read_p256_key(public_key_pem) != nullptr; }

bool ecdsa_verifies(std::string_view public_key_pem, std::string_view body, std::string_view signature_base64) {
  const auto signature = from_base64(signature_base64);
  if (!signature) return false;
  const Owned<EVP_PKEY> key = read_p256_key(public_key_pem);
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  if (!key || !context) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), signature->data(), signature->size(),
                          reinterpret_cast<const unsigned char*>(body.data()), body.size()) == 1;
}

bool hmac_verifies(const Secret& secret, std::string_view body, std::string_view field, Instant now) {
  const auto parts = take_apart(field);
  if (!parts) return false;
  const std::int64_t age_ms = now.unix_ms - parts->time_s * 1000;
  if (age_ms > kSignatureLifeMs || age_ms < -kSignatureLifeMs) return false;
  const std::string right = mac_of(secret, parts->time, body);
  bool good = false;
  for (const std::string_view mac : parts->macs) good |= CRYPTO_memcmp(mac.data(), right.data(), kHexDigits) == 0;
  return good;
}

std::string hmac_field(const Secret& secret, std::string_view body, Instant now) {
  const std::string time = std::to_string(now.unix_ms / 1000);
  return fmt::format("t={},v1={}", time, mac_of(secret, time, body));
}

}  // namespace latchkey::exposure
