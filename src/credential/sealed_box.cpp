#include "credential/sealed_box.h"

#include <openssl/evp.h>

#include <memory>

#include "base/check.h"

namespace latchkey::credential {
namespace {

constexpr std::size_t kNonce = 12, kTag = 16;

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::vector<std::uint8_t> seal_box(std::string_view key, std::string_view context, const Secret& secret,
                                   Random& random) {
  LK_CHECK(key.size() == kBoxKeyBytes);
  const std::string_view text = secret.expose();
  std::vector<std::uint8_t> box(kNonce + text.size() + kTag);
  random.fill(std::span(box).first(kNonce));
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  const bool done =
      cipher && EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key), box.data()) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &written, bytes(context), static_cast<int>(context.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), box.data() + kNonce, &written, bytes(text), static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), box.data() + kNonce + written, &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag, box.data() + box.size() - kTag) == 1;
  LK_CHECK(done);
  return box;
}

std::optional<Secret> open_box(std::string_view key, std::string_view context, std::span<const std::uint8_t> box) {
  if (key.size() != kBoxKeyBytes || box.size() < kNonce + kTag) return std::nullopt;
  const std::size_t size = box.size() - kNonce - kTag;
  std::string text(size, '\0');
  std::vector<std::uint8_t> tag(box.end() - kTag, box.end());
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  auto* const out = reinterpret_cast<unsigned char*>(text.data());
  const bool opened =
      cipher && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key), box.data()) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &written, bytes(context), static_cast<int>(context.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), out, &written, box.data() + kNonce, static_cast<int>(size)) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), out + written, &written) == 1;
  Secret secret(std::move(text));
  if (!opened) return std::nullopt;
  return secret;
}

}  // namespace latchkey::credential
