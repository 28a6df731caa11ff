// The commands that are not about a running server: init, serve, sample-api. Each adds itself to the command line and
// sets the exit code: 0 done, 1 refused or failed, 2 wrong usage.
#pragma once

namespace CLI {
class App;
}

namespace latchkey::app {

void add_init(CLI::App& app, int& exit_code);
void add_serve(CLI::App& app, int& exit_code);
void add_sample_api(CLI::App& app, int& exit_code);

// One sentence on standard error, as every command reports what stopped it.
void print_failure(const char* message);

}  // namespace latchkey::app
