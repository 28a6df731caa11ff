// latchkey scan PATH...: keys in files and in git's history. Asks a server only if it is told of one.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/clock.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/leak_report.h"
#include "cli/live_line.h"
#include "cli/output.h"
#include "cli/scan_output.h"
#include "cli/scan_progress.h"
#include "scan/scan.h"

namespace latchkey::cli {
namespace {

// What a build is to make of it; docs/scan.md has the same.
enum ScanExit { kNothingFound = 0, kKeysFound = 1, kNotScanned = 2 };

struct ScanOptions {
  std::vector<std::string> paths = {"."};
  std::vector<std::string> prefixes;
  std::string url;
  std::string report_as, report_secret_file, report_base;
  std::int64_t jobs = 0;
  bool staged = false, no_history = false, no_files = false, no_ignore = false, unreachable = false;
  bool keep_going = false, json = false, sarif = false, no_progress = false;
};

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

scan::Options options_of(const ScanOptions& given) {
  scan::Options out;
  out.paths = given.paths;
  out.threads = given.jobs != 0 ? static_cast<unsigned>(given.jobs) : std::max(std::thread::hardware_concurrency(), 1u);
  out.files = !given.no_files;
  out.history = !given.no_history;
  out.ignore = !given.no_ignore;
  out.unreachable = given.unreachable;
  out.staged = given.staged;
  // While `git commit FILE` runs its hooks, what it will commit is in an index of its own.
  if (given.staged) out.index_file = environment("GIT_INDEX_FILE");
  return out;
}

int complain(std::string_view sentence) {
  print_note(fmt::format("latchkey: {}", sentence));
  return kNotScanned;
}

void print_rest(const ScanResult& result) {
  for (const std::string& error : result.report.errors) complain(error);
  if (result.report.errors_untold != 0)
    complain(fmt::format("{} more could not be read.", result.report.errors_untold));
  for (const std::string& note : result.report.notes) print_note("latchkey: " + note);
  if (!result.statuses.trouble.empty()) {
    print_note("latchkey: Not every key was asked about: " + printable(result.statuses.trouble));
  }
  print_note(scan_summary(result));
}

// What is wrong with the options about reports, as a sentence; or nothing.
std::string_view wrong_about_reports(const ScanOptions& given) {
  if (given.report_as.empty() && given.report_secret_file.empty() && given.report_base.empty()) return {};
  if (given.report_as.empty() || given.report_secret_file.empty()) {
    return "A report takes --report-as and --report-secret-file.";
  }
  return given.url.empty() ? "A report takes the address of a server: --url, or LATCHKEY_URL." : std::string_view();
}

void send_and_tell(const Client& client, const Reporter& reporter, const scan::Report& report, const Clock& clock) {
  const auto sent = send_report(client, reporter, report, clock);
  if (!sent) {
    complain("What was found could not be reported: " + printable(sent.error().sentence));
  } else {
    print_note(fmt::format("latchkey: Reported to the server: {} API key{}.", *sent, *sent == 1 ? "" : "s"));
  }
}

int scan_paths(const ScanOptions& given) {
  const auto finder = scan::Finder::for_prefixes(given.prefixes);
  if (!finder) return complain(finder.error().message);
  if (const std::string_view wrong = wrong_about_reports(given); !wrong.empty()) return complain(wrong);
  std::optional<Reporter> reporter;
  if (!given.report_as.empty()) {
    auto read = read_reporter(given.report_as, given.report_secret_file, given.report_base);
    if (!read) return complain(read.error().sentence);
    reporter.emplace(std::move(*read));
  }
  // Before anything is scanned, so that a mistake in the address is told at once.
  std::optional<Client> client;
  if (!given.url.empty()) {
    auto made = Client::connect_with_or_without_key(given.url);
    if (!made) return complain(made.error().sentence);
    client.emplace(std::move(*made));
  }
  const SystemClock clock;
  const std::int64_t began_ns = clock.steady_ns();
  ScanResult result;
  {
    scan::Progress progress;
    const LiveLine line(clock, !given.no_progress && isatty(STDERR_FILENO) != 0,
                        [&progress](double seconds) { return progress_line(progress, seconds); });
    result.report = scan::scan(options_of(given), *finder, progress);
  }
  result.took_ms = (clock.steady_ns() - began_ns) / 1'000'000;
  if (client && !result.report.secrets.empty()) result.statuses = ask_about(*client, result.report.secrets);

  if (given.sarif) {
    print_result(scan_sarif(result));
  } else if (given.json) {
    print_result(scan_json(result));
  } else if (!result.report.findings.empty()) {
    print_result(scan_text(result));
  }
  print_rest(result);
  if (client && reporter && !result.report.findings.empty()) send_and_tell(*client, *reporter, result.report, clock);
  if (!result.report.findings.empty()) return kKeysFound;
  return result.report.errors.empty() || given.keep_going ? kNothingFound : kNotScanned;
}

constexpr const char* kFooter =
    "Exit codes: 0 no key was found, 1 some were, 2 something could not be scanned (and no key was found).\n"
    "With the address of a server it is asked about each key found, at no cost to the key's limits.\n"
    "Examples: latchkey scan .\n"
    "          latchkey scan --staged                 before a commit; see docs/scan.md for the hook\n"
    "          latchkey scan --sarif . > keys.sarif";

}  // namespace

void add_scan(Command& program) {
  Command command = program.add_subcommand("scan", "Find API keys in files and in git's history");
  auto options = std::make_shared<ScanOptions>();
  command.add_arguments("paths", options->paths, "Files, folders and git repositories to scan").capture_default_str();
  command.add_flag("--staged", options->staged, "Only what git will commit next; for hooks");
  Option no_history = command.add_flag("--no-history", options->no_history, "Leave git's history out");
  no_history.excludes(command.add_flag("--no-files", options->no_files, "Leave files out: only git's history"));
  command.add_flag("--no-ignore", options->no_ignore, "Scan what .gitignore leaves out, too");
  command.add_flag("--unreachable", options->unreachable, "Report what git still holds but no ref leads to, too");
  command.add_option("--key-prefix", options->prefixes,
                     "Only keys that start with this, such as lk, or lkop for operator keys; may be repeated. All when left out");
  command.add_option("--jobs", options->jobs, "Threads; 0 for one on each core").between(0, 256).capture_default_str();
  command.add_flag("--keep-going", options->keep_going, "End with 0 even if something could not be read");
  const Option json = command.add_flag("--json", options->json, "Print what was found as JSON");
  command.add_flag("--sarif", options->sarif, "Print what was found as SARIF 2.1.0").excludes(json);
  command.add_flag("--no-progress", options->no_progress, "Draw no progress bar");
  command.add_option("--url", options->url, "Address of a server to ask which keys are live").envname("LATCHKEY_URL");
  command.add_option("--report-as", options->report_as,
                     "Report the API keys found to the server, as the scanner of this name; see docs/leaks.md");
  command.add_option("--report-secret-file", options->report_secret_file,
                     "File whose first line is the secret that this scanner shares with the server");
  command.add_option("--report-base", options->report_base,
                     "What paths are put behind in the report, such as https://git.example/acme/app/blob/main");
  command.footer(kFooter);
  command.callback([options] { return scan_paths(*options); });
}

}  // namespace latchkey::cli
