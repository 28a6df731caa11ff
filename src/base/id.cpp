#include "base/id.h"

namespace latchkey {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

Uuid make_uuid_v7(Instant now, Random& random) {
  Uuid uuid;
  random.fill(uuid);
  for (int i = 0; i < 6; ++i) uuid[i] = static_cast<std::uint8_t>(now.unix_ms >> (40 - 8 * i));
  uuid[6] = static_cast<std::uint8_t>(0x70 | (uuid[6] & 0x0f));
  uuid[8] = static_cast<std::uint8_t>(0x80 | (uuid[8] & 0x3f));
  return uuid;
}

std::string uuid_to_hex(const Uuid& uuid) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(32);
  for (const std::uint8_t byte : uuid) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::optional<Uuid> uuid_from_hex(std::string_view hex) {
  if (hex.size() != 32) return std::nullopt;
  Uuid uuid;
  for (std::size_t i = 0; i < 16; ++i) {
    const int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return uuid;
}

}  // namespace latchkey
