#include <gtest/gtest.h>

#include "net/upstream.h"

namespace latchkey::net {
namespace {

struct UrlRow {
  const char* text;
  bool tls;
  const char* host;
  int port;
  const char* base_path;
  const char* authority;
};

TEST(Url, IsTakenApart) {
  const UrlRow rows[] = {
      {"http://127.0.0.1:9000", false, "127.0.0.1", 9000, "", "127.0.0.1:9000"},
      {"http://127.0.0.1:9000/", false, "127.0.0.1", 9000, "", "127.0.0.1:9000"},
      {"HTTPS://api.example.com", true, "api.example.com", 443, "", "api.example.com"},
      {"https://api.example.com:443/v2/", true, "api.example.com", 443, "/v2", "api.example.com"},
      {"http://api.example.com:443/a/b", false, "api.example.com", 443, "/a/b", "api.example.com:443"},
      {"http://[::1]:8080/x", false, "::1", 8080, "/x", "[::1]:8080"},
      {"http://[2001:db8::1]", false, "2001:db8::1", 80, "", "[2001:db8::1]"},
  };
  for (const UrlRow& row : rows) {
    const auto url = Url::parse(row.text);
    ASSERT_TRUE(url) << row.text << url.error().message;
    EXPECT_EQ(url->tls, row.tls) << row.text;
    EXPECT_EQ(url->host, row.host) << row.text;
    EXPECT_EQ(url->port, row.port) << row.text;
    EXPECT_EQ(url->base_path, row.base_path) << row.text;
    EXPECT_EQ(url->authority(), row.authority) << row.text;
  }
}

TEST(Url, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "begin with http"},
      {"example.com", "begin with http"},
      {"ftp://example.com", "begin with http"},
      {"http://", "valid host"},
      {"http:///x", "valid host"},
      {"http://a b", "valid host"},
      {"http://user:secret@example.com", "user name"},
      {"http://example.com?x=1", "query"},
      {"http://example.com/#x", "query"},
      {"http://example.com:", "port"},
      {"http://example.com:0", "port"},
      {"http://example.com:65536", "port"},
      {"http://example.com:80x", "port"},
      {"http://[::1", "closed"},
      {"http://[127.0.0.1]", "IPv6"},
      {"http://[x]", "IPv6"},
      {"http://[::1]x", "port may follow"},
      {"http://::1", "valid host"},
      {"http://example.com/a b", "path"},
      {"http://example.com/a\r\nX: 1", "path"},
  };
  for (const auto& [text, part] : rows) {
    const auto url = Url::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_NE(url.error().message.find(part), std::string::npos) << url.error().message;
  }
}

}  // namespace
}  // namespace latchkey::net
