#include "delivery/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::delivery {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(ManagerAddress, PlainHttpIsForThisMachineAlone) {
  for (const char* fine : {"https://vault.example", "https://vault.example:8200", "https://10.0.0.1:8200",
                           "http://127.0.0.1:8200", "http://localhost:8200", "http://[::1]:8200", "http://127.9.9.9"}) {
    EXPECT_TRUE(check_manager_address(fine)) << fine;
  }
  for (const char* wrong :
       {"", "vault.example", "http://vault.example", "http://10.0.0.1:8200", "ftp://127.0.0.1", "https://",
        "https://user:word@vault.example", "https://vault.example/v1", "https://vault.example/",
        "https://vault.example#x", "https://vault.example?x", "http://127.0.0.1.example", "http://localhost.example"}) {
    EXPECT_FALSE(check_manager_address(wrong)) << wrong;
  }
}

VaultOptions vault() {
  VaultOptions options;
  options.name = "corp";
  options.address = "https://vault.example:8200";
  options.token_file = "/run/token";
  return options;
}

TEST(VaultOptions, SayWhatCannotBeRight) {
  EXPECT_TRUE(check_vault(vault()));
  const std::pair<void (*)(VaultOptions&), const char*> cases[] = {
      {[](VaultOptions& o) { o.address = "vault"; }, "address: It must look like"},
      {[](VaultOptions& o) { o.mount = "/secret"; }, "mount must be"},
      {[](VaultOptions& o) { o.mount = "a/../b"; }, "mount must be"},
      {[](VaultOptions& o) { o.name_space = "a?b"; }, "namespace must be"},
      {[](VaultOptions& o) { o.name_space = "a\r\nX: y"; }, "namespace must be"},
      {[](VaultOptions& o) { o.approle_mount = ""; }, "approle_mount must be"},
      {[](VaultOptions& o) { o.token_file = ""; }, "either token_file, or role_id"},
      {[](VaultOptions& o) { o.role_id = "r"; }, "either token_file, or role_id"},
      {[](VaultOptions& o) { o.token_file = "", o.role_id = "r"; }, "belong together"},
  };
  for (const auto& [change, message] : cases) {
    VaultOptions options = vault();
    change(options);
    const auto checked = check_vault(options);
    ASSERT_FALSE(checked) << message;
    EXPECT_THAT(checked.error().message, HasSubstr(message));
  }
}

TEST(VaultAnswers, AreToldApart) {
  const std::pair<int, const char*> later[] = {{503, R"({"errors":["Vault is sealed"]})"},
                                               {307, ""},
                                               {412, ""},
                                               {429, ""},
                                               {473, ""},
                                               {501, ""},
                                               {502, ""},
                                               {500, ""}};
  std::vector<std::string> messages;
  for (const auto& [status, body] : later) {
    const Error error = explain_vault_status("secret manager \"corp\"", status, body).error();
    EXPECT_EQ(error.code, ErrorCode::kUnavailable) << status;
    EXPECT_THAT(error.message, StartsWith("The secret manager \"corp\" "));
    messages.push_back(error.message);
  }
  std::ranges::sort(messages);
  EXPECT_EQ(std::ranges::adjacent_find(messages), messages.end()) << "two that read the same";
  EXPECT_EQ(explain_vault_status("x", 301, "").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace latchkey::delivery
