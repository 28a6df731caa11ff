// Lists within a row, as compact JSON text: ["504","505"], restrictions as {"channels":["504"]}, and limits as
// {"rate_limits":[{"name":"burst","requests":5,"window_seconds":1}],"quotas":[{"name":"daily","period":"day","requests":9}]}.
// What is empty is not stored at all (NULL), as for most keys.
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
std::optional<std::string> to_json(const OwnLimits& limits);

// False when the text is not what to_json makes; the target is then unspecified.
bool from_json(std::string_view json, std::vector<std::string>& list);
bool from_json(std::string_view json, std::vector<IpRange>& list);
bool from_json(std::string_view json, Restrictions& restrictions);
bool from_json(std::string_view json, OwnLimits& limits);

}  // namespace latchkey::store::sqlite
