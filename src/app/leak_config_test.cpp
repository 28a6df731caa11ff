#include "app/leak_config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "app/serve_config.h"

namespace latchkey::app {
namespace {

std::string written(const std::string& name, const std::string& content) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path) << content;
  return path;
}

const std::string kSecret = "a secret that a scanner shares with us";

Result<ServeConfig> make(const std::string& toml, std::map<std::string, std::string> flags = {}) {
  flags.merge(std::map<std::string, std::string>{
      {"data", "/d"}, {"catalog", "c.yaml"}, {"upstream", "http://127.0.0.1:9000"}});
  return make_serve_config(flags, [](const std::string&) { return std::nullopt; }, written("leaks.toml", toml));
}

TEST(LeakConfig, NobodyMayReportUnlessItSaysSo) {
  const auto config = make("threads = 1\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->leaks.any());
  EXPECT_EQ(config->leaks.github_keys, kGithubKeys);
}

TEST(LeakConfig, GithubAndScannersAreLetIn) {
  const std::string file = written("scanner-secret", kSecret + "\r\nand what follows\n");
  const auto config = make("leak_reports_github = true\n[leak_reports.scanners.ci]\nsecret_file = '" + file + "'\n",
                           {{"leak-reports-github-keys", "http://127.0.0.1:9/keys"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->leaks.github);
  EXPECT_EQ(config->leaks.github_keys, "http://127.0.0.1:9/keys");
  ASSERT_EQ(config->leaks.scanners.size(), 1u);
  EXPECT_TRUE(config->leaks.scanners.at("ci").equals(kSecret));
}

TEST(LeakConfig, EveryMistakeIsToldAndNoSecret) {
  const std::string good = written("scanner-secret", kSecret), weak = written("weak-secret", "tooshort"),
                    empty = written("none", "");
  const auto scanner = [](const std::string& name, const std::string& file) {
    return "[leak_reports.scanners." + name + "]\nsecret_file = '" + file + "'\n";
  };
  const auto config = make(scanner("github", good) + scanner("weak", weak) + scanner("empty", empty) +
                           scanner("gone", "/no/such/file") + scanner("more", good) + "other = 1\n");
  ASSERT_FALSE(config);
  for (const char* part :
       {"not \"github\"", "scanners.weak: ", "scanners.empty: ", "scanners.gone: ", "scanners.more needs secret_file"})
    EXPECT_NE(config.error().message.find(part), std::string::npos) << part << " in " << config.error().message;
  EXPECT_EQ(config.error().message.find("tooshort"), std::string::npos);
  for (const char* bad : {"leak_reports = 1\n", "[leak_reports]\nscanners = 1\n", "[leak_reports]\nother = 1\n",
                          "[leak_reports.scanners]\nci = 1\n", "[leak_reports.scanners.ci]\nsecret_file = 1\n"}) {
    EXPECT_FALSE(make(bad)) << bad;
  }
  EXPECT_FALSE(make("", {{"leak-reports-github-keys", "http://keys.example/"}}));
  EXPECT_FALSE(make("", {{"leak-reports-github", "yes"}}));
}

}  // namespace
}  // namespace latchkey::app
