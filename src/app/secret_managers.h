// The secret managers of the server's configuration: tables in its TOML file,
//
//   [secret_managers.corp]
//   kind = "vault"
//   address = "https://vault.example:8200"
//   token_file = "/run/latchkey/vault-token"
//
// read into what their classes take. No flag and no variable sets them, so that a credential never stands on a command line;
// files hold credentials, or, for AWS, AWS' own variables.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/aws_secrets_manager.h"
#include "delivery/secret_managers.h"
#include "delivery/vault.h"

namespace latchkey::app {

struct SecretManagerConfig {
  enum class Kind { kVault, kAws };
  std::string name;
  Kind kind = Kind::kVault;
  std::string path_prefix = "latchkey";
  std::optional<std::vector<std::int64_t>> cids;  // nothing: every tenant's
  delivery::VaultOptions vault;
  delivery::AwsOptions aws;
};

using Environment = std::function<std::optional<std::string>(const std::string&)>;

// `settings`: the table's, as text, lists joined by commas. The message has a line for each mistake.
Result<SecretManagerConfig> read_secret_manager(const std::string& name,
                                                const std::map<std::string, std::string>& settings,
                                                const Environment& environment);

// Where a credential of Latchkey itself stands: "vault:NAME/PATH#FIELD", of a manager of kind vault.
struct VaultReference {
  std::string manager, path, field;
};
bool is_vault_reference(std::string_view text);
// Does not repeat the text when it is wrong.
Result<VaultReference> parse_vault_reference(std::string_view text);

std::unique_ptr<delivery::SecretManager> make_secret_manager(const SecretManagerConfig& config, const Clock& clock,
                                                             const std::atomic<bool>& stopping);
// `clock` and `stopping` must outlive them; once it is set, calls end early.
delivery::SecretManagers make_secret_managers(const std::vector<SecretManagerConfig>& configs, const Clock& clock,
                                              const std::atomic<bool>& stopping);

}  // namespace latchkey::app
