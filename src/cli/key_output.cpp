#include "cli/key_output.h"

#include <nlohmann/json.hpp>

#include "cli/limit_options.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* name) {
  const json& value = object.at(name);
  return value.is_null() ? std::string() : printable(value.get<std::string>());
}

// "2026-05-01 09:30 UTC" from "2026-05-01T09:30:00.000Z"
std::string time_of(const json& value) {
  const auto text = value.get<std::string>();
  return text.size() < 16 ? printable(text) : printable(text.substr(0, 10) + " " + text.substr(11, 5) + " UTC");
}

std::string last_used_of(const json& key) {
  const json& last = key.at("last_used");
  if (last.is_null()) return "never";
  return time_of(last.at("at")) + " from " + text_of(last, "address");
}

std::string list_of(const json& values) {
  if (values.empty()) return "everything that the access type and the tenant permit";
  std::string out;
  for (const json& value : values) {
    if (!out.empty()) out += ", ";
    out += value.is_string() ? printable(value.get<std::string>()) : value.dump();
  }
  return out;
}

// "by its secret's SHA-256, app-7 there"
std::string import_of(const json& import) {
  std::string out = text_of(import, "from") == "sha256" ? "by its secret's SHA-256" : "by its secret";
  if (!import.at("external_id").is_null()) out += ", " + text_of(import, "external_id") + " there";
  return out;
}

}  // namespace

std::string restrictions_in_short(const json& restrictions) {
  std::string out;
  const auto add = [&](const char* name, const char* one, const char* many) {
    const std::size_t count = restrictions.at(name).size();
    if (count == 0) return;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", count, count == 1 ? one : many);
  };
  add("operations", "operation", "operations");
  add("channels", "channel", "channels");
  add("attributes", "attribute", "attributes");
  add("ip_ranges", "network", "networks");
  return out.empty() ? "none" : out;
}

Table key_table(const json& keys) {
  Table table{{"ID", "NICKNAME", "ACCESS TYPE", "STATUS", "KEY", "RESTRICTIONS", "LAST USED"}, {}};
  for (const json& key : keys) {
    table.rows.push_back({text_of(key, "id"), text_of(key, "nickname"), text_of(key, "access_type"),
                          text_of(key, "status"), text_of(key, "hint"), restrictions_in_short(key.at("restrictions")),
                          last_used_of(key)});
  }
  return table;
}

std::string key_details(const json& key) {
  std::string out;
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!out.empty()) out += '\n';
    out += fmt::format("{:<14}{}", name, value);
  };
  line("Nickname", text_of(key, "nickname"));
  line("Id", text_of(key, "id"));
  line("Tenant", text_of(key, "tenant_id"));
  line("Key", text_of(key, "hint"));
  line("Status", text_of(key, "status"));
  line("Access type", text_of(key, "access_type"));
  line("Contact", text_of(key, "contact_email"));
  const json& restrictions = key.at("restrictions");
  line("Operations", list_of(restrictions.at("operations")));
  line("Channels", list_of(restrictions.at("channels")));
  line("Attributes", list_of(restrictions.at("attributes")));
  line("Networks", restrictions.at("ip_ranges").empty() ? "any" : list_of(restrictions.at("ip_ranges")));
  line("Limits", limits_in_short(key.at("limits")));
  line("Expires", key.at("expires_at").is_null() ? "never" : time_of(key.at("expires_at")));
  line("Last used", last_used_of(key));
  line("Created", time_of(key.at("created_at")) + " by " + text_of(key.at("created_by"), "name"));
  if (!key.at("import").is_null()) line("Imported", import_of(key.at("import")));
  if (const json& rotation = key.at("rotation"); !rotation.is_null()) {
    const json& ends = rotation.at("ends_at");
    const std::string until = rotation.at("delivering").get<bool>() ? "the new one is in its secret manager"
                              : ends.is_null()                      ? "the new one has been used"
                                                                    : time_of(ends);
    line("Rotating", fmt::format("the old secret, {}, works until {}", text_of(rotation, "old_hint"), until));
  }
  if (const json& hand_over = key.at("hand_over"); hand_over.at("kind") == "secret_manager") {
    line("Secrets go to", fmt::format("{}, {}", text_of(hand_over, "manager"), text_of(hand_over, "path")));
  }
  if (!key.at("deleted_at").is_null()) line("Deleted", time_of(key.at("deleted_at")));
  if (!key.at("disabled_at").is_null()) line("Disabled", time_of(key.at("disabled_at")));
  if (!key.at("revoked_at").is_null()) line("Revoked", time_of(key.at("revoked_at")));
  return out;
}

}  // namespace latchkey::cli
