#include "api/device_cookie.h"

#include <gtest/gtest.h>

#include "api/head_test.h"

namespace latchkey::api {
namespace {

credential::Peppers make_peppers(credential::PepperId id, char byte) {
  std::vector<credential::Peppers::Pepper> list;
  list.push_back({id, Secret(std::string(32, byte))});
  return std::move(*credential::Peppers::make(std::move(list)));
}

struct DeviceCookiesTest : ::testing::Test {
  static std::string sent(const std::string& set_cookie) { return set_cookie.substr(0, set_cookie.find(';')); }
  std::optional<std::string> recognise(const std::string& cookies, std::string_view email = "dana@acme.example") {
    return devices.recognise(head_of("POST", {{"Cookie", cookies}}), email);
  }
  const credential::Peppers peppers = make_peppers(7, 'p');
  SeededRandom random{1};
  const DeviceCookies devices{peppers, random};
};

TEST_F(DeviceCookiesTest, ABrowserIsRecognisedAsWhoSignedInWithIt) {
  const std::string one = devices.make("Dana@acme.example"), other = devices.make("dana@acme.example");
  ASSERT_TRUE(recognise(sent(one)));
  EXPECT_EQ(recognise(sent(one)), recognise("a=b; " + sent(one)));
  EXPECT_NE(recognise(sent(one)), recognise(sent(other)));
  EXPECT_FALSE(recognise(sent(one), "eve@acme.example"));
  EXPECT_NE(one.find("; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age="), std::string::npos);
}

TEST_F(DeviceCookiesTest, WhatWasNotMadeHereIsNothing) {
  const std::string good = sent(devices.make("dana@acme.example"));
  EXPECT_FALSE(recognise(""));
  EXPECT_FALSE(recognise(good + "; " + good)) << "two are none";
  for (std::size_t i = good.find('=') + 1; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_FALSE(recognise(changed)) << i;
    EXPECT_FALSE(recognise(good.substr(0, i))) << i;
  }
  EXPECT_FALSE(recognise(good + "0"));
  const credential::Peppers others = make_peppers(7, 'q');
  EXPECT_FALSE(recognise(sent(DeviceCookies(others, random).make("dana@acme.example"))));
}

}  // namespace
}  // namespace latchkey::api
