// Keys, as people read them.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/output.h"

namespace latchkey::cli {

Table key_table(const nlohmann::json& keys);
std::string key_details(const nlohmann::json& key);
// "2 channels, 3 attributes", or "none"
std::string restrictions_in_short(const nlohmann::json& restrictions);

}  // namespace latchkey::cli
