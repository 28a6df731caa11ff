#include "api/router.h"

#include <gtest/gtest.h>

namespace latchkey::api {
namespace {

Router example() {
  Router router;
  router.add({.method = "GET", .path = "/v1/keys"});
  router.add({.method = "POST", .path = "/v1/keys"});
  router.add({.method = "GET", .path = "/v1/keys/{id}"});
  router.add({.method = "GET", .path = "/v1/keys/own"});
  router.add({.method = "POST", .path = "/v1/keys/{id}/revoke"});
  return router;
}

struct Case {
  std::string_view method, path;
  std::string_view expected;  // the template, "405 <Allow>" or "404"
};

std::string found(const Router& router, std::string_view method, std::string_view path) {
  const RouteMatch match = router.find(method, path);
  if (match.route != nullptr) return std::string(match.route->path);
  return match.allow.empty() ? "404" : "405 " + match.allow;
}

TEST(Router, FindsTheRouteThatATableSays) {
  const Router router = example();
  const Case cases[] = {
      {"GET", "/v1/keys", "/v1/keys"},
      {"HEAD", "/v1/keys", "/v1/keys"},
      {"GET", "/v1/keys/key_1", "/v1/keys/{id}"},
      {"GET", "/v1/keys/own", "/v1/keys/own"},
      {"POST", "/v1/keys/key_1/revoke", "/v1/keys/{id}/revoke"},
      {"DELETE", "/v1/keys", "405 GET, HEAD, POST"},
      {"get", "/v1/keys", "405 GET, HEAD, POST"},
      {"GET", "/v1/keys/key_1/revoke", "405 POST"},
      {"GET", "/v1/keys/", "404"},
      {"GET", "/v1/keys/key_1/", "404"},
      {"GET", "/v1//keys", "404"},
      {"GET", "/V1/keys", "404"},
      {"GET", "/v1/keys/a/b/c", "404"},
      {"POST", "/v1/keys//revoke", "404"},
      {"GET", "/", "404"},
      {"GET", "", "404"},
  };
  for (const Case& c : cases) EXPECT_EQ(found(router, c.method, c.path), c.expected) << c.method << ' ' << c.path;
}

TEST(Router, GivesAParameterAsItWasSent) {
  const Router router = example();
  const RouteMatch match = router.find("POST", "/v1/keys/key%5F1/revoke");
  ASSERT_EQ(match.parameters.size(), 1u);
  EXPECT_EQ(match.parameters[0], "key%5F1");
}

}  // namespace
}  // namespace latchkey::api
