#include "app/leak_config.h"

#include <toml++/toml.h>

#include <fstream>

namespace latchkey::app {
namespace {

constexpr std::size_t kMaxSharedSecretBytes = 1024;

// The first line of a file.
std::optional<Secret> read_shared_secret(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  std::getline(file, line);
  if (line.ends_with('\r')) line.pop_back();
  Secret secret(std::move(line));
  if (secret.size() < kMinSharedSecretBytes || secret.size() > kMaxSharedSecretBytes) return std::nullopt;
  return secret;
}

// What is wrong with one scanner, or nothing.
std::string read_scanner(const toml::key& key, const toml::node& node, exposure::ReportSigners::Scanners& scanners) {
  const std::string name(key.str());
  if (const auto good = exposure::check_scanner_name(name); !good) return good.error().message;
  const toml::table* const table = node.as_table();
  const auto file = table == nullptr ? std::nullopt : (*table)["secret_file"].value<std::string>();
  if (!file || table->size() != 1)
    return fmt::format("leak_reports.scanners.{} needs secret_file, and nothing else.", name);
  auto secret = read_shared_secret(*file);
  if (!secret) {
    return fmt::format(
        "leak_reports.scanners.{}: {} must be a file whose first line is the shared secret, {} to {} bytes.", name,
        *file, kMinSharedSecretBytes, kMaxSharedSecretBytes);
  }
  if (scanners.size() == kMaxScanners) return fmt::format("There may be {} scanners.", kMaxScanners);
  scanners.emplace(name, std::move(*secret));
  return {};
}

}  // namespace

Result<exposure::ReportSigners::Scanners> read_scanners(const std::string& path) {
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}.", path, error.description()));
  }
  exposure::ReportSigners::Scanners scanners;
  const toml::node* const leak_reports = file.get("leak_reports");
  if (leak_reports == nullptr) return scanners;
  const toml::table* const tables = leak_reports->as_table();
  const toml::table* const named = tables == nullptr ? nullptr : (*tables)["scanners"].as_table();
  if (named == nullptr || tables->size() != 1) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}:{}: leak_reports holds tables [leak_reports.scanners.NAME], and nothing else.", path,
                            leak_reports->source().begin.line));
  }
  std::string mistakes;
  for (const auto& [key, node] : *named) {
    const std::string mistake = read_scanner(key, node, scanners);
    if (mistake.empty()) continue;
    mistakes += fmt::format("{}{}:{}: {}", mistakes.empty() ? "" : "\n", path, node.source().begin.line, mistake);
  }
  if (!mistakes.empty()) return fail(ErrorCode::kInvalidArgument, mistakes);
  return scanners;
}

}  // namespace latchkey::app
