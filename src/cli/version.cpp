// latchkey version
#include <CLI/CLI.hpp>

#include "base/version.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace latchkey::cli {

void add_version(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("version", "Print the version");
  auto wants_json = std::make_shared<bool>(false);
  command->add_flag("--json", *wants_json, "Print JSON");
  command->footer("Example: latchkey version --json");
  command->callback([wants_json, &exit_code] {
    print_result(*wants_json ? fmt::format(R"({{"version":"{}"}})", version()) : fmt::format("latchkey {}", version()));
    exit_code = kDone;
  });
}

}  // namespace latchkey::cli
