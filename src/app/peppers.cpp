#include "app/peppers.h"

#include "app/pepper_file.h"

namespace latchkey::app {
namespace {

Result<credential::Peppers> from_vault(const VaultReference& at, const std::vector<SecretManagerConfig>& managers,
                                       const Clock& clock) {
  const auto manager = std::ranges::find(managers, at.manager, &SecretManagerConfig::name);
  if (manager == managers.end())
    return fail(ErrorCode::kInvalidArgument, fmt::format("There is no secret manager \"{}\".", at.manager));
  const std::atomic<bool> stopping{false};
  delivery::Vault vault(manager->vault, clock, stopping);
  auto text = vault.read_field(at.path, at.field);
  if (!text) {
    return fail(text.error().code,
                "The peppers could not be read, and without them no key can be checked. " + text.error().message,
                text.error().detail);
  }
  return parse_peppers(std::string(text->expose()),
                       fmt::format("The field \"{}\" at {} in secret manager \"{}\"", at.field, at.path, at.manager));
}

}  // namespace

Result<credential::Peppers> configured_peppers(const ServeConfig& config, const std::optional<std::string>& variable,
                                               const Clock& clock) {
  const bool is_pepper = variable && !variable->empty() && !is_vault_reference(*variable);
  if (is_pepper) return load_peppers(config.store.data, variable);
  if (config.pepper_in_vault) return from_vault(*config.pepper_in_vault, config.secret_managers, clock);
  if (!config.pepper_file.empty()) return read_pepper_file(config.pepper_file);
  return load_peppers(config.store.data, std::nullopt);
}

}  // namespace latchkey::app
