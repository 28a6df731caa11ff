#include "app/serve_config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace latchkey::app {
namespace {

using Strings = std::map<std::string, std::string>;

const Strings kLeast = {{"data", "/d"}, {"catalog", "c.yaml"}, {"upstream", "http://127.0.0.1:9000"}};

Result<ServeConfig> make(Strings flags, Strings variables = {}, const std::string& toml = {}) {
  std::optional<std::string> path;
  if (!toml.empty()) {
    path = testing::TempDir() + "latchkey.toml";
    std::ofstream(*path) << toml;
  }
  return make_serve_config(
      flags,
      [&](const std::string& name) -> std::optional<std::string> {
        const auto at = variables.find(name);
        return at == variables.end() ? std::nullopt : std::optional(at->second);
      },
      path);
}

TEST(ServeConfig, FlagsWinOverVariablesOverTheFile) {
  const std::string file = "data = '/file'\ncatalog = 'file.yaml'\nupstream = 'http://127.0.0.1:1'\nconsole = '127.0.0.1:1'\nthreads = 3\n";
  const auto config = make({{"data", "/flag"}}, {{"LATCHKEY_DATA", "/variable"}, {"LATCHKEY_CONSOLE", "127.0.0.1:2"}}, file);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->store.data, "/flag");
  EXPECT_EQ(config->console.port, 2);
  EXPECT_EQ(config->catalog, "file.yaml");
  EXPECT_EQ(config->threads, 3);
}

TEST(ServeConfig, AStoreThatIsSharedAndWhatItNeedsBeside) {
  const auto alone = make(kLeast);
  ASSERT_TRUE(alone);
  EXPECT_FALSE(alone->store.shared());
  Strings flags = kLeast;
  flags["node-name"] = "node-a";
  flags["max-staleness-seconds"] = "3";
  flags["on-stale"] = "serve";
  flags["feed-poll-ms"] = "20";
  flags["feed-notify"] = "false";
  const auto shared = make(flags, {{"LATCHKEY_STORE", "postgres://u:p@a,b/latchkey"}});
  ASSERT_TRUE(shared) << shared.error().message;
  EXPECT_TRUE(shared->store.shared());
  EXPECT_EQ(shared->store.node_name, "node-a");
  EXPECT_EQ(shared->store.max_staleness_ms, 3'000);
  EXPECT_FALSE(shared->store.denies_when_stale);
  EXPECT_EQ(shared->store.feed_poll_ms, 20);
  EXPECT_FALSE(shared->store.feed_notify);
  for (const auto& [name, value] : Strings{{"store", "mysql://db/x"}, {"on-stale", "hope"}, {"max-staleness-seconds", "0"}, {"feed-poll-ms", "0"}}) {
    Strings wrong = kLeast;
    wrong[name] = value;
    const auto made = make(wrong);
    ASSERT_FALSE(made) << name;
    EXPECT_NE(made.error().message.find("--" + name), std::string::npos);
  }
}

TEST(ServeConfig, SaysAllThatIsMissing) {
  const auto config = make({});
  ASSERT_FALSE(config);
  for (const char* name : {"--data is missing", "--catalog is missing", "--upstream is missing"}) {
    EXPECT_NE(config.error().message.find(name), std::string::npos) << name;
  }
}

TEST(ServeConfig, RefusesPlainHttpBeyondLoopback) {
  Strings flags = kLeast;
  flags["gateway"] = "0.0.0.0:8081";
  const auto config = make(flags);
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("plain HTTP"), std::string::npos);
  flags["tls-cert"] = "c.pem";
  flags["tls-key"] = "k.pem";
  EXPECT_TRUE(make(flags));
}

TEST(ServeConfig, MailAndWebhooksAreSetFromAllThreeSources) {
  const std::string password_path = testing::TempDir() + "smtp-password";
  std::ofstream(password_path) << "not on a command line\n";
  Strings flags = kLeast;
  flags["smtp-url"] = "smtp://mail.example:587";
  flags["delivery-retry-seconds"] = "1,2";
  const auto config = make(flags, {{"LATCHKEY_SMTP_FROM", "latchkey@acme.example"}, {"LATCHKEY_SMTP_PASSWORD_FILE", password_path}},
                           "smtp_user = 'latchkey'\nwebhook_allow_private = true\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->delivery.smtp.url, "smtp://mail.example:587");
  EXPECT_EQ(config->delivery.smtp.from, "latchkey@acme.example");
  EXPECT_TRUE(config->delivery.smtp.password.equals("not on a command line"));
  EXPECT_EQ(config->delivery.smtp.tls, delivery::SmtpTls::kRequired);
  EXPECT_TRUE(config->delivery.webhook_allow_private);
  EXPECT_EQ(config->delivery.retry_seconds, (std::vector<std::int64_t>{1, 2}));
  const auto plain = make(kLeast);
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->delivery.webhook_allow_private);
  EXPECT_EQ(plain->delivery.retry_seconds, delivery::standard_retry_seconds());
}

