#include "cli/commands.h"

namespace latchkey::cli {

void add_commands(Command& program) {
  add_keys(program);
  add_nodes(program);
  add_tenants(program);
  add_users(program);
  add_catalog(program);
  add_scan(program);
  add_version(program);
}

}  // namespace latchkey::cli
