// Where the keys of a tenant are, for the commands about keys. Each command's part adds itself.
#pragma once
#include <string>

#include "cli/client.h"
#include "cli/output.h"

namespace latchkey::cli {

struct KeyOptions : CommonOptions {
  std::string tenant;
};

struct KeyPlace {
  Client client;
  std::string keys;  // "/v1/tenants/ten_.../api-keys"
};

void add_key_options(Command& command, KeyOptions& options);
Attempt<KeyPlace> find_place(const KeyOptions& options);

void add_import(Command& keys);
void add_export(Command& keys);

}  // namespace latchkey::cli
