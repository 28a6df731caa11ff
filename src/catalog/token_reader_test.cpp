// The reader of tokens against the reader of bytes, which it must agree with on what is valid and where it ends: on values of
// every sort, right and wrong, that come in pieces.
#include "catalog/token_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "catalog/json_window.h"

namespace latchkey::catalog {
namespace {

using Kernel = JsonScan::Kernel;

// A whole text: one value, and white space around it.
bool is_valid_by_bytes(std::string_view text) {
  JsonReader reader(text);
  return reader.skip() && reader.at_end();
}

struct Read {
  bool valid = false;
  std::size_t end = 0;
};

Read read_by_tokens(const JsonWindow& window) {
  if (window.token_count() == 0) return {};
  TokenReader reader(window.data(), 0);
  const Token* const after = reader.skip(window.tokens());
  if (after != window.tokens() + window.token_count()) return {};
  return {true, reader.end_before(after)};
}

// Walks down by object() and array() where skip() would not, and answers whether all is valid.
const Token* walk(TokenReader& reader, const Token* token, std::string& names) {
  if (reader.first(token) == '{') {
    return reader.object(token, [&](const Token* name) -> const Token* {
      const Token* const value = reader.name(name);
      if (value == nullptr) return nullptr;
      names += reader.string(name);
      return walk(reader, value, names);
    });
  }
  if (reader.first(token) == '[')
    return reader.array(token, [&](const Token* element) { return walk(reader, element, names); });
  const Token* const after = reader.scalar(token);
  if (after != nullptr) names += reader.scalar_before(token, after);
  return after;
}
bool walk(JsonReader& reader, std::string& names) {
  if (reader.kind() == JsonReader::Kind::kObject) {
    return reader.object([&](std::string_view name, std::size_t) { return names += name, walk(reader, names); });
  }
  if (reader.kind() == JsonReader::Kind::kArray) return reader.array([&](std::size_t) { return walk(reader, names); });
  std::string_view literal;
  return reader.scalar(literal) && (names += literal, true);
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string text() { return space() + value(0) + space(); }

  // With a byte or two that is missing, too much, or another.
  std::string mutated(std::string text) {
    static constexpr std::string_view kBytes = "{}[]:,\"\\ 0123e.-+tfnul\x01\x0c\x1a\xff";
    for (std::size_t n = below(3); n > 0 && !text.empty(); --n) {
      const char c = below(4) == 0 ? static_cast<char>(random_()) : kBytes[below(kBytes.size())];
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0: text.erase(at, 1); break;
        case 1: text.insert(at, 1, c); break;
        case 2: text[at] = c; break;
        case 3: text.resize(at); break;
      }
    }
    return text;
  }

 private:
  std::string value(int depth) {
    static constexpr const char* kPlain[] = {
        "0",           "-0",   "7",    "12345678", "123456789", "-12.50e+3", "1E5",         "true",
        "false",       "null", "\"\"", "\"x\"",    "\"\\\"\"",  "\"\\\\\"",  "\"\\u00e9\"", "\"\\ud800\"",
        "\"é]}{[,:\"", "01",   "1.",   "truE",     "\"\\x\"",   "\"\\u12\""};
    const std::size_t valid = std::size(kPlain) - (below(30) == 0 ? 0 : 5);
    if (depth > 4 || below(2) == 0) return kPlain[below(valid)];
    const bool is_object = below(2) == 0;
    std::string out = (is_object ? "{" : "[") + space();
    for (std::size_t i = 0, n = below(4); i < n; ++i) {
      out += i == 0 ? "" : "," + space();
      if (is_object)
        out += "\"" + std::string(below(20), 'k') + (below(9) == 0 ? "\\u00e9\"" : "\"") + space() + ":" + space();
      out += value(depth + 1) + space();
    }
    return out + (is_object ? "}" : "]");
  }
  std::string space() {
    static constexpr const char* kSpaces[] = {" ", "\n", "\t", "\r\n  "};
    return below(5) == 0 ? kSpaces[below(std::size(kSpaces))] : "";
  }

  std::mt19937_64 random_;
};

class TokenReaderProperty : public ::testing::TestWithParam<Kernel> {
 protected:
  void SetUp() override {
    if (!JsonScan::supports(GetParam())) GTEST_SKIP() << "this processor has no such instructions";
  }
  JsonWindow window(std::string_view text, std::size_t piece) {
    JsonWindow window(GetParam());
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) window.take(text.substr(0, piece));
    return window;
  }
};

