// latchkey version
#include "base/version.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace latchkey::cli {

void add_version(Command& program) {
  Command command = program.add_subcommand("version", "Print the version");
  auto wants_json = std::make_shared<bool>(false);
  command.add_flag("--json", *wants_json, "Print JSON");
  command.footer("Example: latchkey version --json");
  command.callback([wants_json] {
    print_result(*wants_json ? fmt::format(R"({{"version":"{}"}})", version()) : fmt::format("latchkey {}", version()));
    return kDone;
  });
}

}  // namespace latchkey::cli
