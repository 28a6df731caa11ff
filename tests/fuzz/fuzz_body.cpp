// Bodies from anyone: what is accepted is JSON to another parser too, and names no channel or attribute that was not read.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "catalog/read_request.h"
#include "shipped_catalog.h"

namespace latchkey::catalog {
namespace {

using nlohmann::json;

// The member, as a server finds it that ignores case.
const json* member(const json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  for (const auto& [key, value] : object.items()) {
    if (equal_ignoring_ascii_case(std::string_view(key.c_str()), name)) return &value;
  }
  return nullptr;
}

void check_channel(const Asked& asked, const json* value) {
  if (value == nullptr || value->is_null()) {
    LK_CHECK(asked.every_channel);
    return;
  }
  LK_CHECK(value->is_number_integer() || value->is_string());
  const std::string text = value->is_string() ? value->get<std::string>() : value->dump();
  const auto index = shipped_catalog().channel_index(text);
  LK_CHECK(asked.every_channel || (index && asked.channels.contains(*index)) || !asked.unknown_channels.empty());
}

void check_attribute(const Asked& asked, const json* value) {
  if (value == nullptr || value->is_null()) {
    LK_CHECK(asked.every_attribute);
    return;
  }
  const std::string text = value->is_string() ? value->get<std::string>() : value->dump();
  const auto index = shipped_catalog().attribute_index(text);
  LK_CHECK((index && asked.attributes.contains(*index)) || !asked.unknown_attributes.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool metrics = (data[0] & 1) == 0;
  const Operation& operation = shipped_operation(metrics ? "UpdateCampaignMetrics" : "UpdateCustomerAttributes");
  Asked asked;
  if (read_body(shipped_catalog(), operation, "application/json", body, asked)) return 0;
  if (body.empty()) return 0;

  const json parsed = json::parse(body, nullptr, false);
  // The other parser refuses numbers that are too large for a double.
  if (parsed.is_discarded()) {
    LK_CHECK(body.find_first_of("eE") != std::string_view::npos || body.size() > 300);
    return 0;
  }
  if (!parsed.is_array()) return 0;
  for (const json& row : parsed) {
    if (metrics) {
      check_channel(asked, member(row, "ChannelID"));
      continue;
    }
    const json* attributes = member(row, "Attributes");
    if (attributes == nullptr || !attributes->is_array()) continue;
    for (const json& attribute : *attributes) check_attribute(asked, member(attribute, "RealFieldName"));
  }
  return 0;
}

}  // namespace latchkey::catalog
