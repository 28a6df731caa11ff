#include "catalog/path.h"

#include <gtest/gtest.h>

namespace latchkey::catalog {
namespace {

using namespace std::string_literals;

std::string normal(std::string_view raw) {
  NormalTarget target;
  const auto why = normalize_target(raw, target);
  return why ? "refused: " + std::string(*why) : std::string(target.path);
}

TEST(NormalPath, KeepsWhatHasOneReading) {
  for (const char* path : {"/", "/a", "/a/", "/a/b", "/current/actions/GetAllActions", "/A/b", "/.well-known", "/a.b/c",
                           "/-_~", "/a!$&'()*+,=:@b"}) {
    EXPECT_EQ(normal(path), path);
  }
}

TEST(NormalPath, DecodesUnreservedCharactersAndWritesOthersOneWay) {
  EXPECT_EQ(normal("/%61%42%30%2d%5F%7e"), "/aB0-_~");
  EXPECT_EQ(normal("/a%20b"), "/a%20b");
  EXPECT_EQ(normal("/a%3ab%2b"), "/a%3Ab%2B");
  EXPECT_EQ(normal("/GetLastData%55pdate"), "/GetLastDataUpdate");
}

TEST(NormalPath, IsItsOwnNormalForm) {
  for (const char* raw : {"/%61/%20/x%3a", "/a%26b=c", "/%7B%7d"}) EXPECT_EQ(normal(normal(raw)), normal(raw)) << raw;
}

TEST(NormalPath, GivesTheQueryAsItCame) {
  NormalTarget target;
  ASSERT_FALSE(normalize_target("/a?ChannelID=%35&x=/../;[]\"{}|?", target));
  EXPECT_EQ(target.path, "/a");
  EXPECT_TRUE(target.has_query);
  EXPECT_EQ(target.query, "ChannelID=%35&x=/../;[]\"{}|?");
  ASSERT_FALSE(normalize_target("/a?", target));
  EXPECT_TRUE(target.has_query);
  EXPECT_EQ(target.query, "");
  ASSERT_FALSE(normalize_target("/a", target));
  EXPECT_FALSE(target.has_query);
}

struct Refusal {
  std::string raw;
  const char* why;  // part of the sentence
};

constexpr const char* kDots = "\".\" or \"..\"";
constexpr const char* kHidden = "behind a percent-encoding";
constexpr const char* kEncode = "must be percent-encoded";
constexpr const char* kHex = "two hex digits";

void expect_refused(std::span<const Refusal> refusals) {
  for (const Refusal& refusal : refusals) {
    const std::string got = normal(refusal.raw);
    EXPECT_TRUE(got.starts_with("refused: ") && got.find(refusal.why) != std::string::npos)
        << refusal.raw.substr(0, 60) << "\n  " << got;
    EXPECT_TRUE(got.ends_with(".")) << got;
  }
}

TEST(NormalPath, RefusesWhatServersTakeApartDifferently) {
  const Refusal refusals[] = {
      // Not origin-form.
      {"", "begin with a slash"},
      {"*", "begin with a slash"},
      {"a/b", "begin with a slash"},
      {"?a=b", "begin with a slash"},
      {"http://api.example/a", "begin with a slash"},
      {"api.example:443", "begin with a slash"},
      // Empty segments.
      {"//", "empty segment"},
      {"//api.example/a", "empty segment"},
      {"/a//b", "empty segment"},
      {"/a//", "empty segment"},
      // Dot segments, and what some servers make of one.
      {"/.", kDots},
      {"/..", kDots},
      {"/./a", kDots},
      {"/a/../b", kDots},
      {"/a/..", kDots},
      {"/a./b", "ends in a dot"},
      {"/a.", "ends in a dot"},
      {"/...", "ends in a dot"},
      // Encodings that change how the path is taken apart, once or twice decoded.
      {"/%2e%2e/a", kHidden},
      {"/a%2E", kHidden},
      {"/a%2fb", kHidden},
      {"/a%2Fb", kHidden},
      {"/a%5cb", kHidden},
      {"/a%00", kHidden},
      {"/a%0d%0a", kHidden},
      {"/a%7f", kHidden},
      {"/a%3fb=c", kHidden},
      {"/a%23", kHidden},
      {"/a%3b", kHidden},
      {"/%2561", kHidden},
      {"/%252e%252e/a", kHidden},
      {"/%25", kHidden},
  };
  expect_refused(refusals);
}

TEST(NormalPath, RefusesCharactersThatServersReadDifferently) {
  const Refusal refusals[] = {
      // Beyond ASCII: overlong slashes, full-width letters, a dotless i that folds onto I.
      {"/%c0%af", kHidden},
      {"/%e0%80%af", kHidden},
      {"/%ef%bc%8f", kHidden},
      {"/%C4%B1", kHidden},
      {"/%u0041", kHex},
      {"/\xc3\xa9", kEncode},
      {"/a?x=\xc3\xa9", kEncode},
      // Broken encodings.
      {"/%", kHex},
      {"/%4", kHex},
      {"/%zz", kHex},
      {"/%4g", kHex},
      {"/% 41", kEncode},
      // Path parameters.
      {"/a;b", "';'"},
      {"/a;jsessionid=1/b", "';'"},
      {"/..;/a", "';'"},
      // Raw characters that have no place in a target.
      {"/a b", kEncode},
      {"/a\tb", kEncode},
      {"/a\r\nb", kEncode},
      {"/a\0b"s, kEncode},
      {"/a\x7f", kEncode},
      {"/a\\b", kEncode},
      {"/a#b", kEncode},
      {"/a?b#c", kEncode},
      {"/a?b\\c", kEncode},
      {"/a?b c", kEncode},
      {"/a\"b", kEncode},
      {"/a<b>", kEncode},
      {"/a[0]", kEncode},
      {"/a{b}", kEncode},
      {"/a|b^c`", kEncode},
      {"/" + std::string(kMaxTargetBytes, 'a'), "16 KiB"},
  };
  expect_refused(refusals);
}

TEST(NormalPath, TheLongestTargetIsTaken) {
  EXPECT_EQ(normal("/" + std::string(kMaxTargetBytes - 1, 'a')).size(), kMaxTargetBytes);
}

TEST(NormalPath, EveryByteIsKeptOrRefused) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string raw = "/a" + std::string(1, static_cast<char>(byte)) + "b";
    const std::string got = normal(raw);
    EXPECT_TRUE(got == raw || got.starts_with("refused: ") || byte == '?') << byte << " " << got;
    const std::string encoded = fmt::format("/a%{:02x}b", byte);
    const std::string decoded = normal(encoded);
    // What an encoding becomes is the character itself or the encoding in upper case.
    EXPECT_TRUE(decoded == raw || decoded == fmt::format("/a%{:02X}b", byte) || decoded.starts_with("refused: "))
        << encoded << " " << decoded;
  }
}

}  // namespace
}  // namespace latchkey::catalog
