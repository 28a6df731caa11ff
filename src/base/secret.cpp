#include "base/secret.h"

#include <openssl/crypto.h>

#include <utility>

namespace latchkey {

void wipe(void* bytes, std::size_t size) { OPENSSL_cleanse(bytes, size); }

void wipe(std::string& bytes) {
  // The capacity, not the size: an earlier, longer value may still lie behind the end.
  bytes.resize(bytes.capacity());
  wipe(bytes.data(), bytes.size());
  bytes.clear();
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Copied rather than moved: a short string lives inside its object, and a move would leave its bytes behind.
Secret::Secret(std::string&& bytes) : bytes_(bytes) { wipe(bytes); }

Secret Secret::copy_of(std::string_view bytes) { return Secret(std::string(bytes)); }

Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { wipe(other.bytes_); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe(bytes_);
    bytes_ = std::move(other.bytes_);
    wipe(other.bytes_);
  }
  return *this;
}

Secret::~Secret() { wipe(bytes_); }

bool Secret::equals(std::string_view other) const { return equal_in_constant_time(bytes_, other); }

}  // namespace latchkey
