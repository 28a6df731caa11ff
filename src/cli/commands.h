// The commands that talk to a running server (keys, tenants, users), and those that need none (catalog check, scan, version).
// A server is found by LATCHKEY_URL (or --url) and trusted with LATCHKEY_OPERATOR_KEY.
//
//   cli::CommandLine line("What the program does.", "latchkey");
//   cli::add_commands(line);
//   return line.run(argc, argv);  // see ExitCode
#pragma once

namespace latchkey::cli {

class Command;

enum ExitCode {
  kDone = 0,
  kRefused = 1,      // by the server, or because the input is wrong
  kUsage = 2,        // the command line or the environment is wrong
  kUnreachable = 3,  // nobody answers at that address, or somebody who is not Latchkey
};

void add_commands(Command& program);

// The parts of it.
void add_keys(Command& program);
void add_nodes(Command& program);
void add_tenants(Command& program);
void add_users(Command& program);
void add_catalog(Command& program);
void add_scan(Command& program);
void add_version(Command& program);

}  // namespace latchkey::cli
