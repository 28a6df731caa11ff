// Where the keys of a tenant are, for the commands about keys. Each command's part adds itself.
#pragma once
#include <nlohmann/json_fwd.hpp>
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

// Where a secret is to go, as the API wants it, from "show", "link" or "MANAGER:PATH".
nlohmann::json hand_over_of(const std::string& text);

void add_rotation(Command& keys);
void add_import(Command& keys);
void add_export(Command& keys);

}  // namespace latchkey::cli
