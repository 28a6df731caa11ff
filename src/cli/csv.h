// Comma-separated values (RFC 4180), as spreadsheets write and read them. What begins like a formula is written with an
// apostrophe before it, so that a spreadsheet shows it and computes nothing; reading takes that apostrophe off again.
//
//   CsvReader reader([&](char* to, std::size_t room) { return read_some(to, room); });
//   while (reader.next(row)) use(row.cells);     // row.line counts from 1, as editors do
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::cli {

inline constexpr std::size_t kMaxRowBytes = 1'000'000;

// Lines or records of a stream, read by the block. Refuses what is longer than kMaxRowBytes.
class TextReader {
 public:
  // Answers how many bytes it put there; 0 at the end.
  using ReadSome = std::function<std::size_t(char* to, std::size_t room)>;
  explicit TextReader(ReadSome read) : read_(std::move(read)), block_(64 * 1024) {}
  ~TextReader();
  TextReader(TextReader&&) = default;

  // -1 at the end.
  int next();
  std::uint64_t bytes() const { return bytes_; }  // taken so far

 private:
  ReadSome read_;
  std::vector<char> block_;
  std::size_t at_ = 0, end_ = 0;
  std::uint64_t bytes_ = 0;
};

struct CsvRow {
  std::size_t line = 0;  // where it begins
  std::vector<std::string> cells;
  std::string mistake;  // why it can't be read; empty: it was
};

class CsvReader {
 public:
  explicit CsvReader(TextReader& text) : text_(text) {}
  // False at the end. Empty lines are passed over.
  bool next(CsvRow& row);

 private:
  bool read_row(CsvRow& row);
  int take();
  int peek();

  TextReader& text_;
  std::size_t line_ = 1;
  int ahead_ = -2;  // a character that was read too far; -2: none
};

// As one line without its end.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace latchkey::cli
