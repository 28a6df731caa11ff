#include "credential/crc32.h"

#include <array>
#include <bit>
#include <cstring>

namespace latchkey::credential {
namespace {

// kTables[k][b]: what the byte b does to the checksum when k bytes follow it; so eight bytes are taken in at a time
// (Kounavis and Berry, "A systematic approach to building high performance software-based CRC generators", 2005).
constexpr std::array<std::array<std::uint32_t, 256>, 8> kTables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
    tables[0][i] = value;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t i = 0; i < 256; ++i) tables[k][i] = tables[k - 1][i] >> 8 ^ tables[0][tables[k - 1][i] & 0xff];
  }
  return tables;
}();

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t next;
    std::memcpy(&next, bytes.data(), sizeof next);
    if constexpr (std::endian::native == std::endian::big) next = std::byteswap(next);
    next ^= crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= kTables[7 - k][next >> (8 * k) & 0xff];
  }
  for (const char c : bytes) crc = crc >> 8 ^ kTables[0][(crc ^ static_cast<std::uint8_t>(c)) & 0xff];
  return ~crc;
}

}  // namespace latchkey::credential
