// Tokens as the kernels find them, against a byte-by-byte reference, on texts of every sort cut at every place.
#include "catalog/json_scan.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace latchkey::catalog {
namespace {

using Kernel = JsonScan::Kernel;

// What json_scan.h says, read one byte after the other.
std::vector<std::uint32_t> reference(std::string_view text) {
  std::vector<std::uint32_t> tokens;
  bool in_string = false, escaped = false, in_run = false;
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool was_escaped = std::exchange(escaped, false);
    const bool is_quote = c == '"' && !was_escaped;
    if (c == '\\' && !was_escaped) escaped = true;
    const bool is_control = static_cast<unsigned char>(c) < 0x20;
    if (in_string) {
      if (is_quote || escaped || is_control) tokens.push_back(i);
      in_string = !is_quote;
      in_run = false;
      continue;
    }
    const bool is_operator = std::string_view("{}[]:,\x0c\x1a").find(c) != std::string_view::npos;
    const bool is_space = std::string_view(" \t\r\n").find(c) != std::string_view::npos;
    const bool is_of_run = !is_quote && !is_operator && !is_space;
    if (is_quote || is_operator || (is_of_run && !in_run)) tokens.push_back(i);
    in_run = is_of_run;
    in_string = is_quote;
  }
  return tokens;
}

// The tokens of a text that comes in pieces which end at `cuts`.
std::vector<std::uint32_t> scanned(Kernel kernel, std::string_view text, std::vector<std::size_t> cuts, bool& ascii) {
  JsonScan scan(kernel);
  std::vector<std::uint32_t> tokens;
  // What is not there yet must not be seen.
  std::string buffer(text.size() + JsonScan::kPadding, '"');
  cuts.push_back(text.size());
  std::size_t from = 0;
  for (const std::size_t to : cuts) {
    text.copy(buffer.data() + from, to - from, from);
    std::fill_n(buffer.begin() + static_cast<std::ptrdiff_t>(to), JsonScan::kPadding, ' ');
    const std::size_t before = tokens.size();
    tokens.resize(before + (to - from) + JsonScan::kPadding);
    tokens.resize(before + scan.scan(buffer.data(), static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to),
                                     tokens.data() + before));
    from = to;
  }
  ascii = !scan.take_beyond_ascii();
  return tokens;
}

class JsonScanProperty : public ::testing::TestWithParam<Kernel> {
 protected:
  void SetUp() override {
    if (!JsonScan::supports(GetParam())) GTEST_SKIP() << "this processor has no such instructions";
  }
  void expect_reference(const std::string& text, const std::vector<std::size_t>& cuts) {
    bool ascii = false;
    ASSERT_EQ(scanned(GetParam(), text, cuts, ascii), reference(text)) << testing::PrintToString(text);
    ASSERT_EQ(ascii, std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; }));
  }
};

TEST_P(JsonScanProperty, EveryByteIsOfItsClass) {
  for (int c = 0; c < 256; ++c) {
    const std::string byte(1, static_cast<char>(c));
    for (const std::string& text : {byte, "1" + byte + "2", "\"" + byte + "\"", "\"\\" + byte + "\"1", byte + "\"\""})
      expect_reference(text, {});
  }
}

TEST_P(JsonScanProperty, BackslashesEscapeByPairsAcrossBlocksAndPieces) {
  for (std::size_t before = 50; before < 70; ++before) {
    for (std::size_t backslashes = 0; backslashes < 70; ++backslashes) {
      const std::string text = "[\"" + std::string(before, 'x') + std::string(backslashes, '\\') + "\",1]\"";
      expect_reference(text, {});
      for (const std::size_t cut : {before + 1, before + 2, before + 3, before + 2 + backslashes}) {
        if (cut <= text.size()) expect_reference(text, {cut});
      }
    }
  }
}

TEST_P(JsonScanProperty, FindsWhatTheReferenceFinds_WhereverItIsCut) {
  // Bytes that matter often, and any others now and then.
  constexpr std::string_view kBytes = "\"\"\"\\\\{}[]:, \n\t\r1e-x\xc3\xa9\x01\x0c\x1a";
  std::mt19937_64 dice(5);
  for (int i = 0; i < 400; ++i) {
    std::string text;
    const std::size_t calm = 1 + dice() % 30;
    for (std::size_t n = dice() % 260; n > 0; --n) {
      const std::uint64_t rolled = dice();
      text += rolled % calm == 0 ? kBytes[rolled / 64 % kBytes.size()]
              : rolled % 97 == 0 ? static_cast<char>(rolled >> 8)
                                 : 'a';
    }
    expect_reference(text, {});
    for (std::size_t cut = 0; cut <= text.size(); ++cut) expect_reference(text, {cut});
    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < text.size(); at += dice() % 70) cuts.push_back(at);
    expect_reference(text, cuts);
    cuts.clear();
    for (std::size_t at = 0; at < text.size(); ++at) cuts.push_back(at);
    expect_reference(text, cuts);
  }
}

std::string name_of(const ::testing::TestParamInfo<Kernel>& kernel) {
  return std::array{"Portable", "Avx2", "Avx512"}[static_cast<std::size_t>(kernel.param)];
}
INSTANTIATE_TEST_SUITE_P(Kernels, JsonScanProperty, ::testing::ValuesIn(JsonScan::kKernels), name_of);

}  // namespace
}  // namespace latchkey::catalog
