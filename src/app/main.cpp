#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "app/commands.h"
#include "base/version.h"
#include "cli/commands.h"

namespace latchkey::app {

void print_failure(const char* message) { std::fprintf(stderr, "latchkey: %s\n", message); }

}  // namespace latchkey::app

int main(int argc, char** argv) {
  using namespace latchkey;
  // A peer that closes early is an error to handle, not a reason to die.
  std::signal(SIGPIPE, SIG_IGN);

  CLI::App app("Latchkey issues API keys and decides every request made with them.", "latchkey");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(version()));
  app.footer("First steps: latchkey init --data DIR, then latchkey serve --data DIR --catalog FILE --upstream URL.\n"
             "Every command explains itself with --help.");
  int exit_code = 0;
  app::add_init(app, exit_code);
  app::add_serve(app, exit_code);
  app::add_sample_api(app, exit_code);
  cli::add_commands(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}
