#include "cli/leak_report.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace latchkey::cli {
namespace {

using nlohmann::json;

scan::FoundSecret secret(const std::string& text, bool operator_key = false) {
  return {Secret::copy_of(text), "hint", "fingerprint", operator_key};
}

scan::Finding finding(std::size_t of, std::string path, scan::Origin origin = scan::Origin::kFile) {
  scan::Finding out;
  out.secret = of;
  out.place.path = std::move(path);
  out.place.origin = origin;
  return out;
}

Reporter reporter(std::string base) {
  return {"ci", Secret("a secret that a scanner shares with us"), std::move(base)};
}

TEST(LeakReport, HoldsEachApiKeyOnceWithItsFirstPlace) {
  scan::Report report;
  report.secrets.push_back(secret("one"));
  report.secrets.push_back(secret("operator's", true));
  report.secrets.push_back(secret("two"));
  report.findings.push_back(finding(0, "./a b/c.txt"));
  report.findings.push_back(finding(0, "other"));
  report.findings.push_back(finding(1, "op"));
  report.findings.push_back(finding(2, "d\"\xff", scan::Origin::kHistory));
  const auto bodies = report_bodies(reporter("https://git.example/blob/main"), report);
  ASSERT_EQ(bodies.size(), 1u);
  const json expected = json::array({{{"token", "one"},
                                      {"type", "latchkey_api_key"},
                                      {"url", "https://git.example/blob/main/a%20b/c.txt"},
                                      {"source", "file"}},
                                     {{"token", "two"},
                                      {"type", "latchkey_api_key"},
                                      {"url", "https://git.example/blob/main/d%22%FF"},
                                      {"source", "commit"}}});
  EXPECT_EQ(json::parse(bodies[0]), expected);
  EXPECT_EQ(json::parse(report_bodies(reporter(""), report)[0])[0]["url"], "");
}

TEST(LeakReport, ManyKeysAreSeveralReports) {
  scan::Report report;
  for (std::size_t i = 0; i < kMaxTokens + 1; ++i) {
    report.secrets.push_back(secret(std::to_string(i)));
    report.findings.push_back(finding(i, "f"));
  }
  const auto bodies = report_bodies(reporter(""), report);
  ASSERT_EQ(bodies.size(), 2u);
  EXPECT_EQ(json::parse(bodies[0]).size(), kMaxTokens);
  EXPECT_EQ(json::parse(bodies[1]).size(), 1u);
  EXPECT_TRUE(report_bodies(reporter(""), scan::Report()).empty());
}

TEST(LeakReport, TheSecretIsTheFirstLineOfItsFile) {
  const std::string path = testing::TempDir() + "report-secret";
  std::ofstream(path) << "the secret\r\nmore\n";
  const auto good = read_reporter("ci", path, "https://git.example/");
  ASSERT_TRUE(good);
  EXPECT_TRUE(good->secret.equals("the secret"));
  EXPECT_FALSE(read_reporter("ci", path, "git.example"));
  EXPECT_FALSE(read_reporter("ci", path + "-gone", ""));
}

}  // namespace
}  // namespace latchkey::cli
