// latchkey keys export: everything but secrets, as it is read, page by page.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/csv.h"
#include "cli/import_rows.h"
#include "cli/key_place.h"

namespace latchkey::cli {
namespace {

using nlohmann::ordered_json;

struct ExportOptions : KeyOptions {
  std::string format = "jsonl";
};

const std::vector<std::string> kColumns = {"id",         "external_id", "nickname",   "contact_email", "access_type",
                                           "status",     "operations",  "channels",   "attributes",    "ip_ranges",
                                           "limits",     "expires_at",  "hint",       "origin",        "created_at",
                                           "updated_at", "disabled_at", "revoked_at", "last_used_at"};

std::string text_of(const ordered_json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// As ImportRows reads a list.
std::string cell_of(const ordered_json& list) {
  std::string out;
  for (const ordered_json& each : list) {
    const std::string text = text_of(each);
    if (text.starts_with('[') || text.starts_with(' ') || text.ends_with(' ') || text.find(';') != std::string::npos)
      return list.dump();
    if (!out.empty()) out += ';';
    out += text;
  }
  return out;
}

std::string cell_of(const ordered_json& key, const std::string& column) {
  if (std::ranges::any_of(kListColumns, [&](const char* name) { return column == name; }))
    return cell_of(key.at("restrictions").at(column));
  if (column == "external_id") return key.at("import").is_null() ? std::string() : text_of(key.at("import").at(column));
  if (column == "last_used_at")
    return key.at("last_used").is_null() ? std::string() : text_of(key.at("last_used").at("at"));
  if (column == "limits") {
    const ordered_json& limits = key.at(column);
    return limits.at("rate_limits").empty() && limits.at("quotas").empty() ? std::string() : limits.dump();
  }
  return text_of(key.at(column));
}

std::string row_of(const ordered_json& key) {
  std::vector<std::string> cells;
  cells.reserve(kColumns.size());
  for (const std::string& column : kColumns) cells.push_back(cell_of(key, column));
  return csv_line(cells);
}

// False when standard output takes no more, as of a pipe whose reader has gone.
bool put(const std::string& line) {
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fputc('\n', stdout) != EOF;
}

Attempt<void> export_keys(const ExportOptions& options) {
  const bool csv = options.format == "csv";
  if (!csv && options.format != "jsonl") return usage("--format is jsonl or csv.");
  const auto place = find_place(options);
  if (!place) return std::unexpected(place.error());
  bool written = !csv || put(csv_line(kColumns));
  std::string cursor;
  do {
    std::string path = place->keys + "/export";
    if (!cursor.empty()) path += "?cursor=" + percent_encoded(cursor);
    const auto answer = place->client.get(path);
    if (!answer) return std::unexpected(answer.error());
    const ordered_json page = ordered_json::parse(*answer);
    for (const ordered_json& key : page.at("data")) written = written && put(csv ? row_of(key) : key.dump());
    cursor = text_of(page.at("next_cursor"));
  } while (written && !cursor.empty());
  if (!written || std::fflush(stdout) != 0)
    return std::unexpected(Failure{kRefused, "Standard output took no more, so the export is not whole."});
  return {};
}

}  // namespace

void add_export(Command& keys) {
  Command command = keys.add_subcommand("export", "Print every key of a tenant, without secrets");
  auto options = std::make_shared<ExportOptions>();
  command.add_option("--format", options->format, "jsonl (as the API answers them) or csv").capture_default_str();
  add_key_options(command, *options);
  command.footer("Example: latchkey keys export --format csv > keys.csv");
  command.callback([options] { return run(*options, [&] { return export_keys(*options); }); });
}

}  // namespace latchkey::cli
