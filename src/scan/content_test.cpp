#include "scan/content.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "credential/format.h"

namespace latchkey::scan {
namespace {

std::string made(SeededRandom& random) {
  return std::string(
      credential::generate({"acme" + std::to_string(random.next() % 1'000'000), "live"}, random).expose());
}

ReadBytes reading(std::string_view text) {
  return [text](char* to, std::size_t most) mutable {
    const std::size_t size = std::min(most, text.size());
    std::memcpy(to, text.data(), size);
    text.remove_prefix(size);
    return static_cast<std::int64_t>(size);
  };
}

struct Found {
  std::string key;
  std::uint64_t at;
  bool operator==(const Found&) const = default;
};

std::vector<Found> found_in(std::string_view text) {
  ContentBuffer buffer;
  std::vector<Found> out;
  EXPECT_TRUE(Content(buffer, reading(text), text.size()).find(Finder(), [&](std::string_view key, std::uint64_t at) {
    out.push_back({std::string(key), at});
  }));
  return out;
}

std::string utf16(std::string_view text, bool little, bool mark) {
  std::string out;
  if (mark) out += little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : text) {
    if (!little) out += '\0';
    out += c;
    if (little) out += '\0';
  }
  return out;
}

TEST(ContentProperty, KeysAreFoundOnceEachWhereverPiecesEnd) {
  SeededRandom random(1);
  constexpr std::size_t kPiece = ContentBuffer::kPiece;
  for (int round = 0; round < 150; ++round) {
    std::string text(kPiece * 2 + 1000, ' ');
    std::vector<Found> keys;
    for (const std::size_t border : {kPiece, kPiece * 2}) {
      const std::string key = made(random);
      // From wholly before the border to wholly behind it.
      const std::size_t at = border - 75 + static_cast<std::size_t>(round);
      text.replace(at, key.size(), key);
      keys.push_back({key, at});
    }
    EXPECT_EQ(found_in(text), keys) << round;
  }
}

TEST(Content, AWordThatGoesOnInTheNextPieceIsNoKey) {
  SeededRandom random(2);
  const std::string key = made(random);
  for (std::size_t shift = 0; shift < 3; ++shift) {
    std::string text(ContentBuffer::kPiece - key.size() - shift, ' ');
    text += key + "x" + std::string(500, ' ');
    EXPECT_TRUE(found_in(text).empty()) << shift;
    std::string before(ContentBuffer::kPiece - shift, ' ');
    before += "x" + key + std::string(500, ' ');
    EXPECT_TRUE(found_in(before).empty()) << shift;
  }
}

TEST(Content, AKeyAtTheVeryEndIsFound) {
  SeededRandom random(3);
  const std::string key = made(random);
  EXPECT_EQ(found_in(key), (std::vector<Found>{{key, 0}}));
  const std::string whole = std::string(ContentBuffer::kPiece - key.size(), ' ') + key;
  EXPECT_EQ(found_in(whole), (std::vector<Found>{{key, whole.size() - key.size()}}));
}

TEST(Content, Utf16IsReadAsText) {
  SeededRandom random(4);
  const std::string key = made(random);
  const std::string text =
      "$env:API_KEY = '" + key + "'\r\n" + std::string(ContentBuffer::kPiece, 'a') + "\n" + key + "\n";
  for (const bool little : {true, false}) {
    for (const bool mark : {true, false}) {
      const std::uint64_t shift = mark ? 1 : 0;
      EXPECT_EQ(found_in(utf16(text, little, mark)),
                (std::vector<Found>{{key, 16 + shift}, {key, text.size() - key.size() - 1 + shift}}));
    }
  }
  EXPECT_EQ(encoding_of(std::string(100, '\0')), Encoding::kBytes);
  EXPECT_EQ(encoding_of("plain text, and not short"), Encoding::kBytes);
}

TEST(Content, AReadThatFailsIsTold) {
  ContentBuffer buffer;
  Content content(buffer, [](char*, std::size_t) { return std::int64_t{-1}; }, 10);
  EXPECT_FALSE(content.find(Finder(), [](std::string_view, std::uint64_t) {}));
}

TEST(LinesOf, CountsLinesAndCharacters) {
  const std::string text = "one\ntwo \xC3\xA4\xC3\xA4 x\n" + std::string(ContentBuffer::kPiece, '\n') + "end";
  ContentBuffer buffer;
  const auto lines = lines_of(Content(buffer, reading(text), text.size()), {0, 2, 13, text.size() - 3});
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].line, 1u);
  EXPECT_EQ(lines[1].column, 3u);
  EXPECT_EQ(lines[2].line, 2u);
  EXPECT_EQ(lines[2].column, 8u);
  EXPECT_EQ(lines[3].line, 3 + ContentBuffer::kPiece);
  EXPECT_EQ(lines[3].column, 1u);
}

}  // namespace
}  // namespace latchkey::scan
