#include "delivery/secret_managers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::delivery {
namespace {

using testing::ElementsAre;

const KeyId kKey = *KeyId::parse("key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5");

// Says what it was asked, through its errors.
class Echo final : public SecretManager {
 public:
  Result<void> put(const std::string& path, const HandedSecret&) override {
    return fail(ErrorCode::kInternal, "put " + path);
  }
  Result<void> take_back(const std::string& path, KeyId, std::int64_t) override {
    return fail(ErrorCode::kInternal, "back " + path);
  }
  Result<void> probe() override { return {}; }
};

SecretManagers two() {
  std::vector<NamedManager> managers;
  managers.push_back({"open", "vault", "latchkey", {}, std::make_unique<Echo>()});
  managers.push_back({"closed", "aws", "keys/prod", {{7, 8}}, std::make_unique<Echo>()});
  return SecretManagers(std::move(managers));
}

TEST(SecretManagers, EachTenantHasItsOwnPart) {
  const SecretManagers managers = two();
  const Secret secret = Secret::copy_of("x");
  const HandedSecret handed{.key = kKey, .tenant = {}, .nickname = "", .generation = 1, .secret = secret};
  EXPECT_EQ(managers.put({"open", 3, "mailer"}, handed).error().message, "put latchkey/3/mailer");
  EXPECT_EQ(managers.take_back({"closed", 7, "a/b"}, kKey, 1).error().message, "back keys/prod/7/a/b");
  EXPECT_EQ(managers.full_path({"open", 3, "mailer"}).value(), "latchkey/3/mailer");
  EXPECT_EQ(managers.put({"open", 3, "../4/mailer"}, handed).error().code, ErrorCode::kInvalidArgument);
}

TEST(SecretManagers, OnlyForTheTenantsThatTheyAreFor) {
  const SecretManagers managers = two();
  EXPECT_THAT(managers.names_for(7), ElementsAre("closed", "open"));
  EXPECT_THAT(managers.names_for(9), ElementsAre("open"));
  EXPECT_FALSE(managers.may_use("closed", 9));
  EXPECT_EQ(managers.take_back({"closed", 9, "a"}, kKey, 1).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(managers.full_path({"nobody", 7, "a"}).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(managers.probe("closed"));
  EXPECT_EQ(managers.probe("nobody").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace latchkey::delivery
