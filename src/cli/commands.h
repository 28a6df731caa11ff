// The commands that talk to a running server (keys, tenants, users), and those that need none (catalog check, version).
// A server is found by LATCHKEY_URL (or --url) and trusted with LATCHKEY_OPERATOR_KEY.
//
//   CLI::App app; int exit_code = 0;
//   cli::add_commands(app, exit_code);
//   app.parse(argc, argv);          // runs the command that was given
//   return exit_code;               // see ExitCode
#pragma once

namespace CLI {
class App;
}

namespace latchkey::cli {

enum ExitCode {
  kDone = 0,
  kRefused = 1,      // by the server, or because the input is wrong
  kUsage = 2,        // the command line or the environment is wrong
  kUnreachable = 3,  // nobody answers at that address, or somebody who is not Latchkey
};

void add_commands(CLI::App& app, int& exit_code);

// The parts of it.
void add_keys(CLI::App& app, int& exit_code);
void add_tenants(CLI::App& app, int& exit_code);
void add_users(CLI::App& app, int& exit_code);
void add_catalog(CLI::App& app, int& exit_code);
void add_version(CLI::App& app, int& exit_code);

}  // namespace latchkey::cli
