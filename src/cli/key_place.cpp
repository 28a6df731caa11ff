#include "cli/key_place.h"

#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/tenant_choice.h"

namespace latchkey::cli {

Attempt<KeyPlace> find_place(const KeyOptions& options) {
  auto client = Client::connect(options.url);
  if (!client) return std::unexpected(std::move(client.error()));
  const auto tenant = choose_tenant(*client, options.tenant);
  if (!tenant) return std::unexpected(tenant.error());
  return KeyPlace{std::move(*client), "/v1/tenants/" + *tenant + "/api-keys"};
}

void add_key_options(Command& command, KeyOptions& options) {
  command.add_option("--tenant", options.tenant,
                     "Id, client number or name of the tenant; not needed when there is only one");
  add_common_options(command, options);
}

nlohmann::json hand_over_of(const std::string& text) {
  if (text == "show" || text == "link") return {{"kind", text}};
  const std::size_t colon = text.find(':');
  return {{"kind", "secret_manager"},
          {"manager", text.substr(0, colon)},
          {"path", colon == std::string::npos ? "" : text.substr(colon + 1)}};
}

}  // namespace latchkey::cli
