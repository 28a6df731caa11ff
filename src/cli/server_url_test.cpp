#include "cli/server_url.h"

#include <gtest/gtest.h>

#include "cli/client.h"
#include "cli/output.h"

namespace latchkey::cli {
namespace {

TEST(ServerUrl, IsASchemeAHostAndPerhapsAPort) {
  struct Case {
    const char* text;
    const char* base;
  };
  for (const Case& c :
       {Case{"http://127.0.0.1:8080", "http://127.0.0.1:8080"}, Case{"http://localhost/", "http://localhost"},
        Case{"http://[::1]:8080", "http://[::1]:8080"}, Case{"https://keys.example", "https://keys.example"},
        Case{"https://keys.example:8443/", "https://keys.example:8443"},
        Case{"https://192.0.2.1", "https://192.0.2.1"}}) {
    const auto parsed = parse_server_url(c.text);
    ASSERT_TRUE(parsed) << c.text;
    EXPECT_EQ(parsed->base, c.base);
  }
  for (const char* text : {"", "127.0.0.1:8080", "ftp://localhost", "https://", "https://user:pw@keys.example",
                           "https://keys.example/path", "https://keys.example?x", "https://keys.example:port",
                           "https://keys.example:123456", "https://a b", "http://[::1"}) {
    const auto parsed = parse_server_url(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().exit_code, kUsage);
  }
}

TEST(ServerUrl, TheOperatorKeyDoesNotTravelInTheClear) {
  for (const char* text : {"http://192.0.2.1:8080", "http://keys.example", "http://localhost.evil.example",
                           "http://[2001:db8::1]", "http://0.0.0.0"}) {
    const auto parsed = parse_server_url(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().sentence.find("https"), std::string::npos);
  }
}

TEST(PercentEncoding, LeavesNothingThatCouldEndAPathOrValue) {
  EXPECT_EQ(percent_encoded("key_01-a.b~c"), "key_01-a.b~c");
  EXPECT_EQ(percent_encoded("a/b?c&d=e %\xC3\xA9"), "a%2Fb%3Fc%26d%3De%20%25%C3%A9");
}

TEST(Failures, SayWhatTheServerSaid) {
  const Failure one = failure_of(
      422,
      R"({"code":"invalid_fields","detail":"Give it a name.","errors":[{"pointer":"/nickname","detail":"Give it a name."}]})");
  EXPECT_EQ(one.exit_code, kRefused);
  EXPECT_EQ(one.sentence, "/nickname: Give it a name.");
  const Failure two = failure_of(
      422,
      R"({"code":"invalid_fields","detail":"2 fields are wrong.","errors":[{"pointer":"/a","detail":"A."},{"pointer":"/b","detail":"B."}]})");
  EXPECT_EQ(two.sentence, "2 fields are wrong.\n  /a: A.\n  /b: B.");
  EXPECT_NE(failure_of(401, R"({"code":"unauthenticated","detail":"No."})").sentence.find("LATCHKEY_OPERATOR_KEY"),
            std::string::npos);
  EXPECT_EQ(failure_of(502, "<html>").exit_code, kUnreachable);
}

TEST(Table, AlignsByCharacters) {
  const Table table{{"ID", "NAME", "X"}, {{"1", "Żółw", "a"}, {"22", "Ann", ""}}};
  EXPECT_EQ(table.to_string(), "ID  NAME  X\n1   Żółw  a\n22  Ann");
}

TEST(Printable, LetsNothingMoveTheCursor) { EXPECT_EQ(printable("a\x1B[2Jb\r\n\x7F…"), "a?[2Jb???…"); }

}  // namespace
}  // namespace latchkey::cli
