#include "scan/pack_index.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace latchkey::scan {
namespace {

std::string bytes(std::uint64_t number, int size) {
  std::string out;
  for (int i = size; i-- > 0;) out += static_cast<char>(number >> (8 * i));
  return out;
}

// Of objects at these places; those of 2 GiB and more are in the wide table.
std::string index_of(const std::vector<std::uint64_t>& offsets, bool second = true) {
  std::string out = second ? "\377tOc" + bytes(2, 4) : "";
  for (int i = 0; i < 256; ++i) out += bytes(i < 128 ? 0 : offsets.size(), 4);
  std::string wide;
  if (second) {
    out += std::string(offsets.size() * 24, '\x80');
    for (const std::uint64_t offset : offsets) {
      const bool is_wide = offset >= 0x8000'0000;
      out += is_wide ? bytes(0x8000'0000 | wide.size() / 8, 4) : bytes(offset, 4);
      if (is_wide) wide += bytes(offset, 8);
    }
  } else {
    for (const std::uint64_t offset : offsets) out += bytes(offset, 4) + std::string(20, '\x80');
  }
  return out + wide + std::string(40, 'x');
}

TEST(PackIndex, SoundOnesAreTaken) {
  EXPECT_TRUE(is_sound_pack_index(index_of({}), 32));
  EXPECT_TRUE(is_sound_pack_index(index_of({12, 500, 979}), 1000));
  EXPECT_TRUE(is_sound_pack_index(index_of({12, 500}, /*second=*/false), 1000));
  EXPECT_TRUE(is_sound_pack_index(index_of({12, 0x1'0000'0000, 0x8000'0000}), 0x2'0000'0000));
}

TEST(PackIndex, WhatLeadsOutOfThePackIsNotTaken) {
  EXPECT_FALSE(is_sound_pack_index(index_of({12, 980}), 1000));
  EXPECT_FALSE(is_sound_pack_index(index_of({11}), 1000));
  EXPECT_FALSE(is_sound_pack_index(index_of({980}, false), 1000));
  EXPECT_FALSE(is_sound_pack_index(index_of({0x2'0000'0000}), 0x1'0000'0000));
  EXPECT_FALSE(is_sound_pack_index(index_of({12}), 10));
}

TEST(PackIndex, CountsThatDoNotFitAreNotTaken) {
  const std::string good = index_of({12, 500, 600});
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(is_sound_pack_index(good.substr(0, size), 1000)) << size;
  std::string falling = good;
  falling[8 + 4 * 200 + 3] = 2;
  EXPECT_FALSE(is_sound_pack_index(falling, 1000));
  std::string third = good;
  third[7] = 3;
  EXPECT_FALSE(is_sound_pack_index(third, 1000));
  std::string wide = good;
  wide[8 + 1024 + 3 * 24] = '\x80';  // into a table that is not there
  EXPECT_FALSE(is_sound_pack_index(wide, 1000));
}

TEST(PackIndexProperty, NoBytesMakeItReadBeyondThem) {
  SeededRandom random(1);
  const std::string good = index_of({12, 500, 0x8000'0000});
  for (int round = 0; round < 20'000; ++round) {
    std::string bad = good.substr(0, random.next() % 4 == 0 ? random.next() % good.size() : good.size());
    for (std::uint64_t i = random.next() % 8; i > 0 && !bad.empty(); --i)
      bad[random.next() % bad.size()] = static_cast<char>(random.next());
    const std::string exact(bad);  // so that a sanitizer sees where it ends
    is_sound_pack_index(exact, random.next() % 0x1'0000'0000);
  }
}

}  // namespace
}  // namespace latchkey::scan
