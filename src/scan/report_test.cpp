#include "scan/report.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "credential/format.h"

namespace latchkey::scan {
namespace {

TEST(Shown, NothingThatATerminalObeysIsLeft) {
  EXPECT_EQ(shown("a/b c.txt"), "a/b c.txt");
  EXPECT_EQ(shown("\x1b[2Jx\n\x7f"), "\\x1b[2Jx\\x0a\\x7f");
  EXPECT_EQ(shown("gr\xC3\xBC\xC3\x9F"
                  "e \xE2\x82\xAC \xF0\x9F\x94\x91"),
            "gr\xC3\xBC\xC3\x9F"
            "e \xE2\x82\xAC \xF0\x9F\x94\x91");
  EXPECT_EQ(shown("\xC2\x9B"
                  "31m"),
            "\\xc2\\x9b31m");  // the one-byte control sequence introducer, in UTF-8
  EXPECT_EQ(shown("\xE2\x80\xAE"
                  "x"),
            "\\xe2\\x80\\xaex");  // from here on, right to left
  EXPECT_EQ(shown("\xFF\xC3"), "\\xff\\xc3");
}

TEST(Collector, EachSecretIsHeldOnceAndEachPlaceToldOnce) {
  SeededRandom random(1);
  const Secret key = credential::generate({}, random),
               other = credential::generate(credential::operator_key_format(), random);
  Collector collector;
  collector.add(key.expose(), {.path = "b", .line = 2});
  collector.add(other.expose(), {.path = "b", .line = 1});
  collector.add(key.expose(), {.path = "a"});
  collector.add(key.expose(), {.path = "a"});
  collector.error("x\n" + std::string(key.expose()) + " can't be read");
  const Report report = collector.finish();
  ASSERT_EQ(report.secrets.size(), 2u);
  EXPECT_FALSE(report.secrets[0].operator_key);
  EXPECT_TRUE(report.secrets[1].operator_key);
  EXPECT_EQ(report.secrets[0].fingerprint.size(), 16u);
  ASSERT_EQ(report.findings.size(), 3u);
  EXPECT_EQ(report.findings[0].place.path, "a");
  EXPECT_EQ(report.findings[1].place.line, 1u);
  EXPECT_EQ(report.errors[0].find(key.expose()), std::string::npos);
  EXPECT_EQ(report.errors[0].find('\n'), std::string::npos);
}

TEST(Collector, WhatIsTooMuchIsCounted) {
  SeededRandom random(2);
  const Secret key = credential::generate({}, random);
  Collector collector;
  const std::size_t number = collector.secret(key.expose());
  for (std::size_t i = 0; i < Collector::kMaxFindings + 5; ++i) collector.add(number, {.path = "a", .line = i + 1});
  const Report report = collector.finish();
  EXPECT_EQ(report.findings.size(), Collector::kMaxFindings);
  EXPECT_EQ(report.untold, 5u);
}

}  // namespace
}  // namespace latchkey::scan
