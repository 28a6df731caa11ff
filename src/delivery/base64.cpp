#include "delivery/base64.h"

namespace latchkey::delivery {

std::string to_base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = pending << 8 | static_cast<std::uint8_t>(c);
    for (bits += 8; bits >= 6; bits -= 6) out += kDigits[pending >> (bits - 6) & 63];
  }
  if (bits > 0) out += kDigits[pending << (6 - bits) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

}  // namespace latchkey::delivery
