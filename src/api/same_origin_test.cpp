#include "api/same_origin.h"

#include <gtest/gtest.h>

#include "api/cookie.h"
#include "api/head_test.h"
#include "api/preconditions.h"
#include "api/query.h"
#include "api/request_id.h"

namespace latchkey::api {
namespace {

TEST(Host, OverPlainHttpIsLoopbackOrConfigured) {
  for (const char* ours : {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:8080", "127.8.8.8:1", "[::1]:8080",
                           "[::1]", "keys.example", "Keys.Example:443"}) {
    EXPECT_TRUE(host_is_ours(head_of("GET", {{"Host", ours}}), false, {"keys.example"})) << ours;
  }
  for (const char* foreign : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1",
                              "localhost:", "localhost:8080x", "[::1", "[fe80::1]:1", "127.0.0.1:8080@evil.example", "",
                              "0.0.0.0", "keys.example.evil.example"}) {
    EXPECT_FALSE(host_is_ours(head_of("GET", {{"Host", foreign}}), false, {"keys.example"})) << foreign;
  }
}

TEST(Host, OverTlsIsTheCertificatesBusiness) {
  EXPECT_TRUE(host_is_ours(head_of("GET", {{"Host", "anything.example"}}), true, {}));
}

TEST(Origin, MustBeOursIfTheBrowserNamesIt) {
  const net::Header host = {"Host", "localhost:8080"};
  EXPECT_TRUE(comes_from_our_pages(head_of("POST", {host})));  // no browser
  EXPECT_TRUE(comes_from_our_pages(head_of("POST", {host, {"Origin", "http://localhost:8080"}})));
  EXPECT_TRUE(comes_from_our_pages(
      head_of("POST", {host, {"Origin", "https://LOCALHOST:8080"}, {"Sec-Fetch-Site", "same-origin"}})));
  EXPECT_TRUE(comes_from_our_pages(head_of("POST", {host, {"Sec-Fetch-Site", "none"}})));
  for (const char* origin :
       {"http://evil.example", "http://localhost", "http://localhost:8081", "null", "", "ftp://localhost:8080",
        "http://localhost:8080.evil.example", "http://evil.example/http://localhost:8080"}) {
    EXPECT_FALSE(comes_from_our_pages(head_of("POST", {host, {"Origin", origin}}))) << origin;
  }
  for (const char* site : {"cross-site", "same-site", "", "Same-Origin"}) {
    EXPECT_FALSE(comes_from_our_pages(head_of("POST", {host, {"Sec-Fetch-Site", site}}))) << site;
  }
  EXPECT_FALSE(comes_from_our_pages(
      head_of("POST", {host, {"Origin", "http://localhost:8080"}, {"Origin", "http://localhost:8080"}})));
}

TEST(SessionCookie, IsFoundAmongOthers) {
  const Cookie found = find_session_cookie(head_of("GET", {{"Cookie", "a=1; __Host-latchkey=tok-en_1 ; b=2"}}));
  EXPECT_EQ(found.count, 1);
  EXPECT_EQ(found.value, "tok-en_1");
  EXPECT_EQ(
      find_session_cookie(head_of("GET", {{"Cookie", "latchkey=x; __host-latchkey=y; x__Host-latchkey=z"}})).count, 0);
  EXPECT_EQ(find_session_cookie(head_of("GET", {{"Cookie", "__Host-latchkey=a; __Host-latchkey=b"}})).count, 2);
  EXPECT_EQ(
      find_session_cookie(head_of("GET", {{"Cookie", "__Host-latchkey=a"}, {"cookie", "__Host-latchkey=b"}})).count, 2);
}

TEST(SessionCookie, KeepsScriptsOtherSitesAndPlainHttpAway) {
  const std::string set = set_session_cookie("token");
  EXPECT_EQ(set, "__Host-latchkey=token; Path=/; Secure; HttpOnly; SameSite=Strict");
  EXPECT_EQ(clear_session_cookie(), "__Host-latchkey=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}

TEST(IfMatch, IsAVersionAnythingOrNothingThatMatches) {
  struct Case {
    const char* value;
    std::optional<std::int64_t> version;
  };
  for (const Case& c : {Case{"\"3\"", 3}, Case{"*", std::nullopt}, Case{"W/\"3\"", -1}, Case{"3", -1},
                        Case{"\"03\"", -1}, Case{"\"x\"", -1}, Case{"\"\"", -1}}) {
    const auto head = head_of("PATCH", {{"If-Match", c.value}});
    const auto read = read_if_match({.head = head, .peer = {}, .request_id = {}, .query = {}, .parameters = {}});
    ASSERT_TRUE(read) << c.value;
    EXPECT_EQ(*read, c.version) << c.value;
  }
  for (const auto& head : {head_of("PATCH", {{"If-Match", "\"1\", \"2\""}}),
                           head_of("PATCH", {{"If-Match", "\"1\""}, {"If-Match", "\"1\""}})}) {
    EXPECT_FALSE(read_if_match({.head = head, .peer = {}, .request_id = {}, .query = {}, .parameters = {}}));
  }
}

TEST(RequestId, OfTheCallerIsKeptIfItIsHarmless) {
  SeededRandom random(1);
  EXPECT_EQ(request_id_for(head_of("GET", {{"X-Request-Id", "trace-1.a_B"}}), random), "trace-1.a_B");
  for (const std::string& bad : {std::string("a b"), std::string("a\"b"), std::string(65, 'x'), std::string()}) {
    EXPECT_TRUE(request_id_for(head_of("GET", {{"X-Request-Id", bad}}), random).starts_with("req_")) << bad;
  }
  EXPECT_TRUE(
      request_id_for(head_of("GET", {{"X-Request-Id", "a"}, {"X-Request-Id", "b"}}), random).starts_with("req_"));
  EXPECT_NE(request_id_for(head_of("GET", {}), random), request_id_for(head_of("GET", {}), random));
}

TEST(Query, IsReadStrictly) {
  QueryReader query("q=a%20b+c&limit=7&x=%C3%A9");
  EXPECT_EQ(query.text("q", 100), "a b c");
  EXPECT_EQ(query.integer("limit", 1, 200), 7);
  EXPECT_EQ(query.text("x", 1), "\xC3\xA9");
  EXPECT_FALSE(query.text("absent", 1).has_value());
  EXPECT_FALSE(query.finish().has_value());
}

TEST(Query, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"limit=0", "limit=201", "limit=1&limit=1", "limit=x", "limit=", "limit=1%", "limit=%FF",
                           "limits=1", "limit=1&colour=red", "limit=99999999999999999999"}) {
    QueryReader query(text);
    query.integer("limit", 1, 200);
    const auto wrong = query.finish();
    ASSERT_TRUE(wrong.has_value()) << text;
    EXPECT_EQ(wrong->status, 400);
    EXPECT_FALSE(wrong->detail.empty());
  }
}

}  // namespace
}  // namespace latchkey::api
