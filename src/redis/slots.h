// Which of Redis Cluster's 16,384 slots a key lies in: CRC-16 (XMODEM) of what stands between the first { and the } after it.
#pragma once
#include <cstdint>
#include <string_view>

namespace latchkey::redis {

inline constexpr std::uint16_t kSlots = 16'384;
// Of what stands between the braces.
std::uint16_t slot_of(std::string_view tag);

}  // namespace latchkey::redis
