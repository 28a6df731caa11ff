#include "cli/csv.h"

#include "base/secret.h"

namespace latchkey::cli {
namespace {

constexpr int kEnd = -1, kNone = -2;
constexpr std::string_view kBeginsFormula = "=+-@\t\r";

// Whatever apostrophes stand before it, so that writing and reading undo each other.
bool begins_formula(std::string_view cell) {
  cell.remove_prefix(std::min(cell.find_first_not_of('\''), cell.size()));
  return !cell.empty() && kBeginsFormula.find(cell.front()) != std::string_view::npos;
}

}  // namespace

TextReader::~TextReader() { wipe(block_.data(), block_.size()); }

int TextReader::next() {
  if (at_ == end_) {
    at_ = 0;
    end_ = read_(block_.data(), block_.size());
    if (end_ == 0) return kEnd;
  }
  ++bytes_;
  return static_cast<unsigned char>(block_[at_++]);
}

int CsvReader::take() {
  const int c = ahead_ != kNone ? std::exchange(ahead_, kNone) : text_.next();
  if (c == '\n') ++line_;
  return c;
}

int CsvReader::peek() {
  if (ahead_ == kNone) ahead_ = text_.next();
  return ahead_;
}

bool CsvReader::next(CsvRow& row) {
  while (read_row(row)) {
    if (row.cells.size() > 1 || !row.cells.front().empty() || !row.mistake.empty()) return true;
  }
  return false;
}

// False at the end of the text.
bool CsvReader::read_row(CsvRow& row) {
  row.line = line_;
  row.cells.assign(1, {});
  row.mistake.clear();
  bool quoted = false, was_quoted = false, any = false;
  std::size_t bytes = 0;
  const auto complain = [&](std::string_view sentence) {
    if (row.mistake.empty()) row.mistake = sentence;
  };
  for (;;) {
    const int c = take();
    if (c == kEnd) {
      if (quoted) complain("A quotation mark is never closed.");
      if (!any) return false;
      break;
    }
    any = true;
    std::string& cell = row.cells.back();
    if (++bytes > kMaxRowBytes) complain("The row is too long.");
    if (quoted) {
      if (c != '"') {
        if (row.mistake.empty()) cell += static_cast<char>(c);
      } else if (peek() == '"') {
        take();
        cell += '"';
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell.empty() && !was_quoted) {
      quoted = was_quoted = true;
    } else if (c == ',') {
      if (row.mistake.empty()) row.cells.emplace_back();
      was_quoted = false;
    } else if (c == '\n') {
      break;
    } else if (c == '\r') {
      if (peek() != '\n' && peek() != kEnd) cell += '\r';
    } else if (was_quoted) {
      complain("After a quotation mark that closes a cell comes a comma.");
    } else if (row.mistake.empty()) {
      cell += static_cast<char>(c);
    }
  }
  for (std::string& cell : row.cells) {
    if (cell.starts_with('\'') && begins_formula(cell)) cell.erase(0, 1);
  }
  return true;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string out;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) out += ',';
    const std::string text = begins_formula(cell) ? "'" + cell : cell;
    if (text.find_first_of(",\"\n\r") == std::string::npos) {
      out += text;
      continue;
    }
    out += '"';
    for (const char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  return out;
}

}  // namespace latchkey::cli
