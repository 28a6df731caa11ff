// Lists within a row, as compact JSON text: ["504","505"], restrictions as {"channels":["504"]}, and limits as
// {"rate_limits":[{"name":"burst","requests":5,"window_seconds":1}],"quotas":[{"name":"daily","period":"day","requests":9}]}.
// What is empty is not stored at all (NULL), as for most keys; of a policy, what is as in the standard one.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api_key.h"
#include "core/key_policy.h"

namespace latchkey::store::sql {

std::optional<std::string> to_json(const std::vector<std::string>& list);
std::optional<std::string> to_json(const std::vector<IpRange>& list);
std::optional<std::string> to_json(const Restrictions& restrictions);
std::optional<std::string> to_json(const OwnLimits& limits);
std::optional<std::string> to_json(const std::optional<Rotation>& rotation);
std::optional<std::string> to_json(const HandOver& hand_over);
std::optional<std::string> to_json(const KeyPolicy& policy);

// False when the text is not what to_json makes; the target is then unspecified.
bool from_json(std::string_view json, std::vector<std::string>& list);
bool from_json(std::string_view json, std::vector<IpRange>& list);
bool from_json(std::string_view json, Restrictions& restrictions);
bool from_json(std::string_view json, OwnLimits& limits);
bool from_json(std::string_view json, std::optional<Rotation>& rotation);
bool from_json(std::string_view json, HandOver& hand_over);
bool from_json(std::string_view json, KeyPolicy& policy);

}  // namespace latchkey::store::sql
