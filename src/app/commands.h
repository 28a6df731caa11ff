// The commands that do not ask a running server: init, serve, backup, restore, sample-api. Each adds itself to the command line. Exit
// codes: 0 done, 1 refused or failed, 2 wrong usage.
#pragma once
#include "cli/command_line.h"

namespace latchkey::app {

void add_init(cli::Command& program);
void add_serve(cli::Command& program);
void add_backup(cli::Command& program);
void add_restore(cli::Command& program);
void add_sample_api(cli::Command& program);

// One sentence on standard error, as every command reports what stopped it.
void print_failure(const char* message);

}  // namespace latchkey::app
