#include "scan/pack_index.h"

namespace latchkey::scan {
namespace {

constexpr std::size_t kIdBytes = 20, kFanout = 256 * 4, kTrailer = 2 * kIdBytes;
constexpr std::uint64_t kPackHeader = 12;

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < size; ++i) out = out << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return out;
}

}  // namespace

bool is_sound_pack_index(std::string_view index, std::uint64_t pack_size) {
  const bool second = index.starts_with("\377tOc");
  const std::size_t fanout = second ? 8 : 0;
  if (index.size() < fanout + kFanout + kTrailer || pack_size < kPackHeader + kIdBytes) return false;
  if (second && number_at(index, 4, 4) != 2) return false;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < 256; ++i) {
    const std::uint64_t upto = number_at(index, fanout + i * 4, 4);
    if (upto < count) return false;
    count = upto;
  }
  const auto in_pack = [&](std::uint64_t offset) { return offset >= kPackHeader && offset < pack_size - kIdBytes; };
  const std::uint64_t rest = index.size() - fanout - kFanout - kTrailer;
  const std::uint64_t each = second ? kIdBytes + 4 + 4 : 4 + kIdBytes;
  if (count > rest / each) return false;
  const std::size_t tables = fanout + kFanout;
  if (!second) {
    if (rest != count * each) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!in_pack(number_at(index, tables + i * each, 4))) return false;
    }
    return true;
  }
  const std::uint64_t wide = rest - count * each;  // offsets of eight bytes, for packs over 2 GiB
  if (wide % 8 != 0 || wide / 8 > count) return false;
  const std::size_t offsets = tables + count * (kIdBytes + 4);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t offset = number_at(index, offsets + i * 4, 4);
    if ((offset & 0x8000'0000) != 0) {
      const std::uint64_t at = offset & 0x7fff'ffff;
      if (at >= wide / 8) return false;
      offset = number_at(index, offsets + count * 4 + at * 8, 8);
    }
    if (!in_pack(offset)) return false;
  }
  return true;
}

}  // namespace latchkey::scan
