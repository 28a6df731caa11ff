#include <csignal>

#include "app/commands.h"
#include "base/version.h"
#include "cli/command_line.h"
#include "cli/commands.h"

int main(int argc, char** argv) {
  using namespace latchkey;
  // A peer that closes early is an error to handle, not a reason to die.
  std::signal(SIGPIPE, SIG_IGN);

  cli::CommandLine line("Latchkey issues API keys and decides every request made with them.", "latchkey");
  line.require_subcommand();
  line.set_version_flag("--version", std::string(version()));
  line.footer("First steps: latchkey init --data DIR, then latchkey serve --data DIR --catalog FILE --upstream URL.\n"
              "Every command explains itself with --help.");
  app::add_init(line);
  app::add_serve(line);
  app::add_backup(line);
  app::add_restore(line);
  app::add_sample_api(line);
  cli::add_commands(line);
  return line.run(argc, argv);
}
