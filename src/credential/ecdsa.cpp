#include "credential/ecdsa.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace latchkey::credential {
namespace {

constexpr std::size_t kMaxSignatureBytes = 512;  // of DER in base64; those of P-256 have about 96

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
  out.resize(static_cast<std::size_t>(length) + static_cast<std::size_t>(rest));
  return out;
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

}  // namespace latchkey::credential
