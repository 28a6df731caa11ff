// latchkey keys import FILE|-
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "cli/command_line.h"
#include "cli/import_rows.h"
#include "cli/import_sender.h"
#include "cli/key_place.h"
#include "cli/live_line.h"
#include "cli/output.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

struct ImportOptions : KeyOptions {
  std::string file, format;
  std::int64_t jobs = 4;
  bool dry_run = false, no_progress = false;
};

class Input {
 public:
  static Attempt<Input> open(const std::string& path) {
    const int file = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (file < 0 || ::fstat(file, &status) != 0)
      return usage(fmt::format("{} can't be read: {}.", path, std::strerror(errno)));
    return Input(file, status, path == "-");
  }
  Input(Input&& other) noexcept
      : file_(std::exchange(other.file_, STDIN_FILENO)), size_(other.size_), private_(other.private_) {}
  ~Input() {
    if (file_ != STDIN_FILENO) ::close(file_);
  }

  std::uint64_t size() const { return size_; }  // 0: unknown
  bool may_hold_secrets() const { return private_; }
  std::size_t read_some(char* to, std::size_t room) const {
    ssize_t size;
    do {
      size = ::read(file_, to, room);
    } while (size < 0 && errno == EINTR);
    return size < 0 ? 0 : static_cast<std::size_t>(size);
  }

 private:
  Input(int file, const struct stat& status, bool standard)
      : file_(file),
        size_(S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0),
        private_(standard || (S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)) {}

  int file_;
  std::uint64_t size_;
  bool private_;
};

Attempt<Format> format_of(const ImportOptions& options) {
  if (options.format == "csv") return Format::kCsv;
  if (options.format == "jsonl") return Format::kJsonLines;
  if (!options.format.empty()) return usage("--format is jsonl or csv.");
  if (options.file.ends_with(".csv")) return Format::kCsv;
  if (options.file.ends_with(".jsonl") || options.file.ends_with(".ndjson")) return Format::kJsonLines;
  return usage("Say what the input is: --format jsonl, or --format csv.");
}

// What the main thread tells the line that is drawn.
struct Progress {
  std::atomic<std::uint64_t> bytes{0};
  std::uint64_t size = 0;
};

std::string progress_line(const Progress& progress, const ImportSender& sender, double seconds) {
  const std::uint64_t keys = sender.imported() + sender.already_there(), bytes = progress.bytes;
  const std::string share = progress.size == 0 ? std::string()
                                               : fmt::format("{} {:3} %  ", progress_bar(bytes, progress.size),
                                                             std::min<std::uint64_t>(bytes * 100 / progress.size, 100));
  return fmt::format("Keys {}{}, {:.0f}/s", share, keys, static_cast<double>(keys) / std::max(seconds, 0.001));
}

// Answers the mistakes of rows that the server was not asked about.
std::vector<LineMistake> send_rows(const ImportOptions& options, ImportRows& rows, TextReader& text,
                                   ImportSender& sender, Progress& progress) {
  std::vector<LineMistake> mistakes;
  ImportRow row;
  while (rows.next(row)) {
    progress.bytes = text.bytes();
    for (std::string& mistake : row.mistakes) mistakes.push_back({row.line, std::move(mistake)});
    if (!row.mistakes.empty() && !options.dry_run) break;
    if (row.mistakes.empty() && !row.json.empty() && !sender.add(row.line, row.json)) break;
  }
  wipe(row.json);
  sender.finish();
  return mistakes;
}

void tell(const ImportOptions& options, const ImportSender& sender, const std::vector<LineMistake>& mistakes) {
  for (const LineMistake& mistake : mistakes)
    print_note(fmt::format("line {}: {}", mistake.line, printable(mistake.what)));
  print_note(fmt::format("{} {}, {} already there.", sender.imported(),
                         options.dry_run ? "would be imported" : "imported", sender.already_there()));
  if (!options.json) return;
  json out = {{"imported", sender.imported()}, {"already_there", sender.already_there()}, {"dry_run", options.dry_run}};
  out["mistakes"] = json::array();
  for (const LineMistake& mistake : mistakes)
    out["mistakes"].push_back({{"line", mistake.line}, {"detail", mistake.what}});
  if (sender.failure()) out["failure"] = sender.failure()->sentence;
  print_result(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

constexpr const char* kAgain = "Run it again to go on: what is there already is left as it is.";

Attempt<void> import(const ImportOptions& options) {
  const auto format = format_of(options);
  if (!format) return std::unexpected(format.error());
  const auto input = Input::open(options.file);
  if (!input) return std::unexpected(input.error());
  const auto place = find_place(options);
  if (!place) return std::unexpected(place.error());

  TextReader text([&](char* to, std::size_t room) { return input->read_some(to, room); });
  ImportRows rows(text, *format, input->may_hold_secrets());
  ImportSender sender(place->client, place->keys + "/import",
                      {.dry_run = options.dry_run, .threads = static_cast<std::size_t>(options.jobs)});
  Progress progress;
  progress.size = input->size();
  std::vector<LineMistake> mistakes;
  {
    const SystemClock clock;
    const LiveLine line(clock, !options.no_progress && isatty(STDERR_FILENO) != 0,
                        [&](double seconds) { return progress_line(progress, sender, seconds); });
    mistakes = send_rows(options, rows, text, sender, progress);
  }
  std::ranges::move(sender.take_mistakes(), std::back_inserter(mistakes));
  std::ranges::sort(mistakes, {}, [](const LineMistake& mistake) { return std::pair(mistake.line, mistake.what); });
  tell(options, sender, mistakes);
  if (sender.failure()) {
    Failure failure = *sender.failure();
    failure.sentence += std::string(" ") + kAgain;
    failure.problem.clear();  // --json has told it
    return std::unexpected(std::move(failure));
  }
  if (mistakes.empty()) return {};
  return std::unexpected(Failure{
      kRefused,
      options.dry_run
          ? fmt::format("There are {} mistakes.", mistakes.size())
          : fmt::format("It stopped at a mistake, and the up to {} keys that were sent with it are not imported. "
                        "--dry-run lists all mistakes. {}",
                        ImportSender::kMaxKeys, kAgain)});
}

constexpr const char* kFooter =
    "A key needs nickname, contact_email, access_type, and secret_sha256 or secret; docs/import.md has the rest.\n"
    "Secrets are taken from standard input, or from a file that only you can read.\n"
    "It may be run again, and goes on where it was interrupted: keys that are there already are left as they are.\n"
    "Examples: latchkey keys import --dry-run keys.csv\n"
    "          decrypt keys.jsonl.gpg | latchkey keys import --format jsonl -";

}  // namespace

void add_import(Command& keys) {
  Command command = keys.add_subcommand("import", "Take over keys that another system made");
  auto options = std::make_shared<ImportOptions>();
  command.add_option("file", options->file, "JSON lines or CSV; - for standard input").required();
  command.add_option("--format", options->format, "jsonl or csv; by the file's name when left out");
  command.add_flag("--dry-run", options->dry_run, "Import nothing; list every mistake with its line");
  command.add_option("--jobs", options->jobs, "Batches under way at a time").between(1, 16).capture_default_str();
  command.add_flag("--no-progress", options->no_progress, "Draw no progress bar");
  add_key_options(command, *options);
  command.footer(kFooter);
  command.callback([options] { return run(*options, [&] { return import(*options); }); });
}

}  // namespace latchkey::cli
