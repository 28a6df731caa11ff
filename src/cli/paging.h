// Lists, over as many pages as it takes.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "cli/client.h"

namespace latchkey::cli {

// {"data":[...],"next_cursor":...} with at most `limit` entries; `path` may have a query. 0: all there are.
Attempt<nlohmann::json> get_list(const Client& client, const std::string& path, std::size_t limit);

}  // namespace latchkey::cli
