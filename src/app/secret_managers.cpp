#include "app/secret_managers.h"

#include <charconv>

#include "core/secret_path.h"

namespace latchkey::app {
namespace {

using Settings = std::map<std::string, std::string>;
using Kind = SecretManagerConfig::Kind;

constexpr std::size_t kMaxNameBytes = 32;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// Takes settings one by one, and says in the end which were none.
class Table {
 public:
  Table(const std::string& name, const Settings& settings)
      : where_(fmt::format("[secret_managers.{}]", name)), left_(settings) {}

  void text(const std::string& name, std::string& out) {
    known_.push_back(name);
    const auto at = left_.find(name);
    if (at == left_.end()) return;
    if (!at->second.empty()) out = at->second;
    left_.erase(at);
  }
  // Nothing when it is not set; an empty list is nobody.
  std::optional<std::vector<std::int64_t>> numbers(const std::string& name) {
    if (!left_.contains(name)) return known_.push_back(name), std::nullopt;
    std::string list;
    text(name, list);
    std::vector<std::int64_t> out;
    for (std::string_view rest = list; !rest.empty();) {
      const std::string_view part = rest.substr(0, rest.find(','));
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
      if (error != std::errc{} || end != part.data() + part.size() || number < 0) {
        mistake(fmt::format("{} must be a list of tenants' numbers (CID), such as [1, 2].", name));
        break;
      }
      out.push_back(number);
      rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
    return out;
  }
  void checked(Result<void> result) {
    if (!result) mistake(result.error().message);
  }
  void mistake(const std::string& what) {
    mistakes_ += fmt::format("{}{}: {}", mistakes_.empty() ? "" : "\n", where_, what);
  }
  const std::string& finish() {
    std::string known;
    for (const std::string& name : known_) known += (known.empty() ? "" : ", ") + name;
    for (const auto& [name, value] : left_)
      mistake(fmt::format("there is no setting \"{}\"; there are {}.", name, known));
    return mistakes_;
  }
  const std::string& mistakes() const { return mistakes_; }

 private:
  const std::string where_;
  Settings left_;
  std::vector<std::string> known_;
  std::string mistakes_;
};

void read_vault(Table& table, delivery::VaultOptions& vault) {
  table.text("address", vault.address);
  table.text("namespace", vault.name_space);
  table.text("mount", vault.mount);
  table.text("token_file", vault.token_file);
  table.text("role_id", vault.role_id);
  table.text("secret_id_file", vault.secret_id_file);
  table.text("approle_mount", vault.approle_mount);
  table.text("ca_file", vault.ca_file);
  table.checked(delivery::check_vault(vault));
}

void read_aws(Table& table, delivery::AwsOptions& aws, const Environment& environment) {
  table.text("region", aws.region);
  table.text("endpoint", aws.endpoint);
  table.text("credentials_file", aws.credentials_file);
  table.text("profile", aws.profile);
  table.text("ca_file", aws.ca_file);
  if (aws.credentials_file.empty()) {
    aws.credentials = {environment("AWS_ACCESS_KEY_ID").value_or(""),
                       Secret(environment("AWS_SECRET_ACCESS_KEY").value_or("")),
                       Secret(environment("AWS_SESSION_TOKEN").value_or(""))};
  }
  table.checked(delivery::check_aws(aws));
}

delivery::AwsOptions copy_of(const delivery::AwsOptions& aws) {
  return {.name = aws.name,
          .region = aws.region,
          .endpoint = aws.endpoint,
          .credentials_file = aws.credentials_file,
          .profile = aws.profile,
          .credentials = delivery::copy_of(aws.credentials),
          .ca_file = aws.ca_file,
          .probed = aws.probed};
}

constexpr std::string_view kInVault = "vault:";

}  // namespace

bool is_vault_reference(std::string_view text) { return text.starts_with(kInVault); }

Result<VaultReference> parse_vault_reference(std::string_view text) {
  const std::size_t slash = text.find('/'), hash = text.rfind('#');
  if (is_vault_reference(text) && slash != std::string_view::npos && hash != std::string_view::npos && slash < hash) {
    VaultReference reference{std::string(text.substr(kInVault.size(), slash - kInVault.size())),
                             std::string(text.substr(slash + 1, hash - slash - 1)), std::string(text.substr(hash + 1))};
    if (is_name(reference.manager) && check_secret_path(reference.path) && !reference.field.empty()) return reference;
  }
  // What was given may be the credential itself, so it is not repeated.
  return fail(ErrorCode::kInvalidArgument,
              "It must look like vault:NAME/PATH#FIELD, where [secret_managers.NAME] is in the configuration file.");
}

Result<SecretManagerConfig> read_secret_manager(const std::string& name, const Settings& settings,
                                                const Environment& environment) {
  SecretManagerConfig config;
  config.name = config.vault.name = config.aws.name = name;
  Table table(name, settings);
  if (!is_name(name)) table.mistake("a secret manager's name is made of a-z, 0-9, _ and -, at most 32.");
  std::string kind;
  table.text("kind", kind);
  if (kind != "vault" && kind != "aws") {
    table.mistake("kind must be \"vault\" (HashiCorp Vault or OpenBao) or \"aws\" (AWS Secrets Manager).");
    return fail(ErrorCode::kInvalidArgument, table.mistakes());
  }
  config.kind = kind == "aws" ? Kind::kAws : Kind::kVault;
  table.text("path_prefix", config.path_prefix);
  if (!check_secret_path(config.path_prefix))
    table.mistake("path_prefix must be a path such as latchkey or keys/production.");
  config.cids = table.numbers("tenants");
  config.aws.probed = config.path_prefix + "/probe";
  switch (config.kind) {
    case Kind::kVault: read_vault(table, config.vault); break;
    case Kind::kAws: read_aws(table, config.aws, environment); break;
  }
  if (const std::string& mistakes = table.finish(); !mistakes.empty())
    return fail(ErrorCode::kInvalidArgument, mistakes);
  return config;
}

std::unique_ptr<delivery::SecretManager> make_secret_manager(const SecretManagerConfig& config, const Clock& clock,
                                                             const std::atomic<bool>& stopping) {
  switch (config.kind) {
    case Kind::kVault: return std::make_unique<delivery::Vault>(config.vault, clock, stopping);
    case Kind::kAws: return std::make_unique<delivery::AwsSecretsManager>(copy_of(config.aws), clock, stopping);
  }
  return nullptr;
}

delivery::SecretManagers make_secret_managers(const std::vector<SecretManagerConfig>& configs, const Clock& clock,
                                              const std::atomic<bool>& stopping) {
  std::vector<delivery::NamedManager> managers;
  managers.reserve(configs.size());
  for (const SecretManagerConfig& config : configs) {
    managers.push_back({.name = config.name,
                        .kind = config.kind == Kind::kAws ? "aws" : "vault",
                        .path_prefix = config.path_prefix,
                        .cids = config.cids,
                        .manager = make_secret_manager(config, clock, stopping)});
  }
  return delivery::SecretManagers(std::move(managers));
}

}  // namespace latchkey::app
