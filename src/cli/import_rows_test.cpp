#include "cli/import_rows.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/random.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

// A few bytes at a time, so that nothing relies on where blocks end.
TextReader reader_of(std::string text) {
  return TextReader([text = std::move(text), at = std::size_t{0}](char* to, std::size_t) mutable {
    const std::size_t size = std::min<std::size_t>(7, text.size() - at);
    std::copy_n(text.data() + at, size, to);
    at += size;
    return size;
  });
}

std::vector<ImportRow> rows_of(const std::string& text, Format format, bool may_hold_secrets = true) {
  TextReader reader = reader_of(text);
  ImportRows rows(reader, format, may_hold_secrets);
  std::vector<ImportRow> out;
  while (rows.next(out.emplace_back())) {
  }
  out.pop_back();
  return out;
}

std::vector<CsvRow> csv_of(const std::string& text) {
  TextReader reader = reader_of(text);
  CsvReader csv(reader);
  std::vector<CsvRow> out;
  while (csv.next(out.emplace_back())) {
  }
  out.pop_back();
  return out;
}

TEST(Csv, IsReadAsSpreadsheetsWriteIt) {
  const auto rows = csv_of("a,b\r\n\"x, \"\"y\"\"\nz\",\n\n,last");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"x, \"y\"\nz", ""}));
  EXPECT_EQ(rows[1].line, 2u);
  EXPECT_EQ(rows[2].cells, (std::vector<std::string>{"", "last"}));
  EXPECT_EQ(rows[2].line, 5u);
  EXPECT_TRUE(csv_of("").empty());
  EXPECT_FALSE(csv_of("\"open").front().mistake.empty());
  EXPECT_FALSE(csv_of("\"a\"b,c").front().mistake.empty());
}

TEST(Csv, WhatBeginsLikeAFormulaIsMarkedAndComesBackAsItWas) {
  EXPECT_EQ(csv_line({"=1+1", "+x", "-x", "@x", "x=1", "'=x"}), "'=1+1,'+x,'-x,'@x,x=1,''=x");
  SeededRandom random(7);
  constexpr std::string_view kCharacters = "a'=+-@,;\"\n\r\t \xc3\xa4";
  for (int round = 0; round < 2000; ++round) {
    std::array<std::uint8_t, 24> bytes;
    random.fill(bytes);
    std::vector<std::string> cells(3);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] >= 64) cells[i % 3] += kCharacters[bytes[i] % kCharacters.size()];
    }
    cells[0] += 'a';  // a row of nothing would be passed over
    const std::string text = csv_line(cells) + "\n";
    const auto rows = csv_of(text);
    ASSERT_EQ(rows.size(), 1u) << text;
    EXPECT_EQ(rows[0].cells, cells) << text;
    EXPECT_TRUE(rows[0].mistake.empty());
    const std::string first = csv_line({cells[1]});
    EXPECT_TRUE(first.empty() || std::string_view("=+-@\t").find(first.front()) == std::string_view::npos) << first;
  }
}

TEST(ImportRows, OfCsvAreKeysAsTheApiTakesThem) {
  const auto rows = rows_of(
      "\xEF\xBB\xBFnickname,channels,attributes,limits,external_id,secret\n"
      "\"Acme, Inc.\",504; 505,\"[\"\"A;b\"\"]\",\"{\"\"quotas\"\":[]}\",'=7,0123456789abcdef\n"
      "Plain,,,,,\n",
      Format::kCsv);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[0].mistakes.empty());
  EXPECT_EQ(json::parse(rows[0].json), json({{"nickname", "Acme, Inc."},
                                             {"restrictions", {{"channels", {"504", "505"}}, {"attributes", {"A;b"}}}},
                                             {"limits", {{"quotas", json::array()}}},
                                             {"external_id", "=7"},
                                             {"secret", "0123456789abcdef"}}));
  EXPECT_EQ(json::parse(rows[1].json), json({{"nickname", "Plain"}}));
}

TEST(ImportRows, OfCsvWithAColumnThatThereIsNotAreNotReadAtAll) {
  const auto rows = rows_of("nickname,contact\nx,y\n", Format::kCsv);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].line, 1u);
  EXPECT_EQ(rows[0].mistakes.size(), 1u);
  const auto without = rows_of("Acme,0123456789abcdef\n", Format::kCsv);
  ASSERT_EQ(without.size(), 1u);
  for (const std::string& mistake : without[0].mistakes) EXPECT_EQ(mistake.find("0123"), std::string::npos) << mistake;
}

TEST(ImportRows, OfJsonLinesArePassedOnAsTheyStand) {
  const auto rows = rows_of("{\"a\": 1}\n\n \r\n[1]\n{\"b\":2}", Format::kJsonLines);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].json, "{\"a\": 1}");
  EXPECT_EQ(rows[1].line, 4u);
  EXPECT_EQ(rows[1].mistakes.size(), 1u);
  EXPECT_EQ(rows[2].line, 5u);
  EXPECT_EQ(rows[2].json, "{\"b\":2}");
}

TEST(ImportRows, WithTheSameSecretOrWithASecretWhereOthersCanReadAreMistakes) {
  const std::string secret = "0123456789abcdef";
  std::string hex;
  for (const std::uint8_t byte : credential::sha256(secret)) hex += fmt::format("{:02X}", byte);
  const std::string text = "{\"secret\":\"" + secret + "\"}\n{\"secret_sha256\":\"" + hex + "\"}\n";
  const auto rows = rows_of(text, Format::kJsonLines);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[0].mistakes.empty());
  EXPECT_EQ(rows[1].mistakes, std::vector<std::string>{"Line 1 has the same secret."});
  EXPECT_EQ(rows_of(text, Format::kJsonLines, false)[0].mistakes.size(), 1u);
}

}  // namespace
}  // namespace latchkey::cli
