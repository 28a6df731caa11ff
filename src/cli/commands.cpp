#include "cli/commands.h"

namespace latchkey::cli {

void add_commands(CLI::App& app, int& exit_code) {
  add_keys(app, exit_code);
  add_tenants(app, exit_code);
  add_users(app, exit_code);
  add_catalog(app, exit_code);
  add_version(app, exit_code);
}

}  // namespace latchkey::cli
