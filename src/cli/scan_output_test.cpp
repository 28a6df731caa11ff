#include "cli/scan_output.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "cli/scan_progress.h"
#include "credential/format.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using scan::Origin;
using scan::Part;
using scan::Place;

class ScanOutput : public ::testing::Test {
 protected:
  ScanOutput() {
    SeededRandom random(1);
    key_ = std::string(credential::generate({}, random).expose());
    operator_key_ = std::string(credential::generate(credential::operator_key_format(), random).expose());
    const std::string hex(40, 'a');
    scan::Collector collector;
    collector.add(key_, {.path = "src/a b.env", .line = 3, .column = 7});
    collector.add(key_, {.part = Part::kName, .path = "x/" + key_ + "\x1b[2J\xff"});
    collector.add(operator_key_, {Origin::kHistory, Part::kContent, "old/conf", ".", hex, {1'767'225'600'000}, 9, 1});
    collector.add(operator_key_, {Origin::kHistory, Part::kCommitMessage, "", "sub", hex, {1'767'225'600'000}});
    collector.add(key_, {Origin::kStaged, Part::kContent, "new.env", "/abs/repo", "", {}, 1, 1});
    collector.add(key_, {Origin::kUnreachable, Part::kContent, "", ".", hex, {}, 1, 2});
    collector.error("x/" + key_ + " can't be read: Permission denied.");
    result_.report = collector.finish();
    result_.statuses.of = {SecretStatus::kLive, SecretStatus::kUnknown};
  }

  void expect_hints_only(const std::string& text) const {
    for (const std::string& key : {key_, operator_key_}) {
      // Not even a few characters more than the hint has.
      const std::size_t lead = key.rfind('_') + 1;
      EXPECT_EQ(text.find(key.substr(lead, 5)), std::string::npos);
      EXPECT_EQ(text.find(key.substr(key.size() - 5)), std::string::npos);
    }
    for (const char c : text) EXPECT_TRUE(static_cast<std::uint8_t>(c) >= 0x20 || c == '\n');
  }

  std::string key_, operator_key_;
  ScanResult result_;
};

TEST_F(ScanOutput, NoDocumentHoldsMoreThanHints) {
  expect_hints_only(scan_text(result_));
  expect_hints_only(scan_summary(result_));
  expect_hints_only(scan_json(result_));
  expect_hints_only(scan_sarif(result_));
  for (const std::string& error : result_.report.errors) expect_hints_only(error);
}

TEST_F(ScanOutput, TextSaysWhere) {
  const std::string text = scan_text(result_);
  EXPECT_NE(text.find("src/a b.env:3:7: lk_live_"), std::string::npos) << text;
  EXPECT_NE(text.find(", first in commit aaaaaaaaaaaa of 2026-01-01 [unknown]"), std::string::npos) << text;
  EXPECT_NE(text.find("\\x1b[2J\\xff: lk_live_"), std::string::npos) << text;
  EXPECT_NE(text.find("/abs/repo/new.env:1:1: lk_live_"), std::string::npos) << text;
  EXPECT_NE(scan_summary(result_).find("2 keys in 6 places, 1 live."), std::string::npos) << scan_summary(result_);
}

TEST_F(ScanOutput, JsonHasEveryFindingAndError) {
  const json out = json::parse(scan_json(result_));
  ASSERT_EQ(out["findings"].size(), 6u);
  EXPECT_EQ(out["findings"][0]["path"], "src/a b.env");
  EXPECT_EQ(out["findings"][0]["line"], 3);
  EXPECT_EQ(out["findings"][0]["status"], "live");
  EXPECT_EQ(out["findings"][0]["commit"], nullptr);
  EXPECT_EQ(out["errors"].size(), 1u);
}

TEST_F(ScanOutput, SarifHasTheShapeOfItsVersion) {
  const json out = json::parse(scan_sarif(result_));
  EXPECT_EQ(out["version"], "2.1.0");
  ASSERT_EQ(out["runs"].size(), 1u);
  const json& run = out["runs"][0];
  const json& rules = run["tool"]["driver"]["rules"];
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_FALSE(run["invocations"][0]["executionSuccessful"].get<bool>());
  ASSERT_EQ(run["results"].size(), 6u);
  for (const json& result : run["results"]) {
    EXPECT_EQ(result["ruleId"], rules[result["ruleIndex"].get<std::size_t>()]["id"]);
    EXPECT_TRUE(result["message"]["text"].is_string());
    ASSERT_EQ(result["locations"].size(), 1u);
    EXPECT_EQ(result["partialFingerprints"]["latchkeyKey/v1"].get<std::string>().size(), 16u);
    const json& location = result["locations"][0];
    if (!location.contains("physicalLocation")) {
      EXPECT_TRUE(location["logicalLocations"][0]["fullyQualifiedName"].is_string());
      continue;
    }
    const std::string uri = location["physicalLocation"]["artifactLocation"]["uri"];
    for (const char c : uri) EXPECT_TRUE(c > 0x20 && c < 0x7F) << uri;
    if (location["physicalLocation"].contains("region")) {
      EXPECT_GE(location["physicalLocation"]["region"]["startLine"].get<int>(), 1);
    }
  }
  EXPECT_EQ(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "src/a%20b.env");
}

TEST(ScanOutputOfNothing, IsAWholeDocumentToo) {
  const ScanResult result;
  EXPECT_EQ(scan_text(result), "");
  EXPECT_TRUE(json::parse(scan_json(result))["findings"].empty());
  EXPECT_TRUE(json::parse(scan_sarif(result))["runs"][0]["results"].empty());
}

TEST(ProgressLine, TellsHowMuchIsDone) {
  scan::Progress progress;
  EXPECT_NE(progress_line(progress, 0).find("  0 %"), std::string::npos);
  progress.files_known = 4;
  progress.files_done = 1;
  EXPECT_EQ(progress_line(progress, 1), "Files [######                  ]  25 %  1 of 4 or more, 0 MB/s");
  progress.objects_known = 8;
  progress.objects_done = 4;
  progress.object_bytes = 5'000'000;
  EXPECT_EQ(progress_line(progress, 1), "Git objects [############            ]  50 %  4 of 8, 5 MB/s");
}

}  // namespace
}  // namespace latchkey::cli
