// CRC-32 as in IEEE 802.3 and zlib: reflected, polynomial 0x04C11DB7, initial and final value all ones.
#pragma once
#include <cstdint>
#include <string_view>

namespace latchkey::credential {
std::uint32_t crc32(std::string_view bytes);
}
