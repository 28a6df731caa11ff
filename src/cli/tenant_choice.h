// Which tenant a command is about: its id, its client number, its name, or, when there is only one, nothing at all.
#pragma once
#include <string>

#include "cli/client.h"

namespace latchkey::cli {

Attempt<std::string> choose_tenant(const Client& client, const std::string& given);

}  // namespace latchkey::cli