TEST_P(TokenReaderProperty, TakesWhatTheReaderOfBytesTakes) {
  Generator generator(3);
  std::size_t valid = 0;
  constexpr int kTexts = 30'000;
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = generator.mutated(generator.text());
    SCOPED_TRACE(testing::PrintToString(text));
    const bool expected = is_valid_by_bytes(text);
    valid += expected ? 1 : 0;
    const JsonWindow whole = window(text, SIZE_MAX), pieces = window(text, 1 + generator.below(70));
    const Read read = read_by_tokens(whole);
    ASSERT_EQ(read.valid, expected);
    ASSERT_EQ(read_by_tokens(pieces).valid, expected);
    if (!expected) continue;
    ASSERT_EQ(read.end, text.find_last_not_of(" \t\r\n") + 1);

    TokenReader tokens(whole.data(), 0);
    JsonReader bytes(text);
    std::string by_tokens, by_bytes;
    ASSERT_TRUE(walk(tokens, whole.tokens(), by_tokens) != nullptr && walk(bytes, by_bytes));
    ASSERT_EQ(by_tokens, by_bytes);
  }
  EXPECT_GT(valid, kTexts / 4u) << "both kinds should be seen";
  EXPECT_LT(valid, kTexts * 3 / 4u);
}

TEST_P(TokenReaderProperty, WhatEndsEarlyIsNotValid) {
  Generator generator(4);
  for (int i = 0; i < 1'000; ++i) {
    const std::string text = generator.text();
    if (text.find_first_of("[{\"") == std::string::npos) continue;
    for (std::size_t size = 0; size < text.size(); ++size) {
      ASSERT_EQ(read_by_tokens(window(std::string_view(text).substr(0, size), 16)).valid,
                is_valid_by_bytes(std::string_view(text).substr(0, size)))
          << text << " up to " << size;
    }
  }
}

TEST_P(TokenReaderProperty, DepthIsLimited) {
  for (const std::size_t levels : {std::size_t{64}, std::size_t{65}, std::size_t{1'000}}) {
    const std::string text = std::string(levels, '[') + std::string(levels, ']');
    EXPECT_EQ(read_by_tokens(window(text, SIZE_MAX)).valid, levels <= 64);
    EXPECT_EQ(is_valid_by_bytes(text), levels <= 64);
  }
}

TEST_P(TokenReaderProperty, WindowForgetsWhatWasRead) {
  Generator generator(5);
  for (int i = 0; i < 2'000; ++i) {
    const std::string first = generator.text(), second = generator.text();
    JsonWindow both = window(first + " " + second, 1 + generator.below(50));
    const std::size_t tokens = window(first, SIZE_MAX).token_count();
    both.forget(first.size() + 1, tokens);
    const JsonWindow alone = window(second, SIZE_MAX);
    ASSERT_EQ(std::string_view(both.data(), both.size()), second);
    ASSERT_EQ(std::vector(both.tokens(), both.tokens() + both.token_count() + 2),
              std::vector(alone.tokens(), alone.tokens() + alone.token_count() + 2));
    ASSERT_EQ(both.utf8_to(), second.size());
  }
}

// Never further than it is so, and to the end if it is so and the last character is whole.
TEST_P(TokenReaderProperty, WindowKnowsHowFarItIsUtf8) {
  static constexpr std::string_view kParts[] = {"a",    "[1,\"x\"]", "é",    "€",        "\U0001f600",
                                                "נועה", "\xc3",      "\x80", "\xf0\x9f", "\xff"};
  Generator generator(6);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const std::size_t some = generator.below(4) == 0 ? std::size(kParts) : 6;
    for (std::size_t n = generator.below(40); n > 0; --n) text += kParts[generator.below(some)];
    JsonWindow window(GetParam());
    const std::size_t piece = 1 + generator.below(60);
    for (std::size_t at = 0; at < text.size();) {
      at += window.take(std::string_view(text).substr(at, piece));
      ASSERT_LE(window.utf8_to(), at);
      ASSERT_TRUE(is_utf8(std::string_view(text).substr(0, window.utf8_to()))) << testing::PrintToString(text);
      if (is_utf8(std::string_view(text).substr(0, at))) {
        ASSERT_EQ(window.utf8_to(), at) << testing::PrintToString(text);
      }
      if (generator.below(3) > 0) continue;
      // Only what is known to be UTF-8 is read, and so forgotten.
      const std::size_t tokens =
          static_cast<std::size_t>(std::lower_bound(window.tokens(), window.tokens() + window.token_count(),
                                                    window.utf8_to()) -
                                   window.tokens());
      text.erase(0, window.utf8_to());
      at -= window.utf8_to();
      window.forget(window.utf8_to(), tokens);
      ASSERT_EQ(window.utf8_to(), 0u);
    }
  }
}

std::string name_of(const ::testing::TestParamInfo<Kernel>& kernel) {
  return std::array{"Portable", "Avx2", "Avx512"}[static_cast<std::size_t>(kernel.param)];
}
INSTANTIATE_TEST_SUITE_P(Kernels, TokenReaderProperty, ::testing::ValuesIn(JsonScan::kKernels), name_of);

}  // namespace
}  // namespace latchkey::catalog
