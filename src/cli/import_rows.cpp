#include "cli/import_rows.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/secret.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

constexpr const char* kTextColumns[] = {"nickname", "contact_email", "access_type", "expires_at",
                                        "secret",   "secret_sha256", "external_id"};
constexpr const char* kLimits = "limits";

bool is_list(const std::string& column) {
  return std::ranges::any_of(kListColumns, [&](const char* name) { return column == name; });
}

bool is_column(const std::string& column) {
  return is_list(column) || column == kLimits ||
         std::ranges::any_of(kTextColumns, [&](const char* name) { return column == name; });
}

// "504; 505" or ["504","505"]
std::optional<json> list_of(const std::string& cell) {
  if (cell.starts_with('[')) {
    json list = json::parse(cell, nullptr, /*allow_exceptions=*/false);
    if (!list.is_array()) return std::nullopt;
    return list;
  }
  json list = json::array();
  for (std::size_t from = 0; from <= cell.size();) {
    const std::size_t end = std::min(cell.find(';', from), cell.size());
    const std::size_t first = std::min(cell.find_first_not_of(' ', from), end);
    const std::size_t last = cell.find_last_not_of(' ', end == 0 ? 0 : end - 1);
    if (first < end) list.push_back(cell.substr(first, last - first + 1));
    from = end + 1;
  }
  return list;
}

// Puts a cell into the key. False if it can't be read.
bool put(json& key, const std::string& column, const std::string& cell) {
  if (is_list(column)) {
    auto list = list_of(cell);
    if (!list) return false;
    key["restrictions"][column] = std::move(*list);
  } else if (column == kLimits) {
    json limits = json::parse(cell, nullptr, /*allow_exceptions=*/false);
    if (limits.is_discarded()) return false;
    key[column] = std::move(limits);
  } else {
    key[column] = cell;
  }
  return true;
}

std::optional<credential::Digest> digest_of(const std::string* secret, const std::string* sha256) {
  if (secret != nullptr) return credential::sha256(*secret);
  credential::Digest out;
  if (sha256 == nullptr || sha256->size() != 2 * out.size()) return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char* const at = sha256->data() + 2 * i;
    if (std::from_chars(at, at + 2, out[i], 16).ptr != at + 2) return std::nullopt;
  }
  return out;
}

const std::string* text_in(const json& key, const char* name) {
  const auto found = key.find(name);
  return found == key.end() || !found->is_string() ? nullptr : &found->get_ref<const std::string&>();
}

void wipe_secret(json& key) {
  if (const auto found = key.find("secret"); found != key.end() && found->is_string())
    wipe(found->get_ref<std::string&>());
}

}  // namespace

std::size_t ImportRows::Hash::operator()(const credential::Digest& digest) const {
  std::size_t out;
  std::memcpy(&out, digest.data(), sizeof out);
  return out;
}

ImportRows::ImportRows(TextReader& text, Format format, bool may_hold_secrets)
    : text_(text), csv_(text), format_(format), may_hold_secrets_(may_hold_secrets) {}

bool ImportRows::next(ImportRow& row) {
  wipe(row.json);
  row.json.clear();
  row.mistakes.clear();
  if (ended_) return false;
  return format_ == Format::kCsv ? next_csv(row) : next_json(row);
}

void ImportRows::look_at_secret(ImportRow& row, const std::string* secret, const std::string* sha256) {
  if (secret != nullptr && !may_hold_secrets_) {
    row.mistakes.push_back(
        "Secrets are read from standard input, or from a file that only you can read (chmod 600); give secret_sha256 "
        "otherwise.");
  }
  const auto digest = digest_of(secret, sha256);
  if (!digest) return;
  const auto [at, is_first] = lines_by_secret_.emplace(*digest, row.line);
  if (!is_first) row.mistakes.push_back(fmt::format("Line {} has the same secret.", at->second));
}

// False at the end of the text.
bool ImportRows::next_line(ImportRow& row, std::string& line) {
  bool too_long = false;
  int c;
  for (;;) {
    line.clear();
    ++line_;
    while ((c = text_.next()) != -1 && c != '\n') {
      too_long = too_long || line.size() == kMaxRowBytes;
      if (!too_long) line += static_cast<char>(c);
    }
    row.line = line_;
    if (too_long) row.mistakes.push_back("The line is too long.");
    if (line.find_first_not_of(" \t\r") != std::string::npos) return true;
    if (c == -1) return false;
  }
}

bool ImportRows::next_json(ImportRow& row) {
  if (!next_line(row, row.json)) return false;
  if (!row.mistakes.empty()) return true;
  json key = json::parse(row.json, nullptr, /*allow_exceptions=*/false);
  if (!key.is_object()) {
    row.mistakes.push_back("This is no JSON object; a line holds one key: {\"nickname\":...}.");
    return true;
  }
  look_at_secret(row, text_in(key, "secret"), text_in(key, "secret_sha256"));
  wipe_secret(key);
  return true;
}

// The first row. False if it names what there is not.
bool ImportRows::read_columns(ImportRow& row) {
  CsvRow header;
  if (!csv_.next(header)) return false;
  row.line = header.line;
  if (header.cells.front().starts_with("\xEF\xBB\xBF")) header.cells.front().erase(0, 3);
  columns_ = header.cells;
  // Without its name: where the first row is a key, not names, that could be its secret.
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto before = columns_.begin() + static_cast<std::ptrdiff_t>(i);
    if (!is_column(columns_[i])) {
      row.mistakes.push_back(fmt::format("There is no column of the name that stands in cell {}; see docs/import.md.",
                                         i + 1));
    } else if (std::find(columns_.begin(), before, columns_[i]) != before) {
      row.mistakes.push_back(fmt::format("There are two columns {}.", columns_[i]));
    }
  }
  if (!header.mistake.empty()) row.mistakes.push_back(header.mistake);
  ended_ = !row.mistakes.empty();
  return true;
}

bool ImportRows::next_csv(ImportRow& row) {
  if (columns_.empty()) {
    if (!read_columns(row)) return false;
    if (ended_) return true;
  }
  CsvRow record;
  if (!csv_.next(record)) return false;
  row.line = record.line;
  if (!record.mistake.empty()) {
    row.mistakes.push_back(record.mistake);
    return true;
  }
  if (record.cells.size() != columns_.size()) {
    row.mistakes.push_back(fmt::format("The row has {} cells, but there are {} columns.", record.cells.size(),
                                       columns_.size()));
    return true;
  }
  json key = json::object();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!record.cells[i].empty() && !put(key, columns_[i], record.cells[i]))
      row.mistakes.push_back(fmt::format("The cell under {} can't be read; see docs/import.md.", columns_[i]));
  }
  look_at_secret(row, text_in(key, "secret"), text_in(key, "secret_sha256"));
  row.json = key.dump(-1, ' ', false, json::error_handler_t::replace);
  wipe_secret(key);
  for (std::string& cell : record.cells) wipe(cell);
  return true;
}

}  // namespace latchkey::cli
