#include "cli/output.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/server_url.h"

namespace latchkey::cli {
namespace {

// Characters, as far as a table cares: every byte that does not continue another.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(),
                                                [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void print_line(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fputc('\n', to);
  std::fflush(to);
}

}  // namespace

void add_common_options(Command& command, CommonOptions& options) {
  options.url = kDefaultUrl;
  command.add_option("--url", options.url, "Address of the server").envname("LATCHKEY_URL").capture_default_str();
  command.add_flag("--json", options.json, "Print the API's JSON");
}

void print_result(std::string_view text) { print_line(stdout, text); }

void print_note(std::string_view text) { print_line(stderr, text); }

std::string Table::to_string() const {
  std::vector<std::size_t> widths;
  for (const std::string& title : titles) widths.push_back(width_of(title));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  const auto add = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += cells[i];
      if (i + 1 < cells.size()) line.append(widths[i] - width_of(cells[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    if (!out.empty()) out += '\n';
    out += line;
  };
  add(titles);
  for (const auto& row : rows) add(row);
  return out;
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return out;
}

int run(const CommonOptions& options, const std::function<Attempt<void>()>& command) {
  Attempt<void> done;
  try {
    done = command();
  } catch (const nlohmann::json::exception&) {
    done = std::unexpected(Failure{
        kUnreachable,
        "The answer is not what Latchkey's API answers. Check LATCHKEY_URL, and that both are of one version."});
  }
  if (done) return kDone;
  const Failure& failure = done.error();
  if (options.json && !failure.problem.empty()) print_result(failure.problem);
  print_note("latchkey: " + failure.sentence);
  return failure.exit_code;
}

}  // namespace latchkey::cli
