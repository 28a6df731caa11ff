// Lists within a row, as compact JSON text: ["504","505"], and restrictions as {"channels":["504"]}. What is empty is
// not stored at all (NULL), as for most keys.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api_key.h"

namespace latchkey::store::sqlite {

std::optional<std::string> to_json(const std::vector<std::string>& list);
std::optional<std::string> to_json(const std::vector<IpRange>& list);
std::optional<std::string> to_json(const Restrictions& restrictions);

// False when the text is not what to_json makes; the target is then unspecified.
bool from_json(std::string_view json, std::vector<std::string>& list);
bool from_json(std::string_view json, std::vector<IpRange>& list);
bool from_json(std::string_view json, Restrictions& restrictions);

}  // namespace latchkey::store::sqlite
