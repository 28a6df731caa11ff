#include "delivery/aws_secrets_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::delivery {
namespace {

using testing::HasSubstr;

const KeyId kKey = *KeyId::parse("key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5");

TEST(AwsOptions, SayWhatCannotBeRight) {
  const auto checked = [](std::string region, std::string endpoint, std::string file) {
    AwsOptions options;
    options.region = std::move(region);
    options.endpoint = std::move(endpoint);
    options.credentials_file = std::move(file);
    return check_aws(options);
  };
  EXPECT_TRUE(checked("eu-central-1", "", "/f"));
  EXPECT_TRUE(checked("eu-central-1", "http://127.0.0.1:5000", "/f"));
  EXPECT_FALSE(checked("", "", "/f"));
  EXPECT_FALSE(checked("eu central", "", "/f"));
  EXPECT_FALSE(checked("eu-central-1", "http://aws.example", "/f"));
  EXPECT_THAT(checked("eu-central-1", "", "").error().message, HasSubstr("credentials_file"));
}

TEST(AwsCredentials, AreReadFromAwsOwnFormat) {
  constexpr std::string_view kFile =
      "# made by hand\n[default]\naws_access_key_id=AKIADEFAULT\naws_secret_access_key=d\n\n"
      "[latchkey]\r\naws_access_key_id = AKIAOURS\r\naws_secret_access_key = s/e+c=\r\naws_session_token = "
      "t==\r\nregion = x\r\n"
      "[half]\naws_access_key_id = AKIAHALF\n[profile long]\naws_access_key_id=AKIALONG\naws_secret_access_key=l";
  const auto ours = parse_aws_credentials(kFile, "latchkey");
  ASSERT_TRUE(ours);
  EXPECT_EQ(ours->access_key_id, "AKIAOURS");
  EXPECT_TRUE(ours->secret_access_key.equals("s/e+c="));
  EXPECT_TRUE(ours->session_token.equals("t=="));
  const auto plain = parse_aws_credentials(kFile, "default");
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->session_token.empty());
  EXPECT_EQ(parse_aws_credentials(kFile, "long")->access_key_id, "AKIALONG");
  EXPECT_THAT(parse_aws_credentials(kFile, "half").error().message, HasSubstr("lacks"));
  EXPECT_THAT(parse_aws_credentials(kFile, "none").error().message, HasSubstr("no profile [none]"));
  EXPECT_FALSE(parse_aws_credentials("", "default"));
  EXPECT_FALSE(parse_aws_credentials("[default", "defaul"));
}

TEST(AwsSecretsManager, VersionIdsFollowFromKeyAndGeneration) {
  const std::string id = aws_version_id(kKey, 2);
  EXPECT_EQ(id.size(), 32u) << "AWS takes 32 to 64 characters";
  EXPECT_EQ(id, aws_version_id(kKey, 2));
  EXPECT_NE(id, aws_version_id(kKey, 3));
}

TEST(AwsSecretsManager, FindsTheErrorsNameInEveryForm) {
  EXPECT_EQ(aws_error_name(R"({"__type":"ResourceNotFoundException","message":"x"})"), "ResourceNotFoundException");
  EXPECT_EQ(aws_error_name(R"({"__type":"com.amazonaws.secretsmanager#AccessDeniedException:http://x/"})"),
            "AccessDeniedException");
  EXPECT_EQ(aws_error_name("<ErrorResponse><Errors><Error><Code>SignatureDoesNotMatch</Code>"),
            "SignatureDoesNotMatch");
  for (const char* none : {"", "{}", "<Code>", "</Code><Code>", "<html>"}) EXPECT_EQ(aws_error_name(none), "") << none;
}

}  // namespace
}  // namespace latchkey::delivery
