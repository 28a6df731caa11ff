// The keys of a file to be imported, one after the other: JSON lines, or CSV whose first row names its columns.
//
//   ImportRows rows(text, Format::kCsv, MaySecrets::kYes);
//   while (rows.next(row)) row.mistakes.empty() ? send(row.json) : tell(row);
#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/csv.h"
#include "credential/digest.h"

namespace latchkey::cli {

enum class Format { kJsonLines, kCsv };

struct ImportRow {
  std::size_t line = 0;
  std::string json;  // an object, as the API takes it; may hold a secret
  // A key of another form than the API's: what the server can't be asked about.
  std::vector<std::string> mistakes;
};

// The columns of a CSV that are lists; within a cell their elements are parted by semicolons, or it holds a JSON array.
inline constexpr const char* kListColumns[] = {"operations", "channels", "attributes", "ip_ranges"};

class ImportRows {
 public:
  // `may_hold_secrets`: whether nobody but the caller can read where the text comes from.
  ImportRows(TextReader& text, Format format, bool may_hold_secrets);

  // False at the end. What makes the rest unreadable (a CSV without its columns) is a mistake of the last row.
  bool next(ImportRow& row);

 private:
  bool next_line(ImportRow& row, std::string& line);
  bool next_json(ImportRow& row);
  bool next_csv(ImportRow& row);
  bool read_columns(ImportRow& row);
  // Secrets that must not be here, or are here twice.
  void look_at_secret(ImportRow& row, const std::string* secret, const std::string* sha256);

  struct Hash {
    std::size_t operator()(const credential::Digest& digest) const;
  };

  TextReader& text_;
  CsvReader csv_;
  const Format format_;
  const bool may_hold_secrets_;
  std::size_t line_ = 0;
  std::vector<std::string> columns_;
  bool ended_ = false;
  std::unordered_map<credential::Digest, std::size_t, Hash> lines_by_secret_;
};

}  // namespace latchkey::cli