TEST(ServeConfig, RefusesMailSettingsThatCannotWorkOrShowAPassword) {
  const std::string password_path = testing::TempDir() + "smtp-password-2", empty_path = testing::TempDir() + "smtp-password-3";
  std::ofstream(password_path) << "secret\n";
  std::ofstream(empty_path) << "\n";
  const Strings mail = {{"smtp-url", "smtp://mail.example"}, {"smtp-from", "latchkey@acme.example"}};
  const std::pair<Strings, const char*> cases[] = {
      {{{"smtp-url", "http://mail.example"}}, "--smtp-url must look like"},
      {{{"smtp-url", "smtp://user:word@mail.example"}}, "must not hold a user or password"},
      {{{"smtp-from", "Latchkey <latchkey@acme.example>"}}, "--smtp-from must be the address"},
      {{{"smtp-from", "a@b.example\r\nBcc: x@y.example"}}, "--smtp-from must be the address"},
      {{{"smtp-url", ""}}, "--smtp-url is missing"},
      {{{"smtp-user", "latchkey"}}, "belong together"},
      {{{"smtp-user", "latchkey"}, {"smtp-password-file", "/no/such/file"}}, "whose first line is the password"},
      {{{"smtp-user", "latchkey"}, {"smtp-password-file", empty_path}}, "whose first line is the password"},
      {{{"smtp-user", "latchkey"}, {"smtp-password-file", password_path}, {"smtp-tls", "offered"}}, "could then travel unencrypted"},
      {{{"smtp-tls", "never"}}, "--smtp-tls must be required or offered"},
      {{{"delivery-ca-file", "/no/such/file"}}, "there is no file"},
      {{{"delivery-retry-seconds", "soon"}}, "waits in seconds"},
      {{{"webhook-allow-private", "yes"}}, "must be true or false"},
  };
  for (const auto& [changed, message] : cases) {
    Strings flags = kLeast;
    for (const auto& [name, value] : mail) flags[name] = value;
    for (const auto& [name, value] : changed) flags[name] = value;
    const auto config = make(flags);
    ASSERT_FALSE(config) << message;
    EXPECT_NE(config.error().message.find(message), std::string::npos) << config.error().message;
  }
}

TEST(ServeConfig, RefusesUnknownSettingsWithTheirLine) {
  const auto config = make(kLeast, {}, "threads = 1\ntreads = 2\n");
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find(":2: there is no setting \"treads\""), std::string::npos) << config.error().message;
}

TEST(ServeConfig, ReadsLists) {
  const auto config = make(kLeast, {}, "gateway_trusted_proxies = ['10.0.0.0/8', '192.0.2.1']\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->gateway_trusted_proxies.size(), 2u);
  EXPECT_EQ(config->check_trusted_proxies.size(), 2u);
}

TEST(ServeConfig, ThereIsNoAccessLogUnlessAsked) {
  EXPECT_EQ(make(kLeast)->access_log, "");
  Strings flags = kLeast;
  for (const auto& [given, meant] : Strings{{"off", ""}, {"-", "-"}, {"/var/log/access.log", "/var/log/access.log"}}) {
    flags["access-log"] = given;
    EXPECT_EQ(make(flags)->access_log, meant);
  }
}

TEST(ServeConfig, FailedRequestsAreLimitedUnlessTurnedOff) {
  EXPECT_EQ(make(kLeast)->failed_requests.failures, 100u);
  EXPECT_EQ(make(kLeast)->failed_requests.window_ms, 60'000);
  const auto config = make(kLeast, {{"LATCHKEY_FAILED_REQUESTS", "0"}}, "failed_requests_seconds = 5\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->failed_requests.failures, 0u);
  EXPECT_EQ(config->failed_requests.window_ms, 5'000);
}

TEST(ServeConfig, LimitsAreLocalUnlessRedisCountsThem) {
  EXPECT_EQ(make(kLeast)->limits.counted, limit::Counted::kLocal);
  const std::string password_path = testing::TempDir() + "redis-password";
  std::ofstream(password_path) << "hunter2\n";
  const auto config = make(kLeast, {{"LATCHKEY_REDIS", "rediss://user@redis.example/1"}},
                           "limits = 'exact'\nredis_password_file = '" + password_path + "'\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->limits.counted, limit::Counted::kExact);
  EXPECT_EQ(config->limits.redis.user, "user");
  EXPECT_TRUE(config->limits.redis.password.equals("hunter2"));
  EXPECT_TRUE(config->limits.redis.tls);
  EXPECT_EQ(make(kLeast, {}, "limits = 'eventual'\nredis = 'redis://a'\n")->limits.counted, limit::Counted::kEventual);

  for (const Strings& wrong : {Strings{{"limits", "exact"}}, {{"redis", "redis://a"}}, {{"limits", "all"}},
                               {{"limits", "exact"}, {"redis", "http://a"}},
                               {{"limits", "exact"}, {"redis", "redis://a"}, {"redis-ca-file", "/nowhere"}},
                               {{"limits", "exact"}, {"redis", "redis://a"}, {"redis-password-file", "/nowhere"}}}) {
    EXPECT_FALSE(make(kLeast, {}, [&] {
      std::string toml;
      for (const auto& [name, value] : wrong) toml += Setting{name, ""}.toml_key() + " = '" + value + "'\n";
      return toml;
    }()));
  }
}

TEST(ServeConfig, RefusesBadValues) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"threads", "many"}, {"key-prefix", "LK"}, {"key-prefix", "lkop"}, {"upstream", "ftp://x"}, {"console", "nowhere"},
           {"gateway-trusted-proxies", "10.0.0.1/8"}, {"tls-cert", "only.pem"}, {"failed-requests", "-1"}, {"failed-requests-seconds", "0"}}) {
    Strings flags = kLeast;
    flags[name] = value;
    EXPECT_FALSE(make(flags)) << name << '=' << value;
  }
}

}  // namespace
}  // namespace latchkey::app
