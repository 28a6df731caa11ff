#include "app/secret_managers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "app/serve_config.h"

namespace latchkey::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Strings = std::map<std::string, std::string>;

Environment environment(Strings variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  };
}

Result<ServeConfig> make(const std::string& toml, Strings flags = {}, Strings variables = {}) {
  const std::string path = testing::TempDir() + "managers.toml";
  std::ofstream(path) << "data = '/d'\ncatalog = 'c.yaml'\nupstream = 'http://127.0.0.1:9000'\n" << toml;
  return make_serve_config(flags, environment(std::move(variables)), path);
}

constexpr const char* kCorp =
    "[secret_managers.corp]\nkind = 'vault'\naddress = 'https://vault.example:8200'\ntoken_file = '/run/token'\n";

TEST(SecretManagerConfig, IsReadFromItsTable) {
  const auto config = make(std::string(kCorp) +
                           "namespace = 'teams/a'\nmount = 'kv'\npath_prefix = 'keys/prod'\ntenants = [1, 2]\n"
                           "[secret_managers.aws]\nkind = 'aws'\nregion = 'eu-central-1'\ncredentials_file = "
                           "'/run/aws'\nprofile = 'latchkey'\n");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->secret_managers.size(), 2u);
  const SecretManagerConfig& aws = config->secret_managers[0];
  EXPECT_EQ(aws.name, "aws");
  EXPECT_EQ(aws.kind, SecretManagerConfig::Kind::kAws);
  EXPECT_EQ(aws.aws.region, "eu-central-1");
  EXPECT_EQ(aws.aws.profile, "latchkey");
  EXPECT_EQ(aws.aws.probed, "latchkey/probe");
  EXPECT_FALSE(aws.cids);
  const SecretManagerConfig& corp = config->secret_managers[1];
  EXPECT_EQ(corp.vault.name_space, "teams/a");
  EXPECT_EQ(corp.vault.mount, "kv");
  EXPECT_EQ(corp.path_prefix, "keys/prod");
  EXPECT_THAT(*corp.cids, ElementsAre(1, 2));
}

TEST(SecretManagerConfig, AwsCredentialsCanBeInTheEnvironment) {
  const std::string toml = "[secret_managers.aws]\nkind = 'aws'\nregion = 'eu-central-1'\n";
  EXPECT_FALSE(make(toml));
  const auto config =
      make(toml, {}, {{"AWS_ACCESS_KEY_ID", "AKIA1"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", "t"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->secret_managers[0].aws.credentials.access_key_id, "AKIA1");
  EXPECT_TRUE(config->secret_managers[0].aws.credentials.session_token.equals("t"));
}

TEST(SecretManagerConfig, EveryMistakeIsToldInASentence) {
  const std::pair<std::string, const char*> cases[] = {
      {"secret_managers = 1\n", ":4: secret managers are tables"},
      {"[secret_managers]\ncorp = 'x'\n", ":5: secret managers are tables"},
      {"[secret_managers.corp]\n", "[secret_managers.corp]: kind must be \"vault\""},
      {"[secret_managers.corp]\nkind = 'azure'\n", "kind must be \"vault\""},
      {"[secret_managers.Corp]\nkind = 'vault'\n", "name is made of a-z"},
      {std::string(kCorp) + "token = 'x'\n",
       "there is no setting \"token\"; there are kind, path_prefix, tenants, address"},
      {std::string(kCorp) + "region = 'x'\n", "there is no setting \"region\""},
      {std::string(kCorp) + "path_prefix = '../x'\n", "path_prefix must be a path"},
      {std::string(kCorp) + "tenants = ['one']\n", "tenants must be a list"},
      {std::string(kCorp) + "tenants = [[1]]\n", "must be a string, a whole number or a list"},
      {std::string(kCorp) + "mount = 1.5\n", "must be a string, a whole number or a list"},
      {"[secret_managers.corp]\nkind = 'vault'\naddress = 'http://vault.example'\ntoken_file = '/t'\n",
       "address: It must start with https://"},
      {"[secret_managers.a]\nkind = 'aws'\nregion = ''\ncredentials_file = '/c'\n", "region must be one of AWS"},
  };
  for (const auto& [toml, message] : cases) {
    const auto config = make(toml);
    ASSERT_FALSE(config) << message;
    EXPECT_THAT(config.error().message, HasSubstr(message));
  }
}

TEST(PepperSettings, NameAVaultOrAFile) {
  const auto vault = make("pepper = 'vault:corp/latchkey/pepper#peppers'\n" + std::string(kCorp));
  ASSERT_TRUE(vault) << vault.error().message;
  EXPECT_EQ(vault->pepper_in_vault->manager, "corp");
  EXPECT_EQ(vault->pepper_in_vault->path, "latchkey/pepper");
  EXPECT_EQ(vault->pepper_in_vault->field, "peppers");
  EXPECT_EQ(make("pepper_file = '/run/pepper'\n")->pepper_file, "/run/pepper");
  EXPECT_TRUE(make(kCorp, {}, {{"LATCHKEY_PEPPER", "vault:corp/pepper#p"}})->pepper_in_vault);
}

// LATCHKEY_PEPPER was the pepper itself before it could name a Vault, and still can be.
TEST(PepperSettings, APepperInTheVariableIsNoSetting) {
  const auto config = make("", {}, {{"LATCHKEY_PEPPER", "1 " + std::string(64, 'a')}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->pepper_in_vault);
}

TEST(PepperSettings, RefusesOthersWithoutRepeatingThem) {
  const std::string pepper = "1 " + std::string(64, 'a');
  for (const std::string& wrong :
       {pepper, std::string("vault:corp/x"), std::string("vault:/x#f"), std::string("vault:corp/../x#f"),
        std::string("vault:corp#f"), std::string("vault:corp/x#"), std::string("corp/x#f")}) {
    const auto config = make(kCorp, {{"pepper", wrong}});
    ASSERT_FALSE(config) << wrong;
    EXPECT_THAT(config.error().message, HasSubstr("--pepper: It must look like vault:NAME/PATH#FIELD"));
    EXPECT_THAT(config.error().message, testing::Not(HasSubstr(std::string(64, 'a'))));
  }
  EXPECT_THAT(make("", {{"pepper", "vault:corp/x#f"}}).error().message,
              HasSubstr("no secret manager \"corp\" of kind vault"));
  EXPECT_THAT(make(kCorp, {{"pepper", "vault:corp/latchkey/7/x#f"}}).error().message, HasSubstr("tenants can write"));
  EXPECT_THAT(make(kCorp, {{"pepper", "vault:corp/x#f"}, {"pepper-file", "/p"}}).error().message,
              HasSubstr("give one"));
}

}  // namespace
}  // namespace latchkey::app
