#include "credential/crc32.h"

#include <array>

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

std::uint32_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); }

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    crc = kTables[7][(crc ^ byte_at(bytes, 0)) & 0xff] ^ kTables[6][(crc >> 8 ^ byte_at(bytes, 1)) & 0xff] ^
          kTables[5][(crc >> 16 ^ byte_at(bytes, 2)) & 0xff] ^ kTables[4][crc >> 24 ^ byte_at(bytes, 3)] ^
          kTables[3][byte_at(bytes, 4)] ^ kTables[2][byte_at(bytes, 5)] ^ kTables[1][byte_at(bytes, 6)] ^
          kTables[0][byte_at(bytes, 7)];
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) crc = crc >> 8 ^ kTables[0][(crc ^ byte_at(bytes, i)) & 0xff];
  return ~crc;
}

}  // namespace latchkey::credential
